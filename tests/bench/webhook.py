"""Measure the webhook against its budgets (`make bench-webhook`). No figure makes it fail.

What counts is its CPU time beside that of a FastAPI endpoint that only echoes the uid, in the same
run; the figures of two machines, or of two days, don't compare.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from netlint_webhook.selfsigned import make_pair
from tests.bench.load import Plan
from tests.bench.measure import PYTHON, FailedError
from tests.bench.serving import NETLINT, Server, call, free_port, running
from tests.bench.table import Row, heading


@dataclass(frozen=True, slots=True)
class Size:
    """A size of reviews: how many are sent in a run, and the budgets that hold for it.

    `ratio` is that of the CPU time; `rate` the requests a second at which latency is measured.
    Of large bodies the webhook takes few at once.
    """

    shape: str
    requests: int
    ratio: float | None = None
    rate: int = 0
    connections: int = 16


_SIZES = (
    Size("SMALL", 4000, ratio=3, rate=500),
    Size("MEDIUM", 2000, ratio=8, rate=250),
    Size("LARGE", 200, connections=4),
)
_NAMESPACES = tuple(f"team-{number}" for number in range(200))
_SLOWEST = 10.0  # milliseconds
_SECONDS = 10
_TURNS = 3
_MEMORY = 100.0  # MB
_ECHOES = {"typed": "FastAPI's echo", "bare": "an echo that decodes nothing"}


class Bench:
    """The servers of one run, and what it sends them; `netlint` is the one in question."""

    def __init__(self, servers: Mapping[str, Server], *, quick: bool) -> None:
        self._servers = servers
        self._share = 10 if quick else 1
        self._seed = 0

    def rows(self) -> Iterator[Row]:
        """What was measured."""
        for size in _SIZES:
            yield from self._size(size)
        yield Row("peak memory, MB", self._servers["netlint"].peak / 1e6, _MEMORY)

    def _size(self, size: Size) -> Iterator[Row]:
        costs, kilobytes = self._costs(size)
        ours = costs["netlint"]
        for echo, name in _ECHOES.items():
            limit = size.ratio if echo == "typed" else None
            made_of = f"{ours * 1e6:,.0f} µs ÷ {costs[echo] * 1e6:,.0f} µs"
            yield Row(f"{kilobytes:.1f} KB, CPU ÷ {name}", ours / costs[echo], limit, made_of)
        if size.rate:
            yield self._latency(size)

    def _costs(self, size: Size) -> tuple[dict[str, float], float]:
        """CPU seconds of a request to each server, the least of some turns, and its kilobytes."""
        costs: dict[str, float] = {}
        kilobytes = 0.0
        for _ in range(_TURNS):
            for name, server in self._servers.items():
                plan = self._plan(server, size, size.requests)
                before = server.cpu
                kilobytes = call(server, plan).size / 1000
                cost = (server.cpu - before) / plan.requests
                costs[name] = min(cost, costs.get(name, cost))
        return costs, kilobytes

    def _latency(self, size: Size) -> Row:
        server = self._servers["netlint"]
        outcome = call(server, self._plan(server, size, size.rate * _SECONDS, size.rate))
        made_of = f"median {outcome.middle * 1000:.2f} ms"
        name = f"  at {size.rate} requests a second: 99th percentile, ms"
        return Row(name, outcome.slow * 1000, _SLOWEST, made_of)

    def _plan(self, server: Server, size: Size, requests: int, rate: int = 0) -> Plan:
        self._seed += 1
        return Plan(
            port=server.port,
            shape=size.shape,
            requests=requests // self._share,
            namespaces=_NAMESPACES,
            seed=self._seed,
            rate=rate,
            connections=size.connections,
        )


def _servers(stack: ExitStack, tls: Path) -> dict[str, Server]:
    ports = {name: free_port() for name in _ECHOES}
    commands = {
        name: [PYTHON, "-m", "tests.bench.echo", str(tls), name, str(port)]
        for name, port in ports.items()
    }
    commands["netlint"] = [*NETLINT, "--metrics-port", "0", "--no-cluster", "--tls-dir", str(tls)]
    return {
        name: stack.enter_context(running(command, tls, ports.get(name, 0)))
        for name, command in commands.items()
    }


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when something that was to be measured didn't run."""
    parser = argparse.ArgumentParser(prog="bench-webhook", description="Measure the webhook.")
    parser.add_argument("--quick", action="store_true", help="fewer requests")
    options = parser.parse_args(arguments)
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores. CPU a request over TLS.")
    print(heading("One review, no cluster in view"), flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="netlint-bench-") as scratch, ExitStack() as stack:
            tls = Path(scratch) / "tls"
            tls.mkdir()
            make_pair(tls)
            for row in Bench(_servers(stack, tls), quick=options.quick).rows():
                print(row, flush=True)
    except FailedError as error:
        print(f"bench-webhook: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
