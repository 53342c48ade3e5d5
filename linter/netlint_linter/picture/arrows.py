"""Few arrows for many flows: sets of pods are drawn as one where they have a name.

`every pod`, `every pod without egress rules` and `every pod in shop` are such names. What is left
is drawn pod by pod. Traffic that no policy restricts at either end gets no arrow: the pods are
marked as open instead, or a cluster without policies would be a picture of n² lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from netlint_linter.picture.model import Flow, Picture
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction

K = TypeVar("K", bound=Hashable)


class Extent(StrEnum):
    """What an end of an arrow stands for."""

    NODE = "node"
    EXTERNAL = "external"
    NAMESPACE = "namespace"
    EVERY = "every"
    FREE = "free"


class End(NamedTuple):
    """One end of an arrow. `name` is an id, a namespace, or empty for `EVERY` and `FREE`.

    `FREE` means every pod that no policy isolates in the direction that this end acts in.
    """

    extent: Extent
    name: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """What an arrow says. Not `certain`: some of it hangs on what isn't in view."""

    source: End
    destination: End
    ports: PortSet
    certain: bool


def arrows(picture: Picture) -> tuple[Arrow, ...]:
    """The arrows that show every flow that policies have a say in; the same for the same input."""
    found: dict[tuple[End, End], list[Flow]] = defaultdict(list)
    for flow in _merged([flow for flow in picture.flows if not flow.is_default]):
        sources = list(_cover(picture, flow.sources, Direction.EGRESS))
        for destination in _cover(picture, flow.destinations, Direction.INGRESS):
            for source in sources:
                if source != destination or source.extent is not Extent.NODE:
                    found[source, destination].append(flow)
    return tuple(_arrow(*ends, found[ends]) for ends in sorted(found))


def _arrow(source: End, destination: End, flows: list[Flow]) -> Arrow:
    ports = PortSet.empty()
    for flow in flows:
        ports |= flow.ports
    return Arrow(source, destination, ports, all(flow.certain for flow in flows))


def _merged(flows: list[Flow]) -> list[Flow]:
    """Flows for the same ports as few large products of sets, whatever their reasons."""
    for _ in range(2):
        flows = _united(flows, by_source=True)
        flows = _united(flows, by_source=False)
    return flows


def _united(flows: list[Flow], *, by_source: bool) -> list[Flow]:
    groups: dict[tuple[frozenset[str], PortSet, bool], set[str]] = defaultdict(set)
    for flow in flows:
        same, other = flow.sources, flow.destinations
        if not by_source:
            same, other = other, same
        groups[same, flow.ports, flow.certain] |= other
    united = []
    for (same, ports, certain), grown in groups.items():
        sources, destinations = (same, frozenset(grown)) if by_source else (frozenset(grown), same)
        united.append(Flow(sources, destinations, ports, certain=certain))
    return united


def _cover(picture: Picture, ids: frozenset[str], direction: Direction) -> Iterator[End]:
    """The names that together mean exactly these ids, largest first."""
    nodes = ids & picture.by_id.keys()
    yield from (End(Extent.EXTERNAL, id) for id in sorted(ids - nodes))
    if len(nodes) == len(picture.nodes) > 1:
        yield End(Extent.EVERY)
        return
    free = picture.unrestricted(direction)
    if len(free) > 1 and free <= nodes and _spreads(picture, free):
        yield End(Extent.FREE)
        nodes -= free
    yield from _by_namespace(picture, nodes, ids)


def _spreads(picture: Picture, ids: Iterable[str]) -> bool:
    return len({picture.by_id[id].namespace for id in ids}) > 1


def _by_namespace(picture: Picture, nodes: frozenset[str], ids: frozenset[str]) -> Iterator[End]:
    for namespace, members in picture.members.items():
        if len(members) > 1 and members <= ids and members & nodes:
            yield End(Extent.NAMESPACE, namespace)
        else:
            yield from (End(Extent.NODE, id) for id in sorted(members & nodes))
