"""The map as text: what reaches each workload, and what it reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from netlint_linter.answers.grouping import Crowd, Ends
from netlint_linter.answers.reasons import spot, spot_of
from netlint_linter.output.terminal import Pen
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.questions.names import Names
from netlint_rules.reach import Connection, Map, Network, Owner
from netlint_rules.truth import Truth

_PORTS_AT = 46
_MOST_PLACES = 3

Ports = tuple[PortSet, PortSet]
"""Ports that are open for sure, and those that may be."""


def whole_map(network: Network, found: Map, names: Names, pen: Pen) -> Iterator[str]:
    """Every workload with what it reaches, and what reaches it from outside of the cluster."""
    crowd = Crowd.of(names, found.workloads)
    outgoing: dict[Owner, dict[Ends, Ports]] = defaultdict(dict)
    incoming: dict[Owner, dict[Ends, Ports]] = defaultdict(dict)
    for each in found.connections():
        if isinstance(each.source, Owner):
            outgoing[each.source][each.destination] = each.ports, each.possible
        elif isinstance(each.destination, Owner):
            incoming[each.destination][each.source] = each.ports, each.possible
    for owner in found.workloads:
        yield ""
        yield f"{pen.paint(names.owner(owner), 'bold')}{_state(network, owner)}"
        if not incoming[owner] and not outgoing[owner]:
            yield "  reaches nothing, and nothing outside reaches it"
        yield from _grouped("from", incoming[owner], crowd, owner, pen)
        yield from _grouped("to", outgoing[owner], crowd, owner, pen)


def of_workload(
    network: Network, found: Map, owners: Sequence[Owner], names: Names, pen: Pen
) -> Iterator[str]:
    """What reaches some workloads and what they reach, with the places of the rules behind it."""
    connections = list(found.connections())
    for owner in owners:
        sources = [each for each in connections if each.destination == owner]
        targets = [each for each in connections if each.source == owner]
        name = names.owner(owner)
        yield f"{pen.paint(f'{owner.kind} {name}', 'bold')}"
        for direction in Direction:
            yield from _isolation(network, owner, direction, pen)
        for title, ends in ((f"reaches {name}", sources), (f"{name} reaches", targets)):
            yield ""
            if ends:
                yield f"{title}:"
                yield from _explained(found, ends, owner, names, pen)
            else:
                yield f"nothing {title}" if ends is sources else f"{name} reaches nothing"
        yield ""


def _state(network: Network, owner: Owner) -> str:
    """In which directions policies isolate the workload's pods."""
    pods = network.workloads[owner][0]
    if not pods.has_policies:
        return " (in its node's network: policies have no effect)"
    closed = [
        direction.field
        for direction in Direction
        if network.selecting(pods, direction).isolated is not Truth.NO
    ]
    return "" if len(closed) == 2 else f" ({closed[0]} isolated)" if closed else " (not isolated)"


def _isolation(network: Network, owner: Owner, direction: Direction, pen: Pen) -> Iterator[str]:
    for pods in network.workloads[owner][:1]:
        selecting = network.selecting(pods, direction)
        places = [
            f"{policy.name} ({pen.paint(spot_of(policy), 'cyan')})" for policy in selecting.all()
        ]
        by = ", ".join(places) if places else "no policy"
        yield f"  {direction.field} isolated by {by}"


def _grouped(
    word: str, ends: dict[Ends, Ports], crowd: Crowd, owner: Owner, pen: Pen
) -> Iterator[str]:
    groups: dict[Ports, list[Ends]] = defaultdict(list)
    for end, ports in ends.items():
        groups[ports].append(end)
    for ports, members in groups.items():
        text = crowd.described(members, but=owner, shown=12)
        yield f"  {pen.paint(f'{word:4}', 'dim')} {text:{_PORTS_AT - 7}}  {in_words(*ports)}"


def in_words(ports: PortSet, possible: PortSet) -> str:
    """`TCP 80`, `TCP 80, perhaps UDP 53`."""
    doubtful = possible - ports
    if not doubtful:
        return str(ports)
    perhaps = f"perhaps {doubtful}"
    return f"{ports}, {perhaps}" if ports else perhaps


def _explained(
    found: Map, connections: Iterable[Connection], owner: Owner, names: Names, pen: Pen
) -> Iterator[str]:
    for each in connections:
        end = each.destination if each.source == owner else each.source
        places = list(dict.fromkeys(_behind(found, each)))
        more = len(places) - _MOST_PLACES
        text = ", ".join(pen.paint(place, "cyan") for place in places[:_MOST_PLACES])
        text += f" and {more} more" if more > 0 else ""
        lead = f"  {names.end(end):{_PORTS_AT - 12}}  {in_words(each.ports, each.possible):18}"
        yield f"{lead}  {text}".rstrip()


def _behind(found: Map, connection: Connection) -> Iterator[str]:
    for trace in found.explain(connection):
        for step in trace.allowing():
            yield spot(step.location)
