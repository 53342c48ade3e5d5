"""The two applications: reviews over TLS, and health and metrics beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from netlint_webhook.metrics import CONTENT_TYPE
from netlint_webhook.service import Service
from netlint_webhook.tls import Certificates

Endpoint = Callable[[Request], Awaitable[Response]]


def review_app(service: Service, *, advises: bool) -> ASGIApp:
    """`POST /validate`, and `POST /advise` where it is wanted."""
    endpoints: dict[str, Endpoint] = {"/validate": service.validate}
    if advises:
        endpoints["/advise"] = service.advise
    routes = [Route(path, each, methods=["POST"]) for path, each in endpoints.items()]
    return Front(_app(routes), endpoints, service)


def operations_app(service: Service, certificates: Certificates | None) -> ASGIApp:
    """`/healthz`, `/readyz` and `/metrics`, for the kubelet and Prometheus."""

    async def health(_: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def readiness(_: Request) -> Response:
        state = ready_state(service, certificates)
        return Response(
            orjson.dumps(state), 200 if state["ready"] else 503, None, "application/json"
        )

    async def metrics(_: Request) -> Response:
        return Response(service.metrics.text(), headers={"content-type": CONTENT_TYPE})

    return _app(
        [
            Route("/healthz", health),
            Route("/readyz", readiness),
            Route("/metrics", metrics),
        ]
    )


def _app(routes: Sequence[Route]) -> FastAPI:
    return FastAPI(routes=[*routes], openapi_url=None, docs_url=None, redoc_url=None)


def ready_state(service: Service, certificates: Certificates | None) -> dict[str, Any]:
    """Whether new requests should come here, and why.

    A configuration that can't be read is shown, but the old one serves on; nor does a stale
    cluster view end readiness, or an outage of the API server would take every replica away.
    """
    valid = certificates is None or certificates.valid
    synced = service.cluster.synced
    settings = service.settings
    return {
        "ready": valid and synced and not service.draining,
        "draining": service.draining,
        "certificate": {"valid": valid},
        "cluster": {"synced": synced},
        "configuration": {"generation": settings.generation, "error": settings.error},
    }


class Front:
    """Gives reviews to their endpoints, which let no exception out, and all else to FastAPI.

    Its layers would take half as long as a small review. While the service drains clients are
    asked to leave: `Connection: close` on every answer.
    """

    def __init__(self, app: ASGIApp, endpoints: Mapping[str, Endpoint], service: Service) -> None:
        self._app = app
        self._endpoints = endpoints
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self._service.draining:
            send = _closing(send)
        endpoint = self._endpoints.get(scope["path"]) if scope["method"] == "POST" else None
        if endpoint is None:
            await self._app(scope, receive, send)
        else:
            response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)


def _closing(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return closing
