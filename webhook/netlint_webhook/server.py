"""Two servers on one event loop: reviews over TLS; health and metrics without."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Collection, Coroutine, Iterator
from types import FrameType
from typing import Any

import uvicorn

from netlint_webhook.app import operations_app, review_app
from netlint_webhook.connection import protocol_class
from netlint_webhook.files import Watched
from netlint_webhook.listening import Listening
from netlint_webhook.logs import log
from netlint_webhook.service import Service
from netlint_webhook.tls import Certificates

_BACKLOG = 1024
_UNCOLLECTED = 10_000
"""More objects than before, such as those of pods that have come, let the collector look."""


class ReviewServer(uvicorn.Server):
    """A server that goes on for a while when it is told to stop: a lame duck."""

    def __init__(self, config: uvicorn.Config, service: Service, drain_seconds: float) -> None:
        super().__init__(config)
        self._service = service
        self._drain_seconds = drain_seconds
        self._ends_at = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain at the first signal, stop at the second."""
        if self._service.draining:
            super().handle_exit(sig, frame)
            return
        self._service.draining = True
        self._ends_at = time.monotonic() + self._drain_seconds

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop; asked every 0.1 s."""
        over = self._service.draining and time.monotonic() >= self._ends_at
        return await super().on_tick(counter) or over


class OperationsServer(uvicorn.Server):
    """A server that leaves signals to the other one."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


Task = Callable[[], Coroutine[Any, Any, None]]
"""What goes on beside the servers until they end."""


def serve(service: Service, certificates: Certificates, listening: Listening, *tasks: Task) -> None:
    """Serve until a signal ends it, with tasks beside."""
    review = ReviewServer(
        _review_config(service, certificates, listening), service, listening.drain_seconds
    )
    operations = OperationsServer(
        uvicorn.Config(
            operations_app(service, certificates),
            host=listening.operations_host,
            port=listening.operations_port,
            **COMMON,
        )
    )
    watched = [certificates.watched, service.settings.watched]
    beside = [*tasks, *(_polling(each, listening) for each in watched if each)]
    with asyncio.Runner(loop_factory=review.config.get_loop_factory()) as runner:
        runner.run(_serve(review, operations, beside))


def _polling(watched: Watched, listening: Listening) -> Task:
    return lambda: watched.poll(listening.reload_seconds)


COMMON: dict[str, Any] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "lifespan": "off",
    "ws": "none",
    "timeout_graceful_shutdown": 15,
}
"""What both servers ask of uvicorn."""


def _review_config(
    service: Service, certificates: Certificates, listening: Listening
) -> uvicorn.Config:
    limits = listening.limits
    return uvicorn.Config(
        review_app(service, advises=listening.advises),
        host=listening.host,
        port=listening.port,
        http=protocol_class(limits, listening.client_names),
        ssl_context_factory=certificates.factory,
        # Go clients drop a connection after 90 s; the one who closes first must be the client.
        timeout_keep_alive=limits.idle_seconds,
        limit_concurrency=limits.connections,
        backlog=_BACKLOG,
        **COMMON,
    )


async def _serve(
    review: ReviewServer, operations: OperationsServer, tasks: Collection[Task]
) -> None:
    """Run both, with tasks beside, until the first one ends."""
    running = [asyncio.create_task(task()) for task in tasks]
    running.append(asyncio.create_task(_tell(review, operations)))
    beside = asyncio.create_task(operations.serve())
    # What is loaded by now lives as long as the process: the collector needn't look at it. And as
    # reviews leave no cycles, what it looks at is mostly the cluster, for tens of milliseconds.
    gc.freeze()
    gc.set_threshold(_UNCOLLECTED)
    await review.serve()
    operations.should_exit = True
    await beside
    for each in running:
        each.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    log("stopped")


async def _tell(*servers: uvicorn.Server) -> None:
    """Log where the servers listen, once they do."""
    while not all(server.started for server in servers):
        await asyncio.sleep(0.01)
    ports = [server.servers[0].sockets[0].getsockname()[1] for server in servers]
    log("serving", port=ports[0], operations_port=ports[1])
