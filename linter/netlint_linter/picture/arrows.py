"""Few arrows for many flows: sets of pods are drawn as one where they have a name.

`every pod`, `every pod with open egress` and `every pod in shop` are such names. What is left is
drawn pod by pod. Traffic that is unrestricted at both ends gets no arrow: the pods are marked as
open instead, or a cluster without policies would be a picture of n² lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from enum import StrEnum
from typing import NamedTuple

from netlint_linter.picture.merging import merged
from netlint_linter.picture.model import Flow, Picture
from netlint_rules.netset import PortSet
from netlint_rules.record import dataclass, replace


class Extent(StrEnum):
    """What an end of an arrow stands for."""

    NODE = "node"
    EXTERNAL = "external"
    NAMESPACE = "namespace"
    EVERY = "every"
    OPEN = "open"


class End(NamedTuple):
    """One end of an arrow. `name` is an id, a namespace, or empty for `EVERY` and `OPEN`.

    `OPEN` means every pod that is open in the direction that this end acts in.
    """

    extent: Extent
    name: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """What an arrow says. Not `certain`: all of it hangs on what isn't in view.

    `in_doubt`: more than `ports` may be open.
    """

    source: End
    destination: End
    ports: PortSet
    certain: bool
    in_doubt: bool


def arrows(picture: Picture) -> tuple[Arrow, ...]:
    """The arrows that show every flow that policies have a say in; the same for the same input."""
    found: dict[tuple[End, End], list[Flow]] = defaultdict(list)
    restricted = [flow for flow in picture.flows if not picture.is_unrestricted(flow)]
    for flow in merged(replace(flow, reasons=()) for flow in restricted):
        sources = _cover(picture, flow.sources, flow.destinations, picture.senders)
        for destination in _cover(picture, flow.destinations, flow.sources, picture.receivers):
            for source in sources:
                if source != destination or source.extent is not Extent.NODE:
                    found[source, destination].append(flow)
    return tuple(_arrow(*ends, found[ends]) for ends in sorted(found))


def _arrow(source: End, destination: End, flows: list[Flow]) -> Arrow:
    sure = [flow for flow in flows if flow.certain]
    ports = PortSet.empty()
    for flow in sure or flows:
        ports |= flow.ports
    return Arrow(source, destination, ports, bool(sure), len(sure) < len(flows))


def _cover(
    picture: Picture, ids: frozenset[str], others: frozenset[str], opened: frozenset[str]
) -> list[End]:
    """The names that together mean exactly these ids, largest first.

    Where `others`, the other end, is one node, that node belongs to a name or not: no flow leads
    from a node to itself.
    """
    nodes = ids & picture.by_id.keys()
    free = others if len(others) == 1 else frozenset[str]()
    names = [End(Extent.EXTERNAL, each) for each in sorted(ids - nodes)]
    if _are_all(picture.by_id.keys(), nodes, free):
        return [*names, End(Extent.EVERY)]
    if _spreads(picture, opened) and _are_all(opened, nodes, free):
        names.append(End(Extent.OPEN))
        nodes -= opened
    for namespace, members in picture.members.items():
        if members & nodes and _are_all(members, ids, free):
            names.append(End(Extent.NAMESPACE, namespace))
        else:
            names += [End(Extent.NODE, each) for each in sorted(members & nodes)]
    return names


def _are_all(members: Set[str], ids: Set[str], free: Set[str]) -> bool:
    """Whether the ids are all members. One may be missing, if enough are left to say `every`."""
    return len(members) > 1 and members <= (ids | free if len(members) > 2 else ids)


def _spreads(picture: Picture, ids: Iterable[str]) -> bool:
    return len({picture.by_id[each].namespace for each in ids}) > 1
