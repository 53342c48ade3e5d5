"""The API server over HTTP: documents and streams of events, without the client's models."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlencode

import httpcore
import orjson

from netlint_webhook.cache.access import Access
from netlint_webhook.cache.network import Backend

Body = dict[str, Any]

FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError)
"""What a call raises besides StatusError; a watch that ends in the middle is among it."""

_CONNECTIONS = 100
_POOLS = 2
_CONNECT_SECONDS = 10.0
_SHOWN = 300
_HEADERS = (("Accept", "application/json"), ("User-Agent", "netlint-webhook"))
# A peer that vanished is noticed after 45 s, whatever the time-outs of the request.
_KEEPALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPIDLE", 0x10), 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
]


class StatusError(Exception):
    """An answer that is an error, or an ERROR event.

    `retry_after` is in seconds. `causes` are the reasons that the Status gives in its details.
    """

    def __init__(self, code: int, body: Body, retry_after: float = 0.0) -> None:
        super().__init__(f"{code} {str(body.get('message') or '')[:_SHOWN]}".strip())
        self.code = code
        self.retry_after = retry_after
        details = body.get("details") or {}
        self.causes = frozenset(
            str(cause.get("reason")) for cause in details.get("causes") or () if cause
        )


class Api:
    """Calls to one API server."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._authorizing = asyncio.Lock()
        self._pools = [self._pool()]

    async def get(self, path: str, query: Mapping[str, object], seconds: float) -> Body:
        """One document. Raises StatusError and FAILURES."""
        async with self._call(path, query, seconds) as response:
            body: Body = orjson.loads(await response.aread())
            return body

    @contextlib.asynccontextmanager
    async def lines(
        self, path: str, query: Mapping[str, object], seconds: float
    ) -> AsyncIterator[AsyncIterator[list[bytes]]]:
        """The lines of an answer as they come, several at once if they do.

        `seconds` bounds the silence between them. Raises StatusError and FAILURES.
        """
        async with self._call(path, query, seconds) as response:
            yield _split(response)

    async def close(self) -> None:
        """End every connection."""
        for pool in self._pools:
            await pool.aclose()

    @contextlib.asynccontextmanager
    async def _call(
        self, path: str, query: Mapping[str, object], seconds: float
    ) -> AsyncIterator[httpcore.Response]:
        url = f"{self._access.url}{path}?{urlencode(query)}"
        limits = {"connect": _CONNECT_SECONDS, "write": seconds, "read": seconds, "pool": seconds}
        extensions: Body = {"timeout": limits}
        if self._access.server_name:
            extensions["sni_hostname"] = self._access.server_name
        headers = await self._headers()
        try:
            async with self._pools[-1].stream(
                "GET", url, headers=headers, extensions=extensions
            ) as answer:
                if answer.status != 200:
                    raise _status_error(answer.status, answer.headers, await answer.aread())
                yield answer
        except httpcore.ConnectError as error:
            if isinstance(error.__context__, ssl.SSLError):
                await self._renew()
            raise

    async def _renew(self) -> None:
        """Read the CA anew: it may be another one by now. Open watches may end as they would."""
        self._pools.append(self._pool())
        if len(self._pools) > _POOLS:
            await self._pools.pop(0).aclose()

    def _pool(self) -> httpcore.AsyncConnectionPool:
        access = self._access
        return httpcore.AsyncConnectionPool(
            ssl_context=access.tls(),
            proxy=httpcore.Proxy(access.proxy) if access.proxy else None,
            max_connections=_CONNECTIONS,
            socket_options=_KEEPALIVE,
            network_backend=Backend(),
        )

    async def _headers(self) -> list[tuple[bytes | str, bytes | str]]:
        """With the token, for which a program may have to run: apart from the event loop."""
        async with self._authorizing:
            value = await asyncio.to_thread(self._access.authorization)
        return [*_HEADERS, ("Authorization", value)] if value else [*_HEADERS]


async def _split(response: httpcore.Response) -> AsyncIterator[list[bytes]]:
    rest = b""
    async for chunk in response.aiter_stream():
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield lines


def _status_error(code: int, headers: list[tuple[bytes, bytes]], data: bytes) -> StatusError:
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError:
        body = None
    given = {name.lower(): value for name, value in headers}.get(b"retry-after", b"")
    body = body if isinstance(body, dict) else {"message": data.decode(errors="replace")}
    return StatusError(code, body, float(given) if given.isdigit() else 0.0)
