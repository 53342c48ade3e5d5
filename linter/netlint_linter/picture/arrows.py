"""Few arrows for many flows: sets of pods are drawn as one where they have a name.

`every pod`, `every pod with open egress` and `every pod in shop` are such names. What is left is
drawn pod by pod. Traffic that is unrestricted at both ends gets no arrow: the pods are marked as
open instead, or a cluster without policies would be a picture of n² lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from enum import StrEnum

from netlint_linter.picture.model import Flow, Picture
from netlint_rules.netset import PortSet
from netlint_rules.record import NamedTuple, dataclass


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
    rows: dict[tuple[PortSet, bool], dict[str, set[str]]] = {}
    wide = _open_to_any_namespace(picture)
    for flow in picture.flows:
        if not picture.is_unrestricted(flow):
            for sources, destinations, ports in _news(picture, flow, wide):
                row = rows.setdefault((ports, flow.certain), defaultdict(set))
                for source in sources:
                    row[source] |= destinations
    found: dict[tuple[End, End], list[tuple[PortSet, bool]]] = defaultdict(list)
    for what, reached in rows.items():
        for ends in _ends(picture, reached):
            found[ends].append(what)
    return tuple(_arrow(*ends, found[ends]) for ends in sorted(found))


def _open_to_any_namespace(picture: Picture) -> dict[str, PortSet]:
    """The ports of each node that pods of any namespace reach."""
    pods = {outside.id for outside in picture.externals if outside.in_cluster}
    found: dict[str, PortSet] = {}
    for flow in picture.flows:
        if flow.certain and not pods.isdisjoint(flow.sources):
            for each in flow.destinations:
                found[each] = found.get(each, PortSet.empty()) | flow.ports
    return found


def _news(
    picture: Picture, flow: Flow, wide: Mapping[str, PortSet]
) -> Iterator[tuple[Set[str], Set[str], PortSet]]:
    """A flow without what an arrow from pods of any namespace says of pods that may send."""
    senders = flow.sources & picture.senders
    if flow.sources - senders:
        yield flow.sources - senders, flow.destinations, flow.ports
    if not senders:
        return
    by_ports: dict[PortSet, set[str]] = defaultdict(set)
    for each in flow.destinations:
        ports = flow.ports - wide[each] if each in wide else flow.ports
        by_ports[ports].add(each)
    for ports, destinations in by_ports.items():
        if ports:
            yield senders, destinations, ports


def _arrow(source: End, destination: End, found: list[tuple[PortSet, bool]]) -> Arrow:
    sure = [ports for ports, certain in found if certain]
    union = PortSet.empty()
    for ports in sure or [ports for ports, _ in found]:
        union |= ports
    return Arrow(source, destination, union, bool(sure), len(sure) < len(found))


def _ends(picture: Picture, reached: Mapping[str, Set[str]]) -> Iterator[tuple[End, End]]:
    """The ends of arrows for what each source reaches: first for sources that have a name."""
    told: dict[str, set[str]] = defaultdict(set)
    for end, members in _named(picture, picture.senders):
        rows = [_closed(reached.get(each, ()), each, members) for each in members]
        alike = set.intersection(*rows)
        known: set[str] = set.intersection(*[told[each] for each in members])
        news = alike - known
        for destination in _cover(picture, news, alike):
            yield end, destination
        for each in members if news else ():
            told[each] |= alike
    for source, row in reached.items():
        node = source in picture.by_id
        end = End(Extent.NODE if node else Extent.EXTERNAL, source)
        rest = row - told[source] - {source}
        for destination in _cover(picture, rest, row | {source} if node else row):
            yield end, destination


def _named(picture: Picture, opened: frozenset[str]) -> Iterator[tuple[End, frozenset[str]]]:
    """The sets of nodes that have a name, larger ones before those in them."""
    if len(picture.nodes) > 1:
        yield End(Extent.EVERY), frozenset(picture.by_id)
    if len({picture.by_id[each].namespace for each in opened}) > 1:
        yield End(Extent.OPEN), opened
    for namespace, members in picture.members.items():
        if len(members) > 1:
            yield End(Extent.NAMESPACE, namespace), members


def _closed(row: Iterable[str], node: str, members: Set[str]) -> set[str]:
    """What a node reaches. Itself too, if enough others are left to speak of every member."""
    return {*row, node} if len(members) > 2 else {*row}


def _cover(picture: Picture, ids: Set[str], reached: Set[str]) -> Iterator[End]:
    """The names that together mean these ids and nothing that isn't reached, largest first."""
    rest = set(ids)
    for end, members in _named(picture, picture.receivers):
        if not rest.isdisjoint(members) and _is_within(members, ids, reached):
            yield end
            rest -= members
    for each in rest:
        yield End(Extent.NODE if each in picture.by_id else Extent.EXTERNAL, each)


def _is_within(members: Set[str], ids: Set[str], reached: Set[str]) -> bool:
    return members <= (reached if len(members) > 2 else ids)
