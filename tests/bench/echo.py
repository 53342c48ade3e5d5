"""What the webhook is compared with: FastAPI that reads a review and echoes its uid.

It runs under the webhook's own settings of uvicorn, so that only the reviewing differs.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response

from netlint_webhook.connection import protocol_class
from netlint_webhook.listening import Limits
from netlint_webhook.server import COMMON


def app(kind: str) -> FastAPI:
    """The least that admits everything, as FastAPI's tutorial writes it, or without decoding."""
    made = FastAPI()

    async def typed(review: dict[str, Any]) -> dict[str, Any]:
        response = {"uid": review["request"]["uid"], "allowed": True}
        return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}

    async def bare(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    made.post("/validate")(typed if kind == "typed" else bare)
    return made


def serve(folder: str, kind: str, port: int) -> None:
    """Serve until a signal comes."""
    limits = Limits()
    config = uvicorn.Config(
        app(kind),
        host="127.0.0.1",
        port=port,
        http=protocol_class(limits),
        ssl_certfile=f"{folder}/tls.crt",
        ssl_keyfile=f"{folder}/tls.key",
        timeout_keep_alive=limits.idle_seconds,
        **COMMON,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
