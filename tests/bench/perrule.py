"""What each rule costs in a review, in this process: so that no new one costs much unseen.

What several rules share, such as the classes of pods, is paid by the first that asks for it.
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

import orjson

from netlint_rules.config import Config
from netlint_rules.context import Context
from netlint_rules.finding import Finding
from netlint_rules.record import replace
from netlint_rules.rule import Check, Rule
from netlint_webhook import protocol
from netlint_webhook.cluster import ClusterView
from netlint_webhook.respond import respond
from netlint_webhook.review import review
from netlint_webhook.settings import Settings
from tests.bench import reviews
from tests.bench.table import Row
from tests.bench.world import World, objects
from tests.webhook.cache.stored import holding

_SHARE = 0.01
"""Of a review: what costs less in each size is summed up."""


@dataclass(slots=True)
class Spent:
    """Microseconds of one review of some size: of all of it, and of each rule."""

    whole: float = 0.0
    rules: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def rows(world: World, count: int) -> Iterator[Row]:
    """A row for each rule that costs something in small reviews or medium ones, of `count` each."""
    cluster = holding(body for _, body in objects(world))
    small = _spent(cluster, world, reviews.SMALL, count)
    medium = _spent(cluster, world, reviews.MEDIUM, count)
    yield _row("all of it", small.whole, medium.whole)
    names = sorted({*small.rules, *medium.rules}, key=lambda name: -medium.rules[name])
    few = [name for name in names if not _is_much(name, small) and not _is_much(name, medium)]
    for name in names:
        if name not in few:
            yield _row(f"  {name}", small.rules[name], medium.rules[name])
    rest = f"  {len(few)} rules that cost less than {_SHARE:.0%} each"
    yield _row(rest, *(sum(spent.rules[name] for name in few) for spent in (small, medium)))


def _row(name: str, small: float, medium: float) -> Row:
    return Row(name, f"{small:,.0f} µs", None, f"{medium:,.0f} µs in a medium one")


def _is_much(name: str, spent: Spent) -> bool:
    return spent.rules[name] > spent.whole * _SHARE


def _spent(cluster: ClusterView, world: World, shape: reviews.Shape, count: int) -> Spent:
    """The means of reviews of a shape: the whole is measured apart from the rules."""
    random = Random(count)
    teams = [f"team-{number}" for number in range(world.namespaces)]
    bodies = [
        orjson.dumps(reviews.review(shape, random, random.choice(teams), world.deployments))
        for _ in range(count)
    ]
    spent, plain = Spent(), Settings()
    timed = _timed(plain.config, spent.rules)
    for settings in (plain, timed):
        _judge(bodies, cluster, settings)
    gc.collect()
    gc.freeze()
    spent.rules.clear()
    spent.whole = _judge(bodies, cluster, plain) / count
    _judge(bodies, cluster, timed)
    for name in spent.rules:
        spent.rules[name] /= count
    return spent


def _judge(bodies: Iterable[bytes], cluster: ClusterView, settings: Settings) -> float:
    """The microseconds that some reviews take."""
    begin = time.thread_time()
    for body in bodies:
        request = protocol.read(body)
        verdict = review(request, cluster, settings, lambda: False)
        orjson.dumps(respond(request, verdict, settings))
    return (time.thread_time() - begin) * 1e6


def _timed(config: Config, spent: dict[str, float]) -> Settings:
    """The usual settings, with rules that add to `spent` what they take.

    The cluster keeps what it made as long as the `config` is the same.
    """
    settings = Settings(config=config)
    table = settings.modes.of("")
    rules = tuple(replace(rule, check=_watched(rule, spent)) for rule in table.rules)
    settings.modes._tables[()] = replace(table, rules=rules)
    return settings


def _watched(rule: Rule, spent: dict[str, float]) -> Check:
    check: Callable[[Context, str], Iterable[Finding]] = rule.check

    def watched(context: Context, namespace: str) -> list[Finding]:
        begin = time.thread_time()
        found = list(check(context, namespace))
        spent[rule.name] += (time.thread_time() - begin) * 1e6
        return found

    return watched
