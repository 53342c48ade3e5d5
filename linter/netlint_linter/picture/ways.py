"""The ways from outside the cluster to workloads: routes, load balancers, node ports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netlint_linter.picture.model import Way
from netlint_linter.picture.places import place_of
from netlint_rules.reach import Entry, Network, Owner, Pods, Verdict
from netlint_rules.truth import Truth

_PASSES = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "perhaps"}


def ways_of(network: Network) -> dict[Owner, list[Way]]:
    """What leads to each workload from outside, and whether its policies let that in."""
    owners = {
        id(each.workload): owner for owner, pods in network.workloads.items() for each in pods
    }
    found: dict[Owner, dict[Way, None]] = defaultdict(dict)
    for entry in network.entries():
        for part in _at_pods(entry.verdict):
            assert isinstance(part.destination, Pods)
            owner = owners.get(id(part.destination.workload))
            if owner is not None:
                passes = "partly" if part.mixed else _PASSES[part.answer]
                found[owner][Way(_words(entry), place_of(entry.place), passes)] = None
    return {owner: list(ways) for owner, ways in found.items()}


def _at_pods(verdict: Verdict) -> Iterator[Verdict]:
    """The verdicts about one workload each: a Service has several behind it, or none."""
    if isinstance(verdict.destination, Pods):
        yield verdict
    else:
        for part in verdict.parts:
            yield from _at_pods(part)


def _words(entry: Entry) -> str:
    port = f"{entry.verdict.protocol} {entry.verdict.port}"
    document = entry.place.document
    if document is entry.service.document:
        return f"Service {entry.service.name}, {port}, from {entry.verdict.source}"
    return f"{document.kind} {document.name} to Service {entry.service.name}, {port}"
