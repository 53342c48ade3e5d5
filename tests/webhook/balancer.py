"""A Service of a cluster: TCP connections go in turn to the replicas that are ready.

What becomes of a replica shows in here as late as in a real cluster, where the EndpointSlice and
each node's rules have to follow.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

_PROBE_SECONDS = 0.1
_LAG = (1.0, 1.5)

Probe = Callable[[], bool]


class Balancer:
    """Round robin over `replicas`: port → whether the replica is ready, asked all the time.

    `served` counts connections by port.
    """

    def __init__(self) -> None:
        self.port = 0
        self.served: dict[int, int] = {}
        self.shown: list[int] = []
        self._probes: dict[int, Probe] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._started = threading.Event()
        self._over = asyncio.Event()

    def __enter__(self) -> Balancer:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop.close()

    def add(self, port: int, probe: Probe) -> None:
        """Watch one more replica from now on."""
        self._on_loop(self._watch(port, probe))

    def _on_loop(self, work: Coroutine[Any, Any, None]) -> Future[asyncio.Task[None]]:
        async def start() -> asyncio.Task[None]:
            return asyncio.create_task(work)

        return asyncio.run_coroutine_threadsafe(start(), self._loop)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._over.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, port: int, probe: Probe) -> None:
        """Show a replica while it is ready, each change after the cluster's lag."""
        was = False
        while True:
            ready = await asyncio.to_thread(probe)
            if ready != was:
                await asyncio.sleep(random.uniform(*_LAG))
                self.shown = [each for each in self.shown if each != port] + [port] * ready
                was = ready
            await asyncio.sleep(_PROBE_SECONDS)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port, *others = self.shown
        self.shown = [*others, port]
        self.served[port] = self.served.get(port, 0) + 1
        with suppress(OSError):
            there = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
