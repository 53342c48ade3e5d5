"""Sends reviews over TLS, on connections that stay open, and says how long each answer took.

Run as a process of its own, so that its work doesn't count as the server's.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random

import orjson
import uvloop

from tests.bench import reviews

_HEAD_END = b"\r\n\r\n"
_OK = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send. `rate` is in requests a second, 0 for as fast as answers come.

    `shape` is the name of a review's size, `namespaces` those that the policies are for, with so
    many `apps` in each. Plans of different `seed` send different policies.
    """

    port: int
    shape: str
    requests: int
    namespaces: tuple[str, ...]
    apps: int
    seed: int
    rate: float = 0.0
    connections: int = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds: of the whole, and of answers in the middle and at the 99th percentile.

    `failed` counts answers other than 200. `size` is that of a body in bytes, on average.
    """

    seconds: float
    middle: float
    slow: float
    failed: int
    size: float


class Caller:
    """Shares the bodies of a plan among connections."""

    def __init__(self, plan: Plan, bodies: Sequence[bytes]) -> None:
        self._plan, self._bodies = plan, bodies
        self._next = 0
        self._begin = 0.0
        self.latencies: list[float] = []
        self.failed = 0

    async def run(self, context: ssl.SSLContext) -> float:
        """Send everything; the seconds that it took."""
        streams = [
            await asyncio.open_connection("127.0.0.1", self._plan.port, ssl=context)
            for _ in range(self._plan.connections)
        ]
        self._begin = time.perf_counter()
        await asyncio.gather(*(self._call(*stream) for stream in streams))
        seconds = time.perf_counter() - self._begin
        for _, writer in streams:
            writer.close()
        return seconds

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while self._next < len(self._bodies):
            turn, self._next = self._next, self._next + 1
            due = await self._due(turn)
            writer.write(_head(self._bodies[turn]) + self._bodies[turn])
            is_good = await _answer(reader)
            self.failed += not is_good
            self.latencies.append(time.perf_counter() - due)

    async def _due(self, turn: int) -> float:
        """When a request is due. A late one counts from then on: the wait is the server's."""
        if not self._plan.rate:
            return time.perf_counter()
        due = self._begin + turn / self._plan.rate
        await asyncio.sleep(due - time.perf_counter())
        return due


async def _answer(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(_HEAD_END)
    lines = head.lower().split(b"\r\n")
    length = next(line for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return head.startswith(_OK)


def _head(body: bytes) -> bytes:
    return (
        "POST /validate?timeout=10s HTTP/1.1\r\nhost: localhost\r\naccept: application/json, */*"
        "\r\nuser-agent: kube-apiserver-admission\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode()


def send(plan: Plan, certificate: str) -> Outcome:
    """Carry out a plan."""
    random = Random(plan.seed)
    shape = getattr(reviews, plan.shape)
    bodies = [
        orjson.dumps(reviews.review(shape, random, random.choice(plan.namespaces), plan.apps))
        for _ in range(plan.requests)
    ]
    caller = Caller(plan, bodies)
    seconds = uvloop.run(caller.run(ssl.create_default_context(cafile=certificate)))
    latencies = sorted(caller.latencies)
    return Outcome(
        seconds,
        latencies[len(latencies) // 2],
        latencies[len(latencies) * 99 // 100],
        caller.failed,
        sum(map(len, bodies)) / len(bodies),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(send(Plan(**json.loads(sys.argv[1])), sys.argv[2]))))
