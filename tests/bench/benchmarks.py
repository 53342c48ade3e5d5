"""What is measured, and the budget of each figure."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression

from tests.bench import corpus
from tests.bench.measure import NETLINT, PYTHON, Cost, interleaved
from tests.bench.peers import installed
from tests.bench.table import Row, megabytes, milliseconds

_PATIENCE = 5.0
"""Seconds of CPU after which a growing set grows no further."""

COLD = (*NETLINT, "--no-cache", "-j", "1")
"""All the work of a run, in one process."""

_COMPOSE = Path(__file__).with_name("compose.py")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is generated, and how often each command is measured."""

    namespaces: int
    definitions: int
    stream: int
    """Bytes."""
    crowds: tuple[int, ...]
    doubled: int
    """Namespaces, and twice as many."""
    compared: int
    """Namespaces for the linters that take minutes."""
    repeat: int
    starts: int


FULL = Scale(160, 40, 50_000_000, (100, 200, 400, 800, 1600, 3200), 80, 16, repeat=5, starts=25)
QUICK = Scale(16, 4, 10_000_000, (100, 200, 400), 10, 4, repeat=3, starts=9)

Benchmark = Callable[[Path, Scale], Iterator[Row]]
"""Makes its files in an empty folder, and yields what it measured."""


def cold_lint(folder: Path, scale: Scale) -> Iterator[Row]:
    """The whole corpus, by netlint and by whatever else there is to compare it with."""
    counts = corpus.write_files(folder / "files", scale.namespaces, scale.definitions)
    costs = interleaved(_linters(folder), folder, scale.repeat)
    cold, composed = costs["netlint"].cpu, costs["compose"].cpu
    yield Row(
        "netlint ÷ yaml.compose_all", cold / composed, 0.75, f"{cold:.2f} s ÷ {composed:.2f} s"
    )
    made_of = f"{counts.files:,} files with {counts.documents:,} documents"
    yield Row("files a second", f"{counts.files / cold:,.0f}", made_of=made_of)
    yield Row("MB a second", f"{counts.size / cold / 1e6:,.1f}", made_of=megabytes(counts.size))
    yield Row("peak memory ÷ size of the corpus", costs["netlint"].rss / counts.size)
    yield from _go_peers(costs)
    one, two = costs["netlint"].wall, costs["two processes"].wall
    made_of = f"{two:.2f} s ÷ {one:.2f} s on the clock"
    yield Row("two processes ÷ one", two / one, 0.65, made_of)
    warm = costs["warm"].cpu
    yield Row(
        "warm run ÷ cold run", warm / cold, 0.1, f"{milliseconds(warm)} ÷ {milliseconds(cold)}"
    )


def editing(folder: Path, scale: Scale) -> Iterator[Row]:
    """Runs between which one file of many changes."""
    counts = corpus.write_files(folder / "files", scale.namespaces, scale.definitions)
    (folder / ".git").mkdir()
    file = "files/teams/team-001/orders.yaml"
    edited = f"echo '# more' >> {file}; exec {shlex.join(NETLINT)} -j 1 --cache-dir cache"
    commands = {
        "cold": (*COLD, "files"),
        "all": ("/bin/sh", "-c", f"{edited} files"),
        "one": ("/bin/sh", "-c", f"{edited} {file}"),
    }
    interleaved(commands, folder, 1)  # what files hold is kept from the second run on
    costs = interleaved(commands, folder, scale.repeat)
    cold = costs["cold"].cpu
    for key, name in (("all", "all files are linted"), ("one", "it is linted, as by a hook")):
        made_of = f"{milliseconds(costs[key].cpu)} ÷ {milliseconds(cold)}, {counts.files:,} files"
        yield Row(f"one file changed, {name} ÷ cold run", costs[key].cpu / cold, made_of=made_of)


def _linters(folder: Path) -> dict[str, tuple[str, ...]]:
    commands = {
        "netlint": (*COLD, "files"),
        "two processes": (*NETLINT, "--no-cache", "-j", "2", "files"),
        "compose": (PYTHON, str(_COMPOSE), "files"),
        # The unmeasured run fills the cache.
        "warm": (*NETLINT, "--cache-dir", "cache", "files"),
    }
    if linter := shutil.which("kube-linter"):
        commands["kube-linter"] = (linter, "lint", "files")
    if score := shutil.which("kube-score"):
        files = (str(file.relative_to(folder)) for file in sorted(folder.rglob("*.yaml")))
        commands["kube-score"] = (score, "score", *files)
    return commands


def _go_peers(costs: dict[str, Cost]) -> Iterator[Row]:
    """Linters in Go, where they are installed."""
    for name, limit, limit_of_two in (("kube-linter", 0.65, 0.4), ("kube-score", None, None)):
        yield _compared(name, costs["netlint"], costs.get(name), limit)
        if name in costs:
            clock = costs["two processes"].wall, costs[name].wall
            made_of = f"{clock[0]:.2f} s ÷ {clock[1]:.2f} s on the clock"
            yield Row("  with two processes", clock[0] / clock[1], limit_of_two, made_of)


def peers(folder: Path, scale: Scale) -> Iterator[Row]:
    """A part of the corpus, by linters written in Python."""
    counts = corpus.write_files(folder / "files", scale.compared, scale.compared // 4)
    commands: dict[str, tuple[str, ...]] = {"netlint": (*COLD, "files")}
    absent: dict[str, str] = {}
    for peer, reason in installed():
        if reason:
            absent[peer.name] = reason
        else:
            commands[peer.name] = peer.command
    costs = interleaved(commands, folder, 1 + scale.repeat // 5)
    made_of = f"{counts.files:,} files with {counts.documents:,} documents"
    ours = costs.pop("netlint")
    yield Row("files a second", f"{counts.files / ours.cpu:,.0f}", made_of=made_of)
    for name, theirs in costs.items():
        yield _compared(name, ours, theirs)
    for name, reason in absent.items():
        yield Row(f"netlint ÷ {name}", "absent", made_of=f"can't be installed: {reason}")


def _compared(name: str, ours: Cost, theirs: Cost | None, limit: float | None = None) -> Row:
    if theirs is None:
        return Row(f"netlint ÷ {name}", "absent", limit)
    clock = f"; on the clock {ours.wall:.1f} s ÷ {theirs.wall:.1f} s"
    made_of = f"{ours.cpu:.2f} s ÷ {theirs.cpu:.2f} s{clock}"
    return Row(f"netlint ÷ {name}", ours.cpu / theirs.cpu, limit, made_of)


def start_up(folder: Path, scale: Scale) -> Iterator[Row]:
    """What a run costs before there is anything to do."""
    corpus.write_crowd(folder / "one", 1, pods=False)
    commands = {
        "bare": (PYTHON, "-c", "pass"),
        "version": (*NETLINT, "--version"),
        "one": (*NETLINT, "one/policies.yaml"),
    }
    costs = interleaved(commands, folder, scale.starts)
    bare = costs["bare"].cpu
    rows = (("version", "netlint --version", 2), ("one", "netlint one-file.yaml", 5))
    for key, name, limit in rows:
        cpu = costs[key].cpu
        made_of = f"{milliseconds(cpu)} ÷ {milliseconds(bare)}"
        yield Row(f"{name} ÷ python -c pass", cpu / bare, limit, made_of)


def memory(folder: Path, scale: Scale) -> Iterator[Row]:
    """The peak while one large stream is linted."""
    counts = corpus.write_stream(folder / "stream.yaml", scale.stream)
    cost = interleaved({"": (*COLD, "stream.yaml")}, folder, 1)[""]
    made_of = f"{megabytes(cost.rss)} ÷ {megabytes(counts.size)}, {counts.documents:,} documents"
    yield Row("peak memory ÷ size of one stream", cost.rss / counts.size, 2.5, made_of)


def doubling(folder: Path, scale: Scale) -> Iterator[Row]:
    """Twice the documents, each namespace as large as before."""
    corpus.write_namespaces(folder / "single", scale.doubled)
    corpus.write_namespaces(folder / "double", scale.doubled * 2)
    costs = _net_costs(folder, ("single", "double"), scale)
    single, double = costs["single"], costs["double"]
    made_of = f"{milliseconds(double)} ÷ {milliseconds(single)} above start-up"
    yield Row("twice the documents in separate namespaces", double / single, 2.1, made_of)


def growth(folder: Path, scale: Scale) -> Iterator[Row]:
    """Ever more policies in one namespace."""
    for pods, name in ((True, "n policies, n workloads"), (False, "n policies, no workloads")):
        costs = dict(_growing(folder, scale, pods))
        yield from _exponents(name, costs, largest=scale.crowds[-1])


def _growing(folder: Path, scale: Scale, pods: bool) -> Iterator[tuple[int, float]]:
    """n and the CPU seconds that n policies take, until they are too many to wait for."""
    cost = 0.0
    for position, count in enumerate(scale.crowds):
        if position >= 2 and cost > _PATIENCE:
            return
        label = f"{'pods' if pods else 'bare'}-{count}"
        corpus.write_crowd(folder / label, count, pods=pods)
        cost = _net_costs(folder, (label,), scale)[label]
        yield count, cost


def _exponents(name: str, costs: dict[int, float], largest: int) -> Iterator[Row]:
    """The growth over the whole range, and where it matters most: in the last doubling."""
    # Beside the start-up, a few milliseconds are nothing but noise.
    costs = {count: cost for count, cost in costs.items() if cost > 0.01 or count >= largest / 2}
    x, y = list(map(log, costs)), list(map(log, costs.values()))
    (first, least), *_, (last, most) = costs.items()
    stopped = "" if last == largest else f"; {largest:,} would take too long"
    made_of = f"{milliseconds(least)} to {milliseconds(most)}{stopped}"
    slope = linear_regression(x, y).slope
    yield Row(f"{name}, n {first} to {last:,}: exponent", slope, 1.3, made_of)
    yield Row("  exponent of the last doubling", (y[-1] - y[-2]) / (x[-1] - x[-2]), 1.3)


def _net_costs(folder: Path, names: tuple[str, ...], scale: Scale) -> dict[str, float]:
    """CPU seconds to lint each folder, without those that a nearly empty one takes."""
    start = folder / "start"
    if not start.exists():
        corpus.write_crowd(start, 1, pods=True)
    commands = {name: (*COLD, name) for name in ("start", *names)}
    costs = interleaved(commands, folder, scale.repeat, Cost.least)
    return {name: max(costs[name].cpu - costs["start"].cpu, 0.001) for name in names}


BENCHMARKS: dict[str, Benchmark] = {
    "Start-up": start_up,
    "Cold lint, and a warm one": cold_lint,
    "Work on one file": editing,
    "Linters from PyPI": peers,
    "Memory": memory,
    "Growth": doubling,
    "Growth in one namespace": growth,
}
"""Every benchmark by its heading."""
