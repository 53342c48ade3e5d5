"""The map of a bundle: every connection between workloads, and with addresses outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.reach.ends import End, Outside, Owner
from netlint_rules.reach.exposure import Exposure
from netlint_rules.reach.open import Open, any_of
from netlint_rules.reach.table import Table
from netlint_rules.reach.trace import Trace
from netlint_rules.reach.tracing import traces
from netlint_rules.record import NamedTuple


class Connection(NamedTuple):
    """Ports that are open from one workload, or some addresses, to another.

    `ports` are open for sure, `possible` are those and what can't be told from what is in view:
    one of them may be empty, never both. Ports that only some pods of a workload have open count
    as open. At most one end is addresses.
    """

    source: Owner | AddressSet
    destination: Owner | AddressSet
    ports: PortSet
    possible: PortSet


class Group(NamedTuple):
    """Connections from each of `sources` to each of `destinations`, all but itself, on same ports.

    The workloads at one end are alike to every policy. At most one end is addresses.
    """

    sources: tuple[Owner, ...] | AddressSet
    destinations: tuple[Owner, ...] | AddressSet
    ports: PortSet
    possible: PortSet


class Map:
    """Who can talk to whom in a bundle. Made by `Network.map`; cost grows with classes of pods."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @cached_property
    def workloads(self) -> tuple[Owner, ...]:
        """Every workload, sorted."""
        return tuple(sorted(self._classes_of))

    @cached_property
    def _classes_of(self) -> dict[Owner, list[int]]:
        found: dict[Owner, list[int]] = defaultdict(list)
        for at, each in enumerate(self._table.classes):
            for owner in each.owners:
                found[owner].append(at)
        return dict(found)

    def connections(self) -> Iterator[Connection]:
        """Every connection, sorted by source and destination, addresses last.

        One for each pair of workloads, none for a workload with itself; for addresses one for
        each set of them that has the same ports.
        """
        for owner in self.workloads:
            yield from self._within(owner)
            for addresses, found in self._outside(Direction.EGRESS, owner):
                yield Connection(owner, addresses, found.certain, found.possible)
        for owner in self.workloads:
            for addresses, found in self._outside(Direction.INGRESS, owner):
                yield Connection(addresses, owner, found.certain, found.possible)

    def groups(self) -> Iterator[Group]:
        """Every connection, but as many at a time as policies can't tell apart.

        A workload that has several kinds of pods is in a group for each of them.
        """
        table = self._table
        for at, each in enumerate(table.classes):
            for to, number in table.next_to[at]:
                if to != at or len(each.owners) > 1:
                    found = table.opens[number]
                    yield Group(each.owners, table.classes[to].owners, *found)
            for addresses, found in table.outside(Direction.EGRESS, at):
                yield Group(each.owners, addresses, *found)
            for addresses, found in table.outside(Direction.INGRESS, at):
                yield Group(addresses, each.owners, *found)

    def _within(self, source: Owner) -> Iterator[Connection]:
        opens, found = self._table.opens, dict[Owner, int]()
        for at in self._classes_of[source]:
            for to, number in self._table.next_to[at]:
                for owner in self._table.classes[to].owners:
                    known = found.get(owner)
                    found[owner] = number if known is None else opens.either(known, number)
        found.pop(source, None)
        for owner in sorted(found):
            ports = opens[found[owner]]
            yield Connection(source, owner, ports.certain, ports.possible)

    def _outside(self, direction: Direction, owner: Owner) -> Iterator[tuple[AddressSet, Open]]:
        ats = self._classes_of[owner]
        if len(ats) == 1:
            yield from self._table.outside(direction, ats[0])
            return
        pieces: list[tuple[AddressSet, Open]] = []
        for at in ats:
            for piece in self._table.outside(direction, at):
                pieces = _overlaid(pieces, piece)
        joined: dict[Open, AddressSet] = {}
        for addresses, found in pieces:
            joined[found] = joined.get(found, AddressSet.empty()) | addresses
        yield from ((addresses, found) for found, addresses in joined.items())

    def exposures(self) -> Iterator[Exposure]:
        """What is open around each workload, the workloads sorted."""
        for owner in self.workloads:
            yield self._exposure(owner)

    def _exposure(self, owner: Owner) -> Exposure:
        table, ats = self._table, self._classes_of[owner]
        return Exposure(
            owner,
            any_of(table.internet(Direction.INGRESS, at) for at in ats),
            any_of(table.strange(Direction.INGRESS, at) for at in ats),
            any_of(table.internet(Direction.EGRESS, at) for at in ats),
        )

    def explain(self, connection: Connection) -> Iterator[Trace]:
        """Why the ports are open: a trace for each set of rules by which some of them are."""
        seen = set[tuple[int, ...]]()
        for source in self._ends(connection.source):
            for destination in self._ends(connection.destination):
                for found in traces(self._table.world, source, destination):
                    rules = tuple(id(step.rule) for step in found.allowing())
                    if rules not in seen and not found.open.is_nothing:
                        seen.add(rules)
                        yield found

    def _ends(self, end: Owner | AddressSet) -> Iterator[End]:
        if isinstance(end, AddressSet):
            yield from map(Outside, self._table.world.parts(end))
        else:
            for at in self._classes_of[end]:
                yield self._table.classes[at].pods


def _overlaid(
    pieces: list[tuple[AddressSet, Open]], more: tuple[AddressSet, Open]
) -> list[tuple[AddressSet, Open]]:
    """Disjoint pieces with one more laid over them: where they meet, both are open."""
    rest, found = more
    result: list[tuple[AddressSet, Open]] = []
    for addresses, known in pieces:
        shared = addresses & rest
        if shared:
            result.append((shared, known.either(found)))
            rest -= shared
        if addresses != shared:
            result.append((addresses - shared, known))
    return [*result, (rest, found)] if rest else result
