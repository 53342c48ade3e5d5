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
from tests.bench import perrule
from tests.bench.load import Plan
from tests.bench.measure import PYTHON, FailedError
from tests.bench.serving import LISTENING, Server, call, free_port, running
from tests.bench.table import Row, heading
from tests.bench.world import World, served


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
_CLUSTER = World(200)
_FEW, _MANY = World(11, deployments=2, policies=3), World(1001, deployments=2, policies=3)
_TEAMS = tuple(f"team-{number}" for number in range(_CLUSTER.namespaces))
_TEN = _TEAMS[:10]
_SLOWEST = 10.0  # milliseconds
_SECONDS = 10
_TURNS = 3
_MEMORY = 100.0  # MB
_ECHOES = ("typed", "bare")


class Bench:
    """The servers of one run by their names, and what is sent to them."""

    def __init__(self, servers: Mapping[str, Server], *, quick: bool) -> None:
        self._servers = servers
        self._share = 10 if quick else 1
        self._seed = 0

    def reviews(self) -> Iterator[Row]:
        """Each size of reviews, with a cluster in view and without, and the memory that it took."""
        for size in _SIZES:
            yield from self._size(size)
        yield Row("peak memory, MB", self._servers["netlint"].peak / 1e6, _MEMORY)
        yield Row("  without a cluster", self._servers["alone"].peak / 1e6)

    def growth(self) -> Iterator[Row]:
        """The same reviews, with few other namespaces and with many."""
        for size in _SIZES[:2]:
            costs, kilobytes = self._costs(size, ("few", "many"), _TEN)
            few, many = costs["few"], costs["many"]
            made_of = f"{many * 1e6:,.0f} µs ÷ {few * 1e6:,.0f} µs"
            yield Row(f"{kilobytes:.1f} KB, CPU with 1,000 ÷ with 10", many / few, 1.15, made_of)
        yield Row("peak memory with 1,000, MB", self._servers["many"].peak / 1e6)

    def _size(self, size: Size) -> Iterator[Row]:
        costs, kilobytes = self._costs(size, ("netlint", "alone", *_ECHOES), _TEAMS)
        for name, echo, limit in (
            ("CPU ÷ FastAPI's echo", "typed", size.ratio),
            ("  without decoding in the echo", "bare", None),
        ):
            made_of = f"{costs['netlint'] * 1e6:,.0f} µs ÷ {costs[echo] * 1e6:,.0f} µs"
            yield Row(f"{kilobytes:.1f} KB, {name}", costs["netlint"] / costs[echo], limit, made_of)
        made_of = f"{costs['alone'] * 1e6:,.0f} µs"
        yield Row("  without a cluster", costs["alone"] / costs["typed"], None, made_of)
        if size.rate:
            yield self._latency(size)

    def _costs(
        self, size: Size, names: Sequence[str], namespaces: Sequence[str]
    ) -> tuple[dict[str, float], float]:
        """CPU seconds of a request to each server, the least of some turns, and its kilobytes."""
        costs: dict[str, float] = {}
        kilobytes = 0.0
        for _ in range(_TURNS):
            for name in names:
                server = self._servers[name]
                plan = self._plan(server, size, size.requests, namespaces)
                before = server.cpu
                kilobytes = call(server, plan).size / 1000
                cost = (server.cpu - before) / plan.requests
                costs[name] = min(cost, costs.get(name, cost))
        return costs, kilobytes

    def _latency(self, size: Size) -> Row:
        server = self._servers["netlint"]
        plan = self._plan(server, size, size.rate * _SECONDS, _TEAMS, size.rate)
        outcome = call(server, plan)
        made_of = f"median {outcome.middle * 1000:.2f} ms"
        name = f"  at {size.rate} requests a second: 99th percentile, ms"
        return Row(name, outcome.slow * 1000, _SLOWEST, made_of)

    def _plan(
        self, server: Server, size: Size, requests: int, namespaces: Sequence[str], rate: int = 0
    ) -> Plan:
        self._seed += 1
        return Plan(
            port=server.port,
            shape=size.shape,
            requests=requests // self._share,
            namespaces=tuple(namespaces),
            apps=_CLUSTER.deployments if len(namespaces) > len(_TEN) else _FEW.deployments,
            seed=self._seed,
            rate=rate,
            connections=size.connections,
        )


class Servers:
    """Starts servers that live as long as a run."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self._tls = folder / "tls"
        self._tls.mkdir()
        make_pair(self._tls)

    def echo(self, kind: str) -> Server:
        """FastAPI that only echoes."""
        port = free_port()
        command = [PYTHON, "-m", "tests.bench.echo", str(self._tls), kind, str(port)]
        return self._stack.enter_context(running(command, self._tls, port))

    def webhook(self, world: World | None) -> Server:
        """The webhook, ready, with a cluster in view or without."""
        listening = ["--tls-dir", str(self._tls), *LISTENING]
        if world is None:
            command = [PYTHON, "-m", "netlint_webhook", *listening, "--no-cluster"]
            return self._stack.enter_context(running(command, self._tls))
        mounted = self._folder / f"mounted-{world.namespaces}"
        port = self._stack.enter_context(served(world, mounted))
        found = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": port}
        command = [PYTHON, "-m", "tests.bench.pod", str(mounted), *listening]
        command += ["--stale-after-seconds", "3600"]
        return self._stack.enter_context(running(command, self._tls, found=found))


def _measure(servers: Servers, *, quick: bool) -> Iterator[Row | str]:
    """Rows and headings."""
    echoes = {name: servers.echo(name) for name in _ECHOES}
    reviewers = {"netlint": servers.webhook(_CLUSTER), "alone": servers.webhook(None)}
    yield heading("One review: 5,000 pods, 1,000 policies, 200 namespaces")
    yield from Bench(echoes | reviewers, quick=quick).reviews()
    sizes = {"few": servers.webhook(_FEW), "many": servers.webhook(_MANY)}
    yield heading("One review, by the number of other namespaces")
    yield from Bench(sizes, quick=quick).growth()
    yield heading("What the rules cost in one small review")
    yield from perrule.rows(_CLUSTER, 200 if quick else 1000)


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when something that was to be measured didn't run."""
    parser = argparse.ArgumentParser(prog="bench-webhook", description="Measure the webhook.")
    parser.add_argument("--quick", action="store_true", help="fewer requests")
    options = parser.parse_args(arguments)
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores. CPU a request over TLS.")
    try:
        with tempfile.TemporaryDirectory(prefix="netlint-bench-") as scratch, ExitStack() as stack:
            for line in _measure(Servers(stack, Path(scratch)), quick=options.quick):
                print(line, flush=True)
    except FailedError as error:
        print(f"bench-webhook: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
