"""Flows in as few, large sets as say the same: a cluster has n² pairs, and few kinds of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from netlint_linter.picture.model import Flow, Reason
from netlint_rules.netset import PortSet

Ids = frozenset[str]
Same = tuple[PortSet, tuple[Reason, ...], bool]


def merged(flows: Iterable[Flow]) -> list[Flow]:
    """The same flows; those with the same ports, reasons and certainty are united."""
    kinds: dict[Same, list[tuple[Ids, Ids]]] = defaultdict(list)
    for flow in flows:
        kinds[flow.ports, flow.reasons, flow.certain].append((flow.sources, flow.destinations))
    return [
        Flow(sources, destinations, *same)
        for same, pairs in kinds.items()
        for sources, destinations in _products(pairs)
    ]


def _products(pairs: Iterable[tuple[Ids, Ids]]) -> list[tuple[Ids, Ids]]:
    by_source = _united(pairs)
    rest, products = _closed(by_source)
    turned = _united((destinations, sources) for sources, destinations in rest)
    return products + [(sources, destinations) for destinations, sources in turned]


def _united(pairs: Iterable[tuple[Ids, Ids]]) -> list[tuple[Ids, Ids]]:
    """What has the same first set, with all of its second sets as one."""
    found: dict[Ids, set[str]] = defaultdict(set)
    for first, second in pairs:
        found[first] |= second
    return [(first, frozenset(second)) for first, second in found.items()]


def _closed(
    pairs: Iterable[tuple[Ids, Ids]],
) -> tuple[list[tuple[Ids, Ids]], list[tuple[Ids, Ids]]]:
    """The rest, and products of single sources that reach all of one set but themselves."""
    found: dict[Ids, list[tuple[Ids, Ids]]] = defaultdict(list)
    rest = []
    for sources, destinations in pairs:
        if len(sources) == 1:
            found[sources | destinations].append((sources, destinations))
        else:
            rest.append((sources, destinations))
    products = []
    for whole, group in found.items():
        if len(group) > 1:
            products.append((frozenset[str]().union(*(sources for sources, _ in group)), whole))
        else:
            rest += group
    return rest, products
