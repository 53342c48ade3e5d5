"""All pairs of classes of pods, and of these with addresses outside, as sets of ports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.reach.atoms import together
from netlint_rules.reach.classes import PodClass, classes
from netlint_rules.reach.exposure import mostly
from netlint_rules.reach.interned import Interned
from netlint_rules.reach.open import Open
from netlint_rules.reach.portatoms import PortAtoms
from netlint_rules.reach.positions import Positions
from netlint_rules.reach.rows import Row, Rows
from netlint_rules.reach.world import World


class Table:
    """What is open between classes; `classes` are in the order of their first owners."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.classes = classes(world)
        self.opens = Interned(PortAtoms(_ports(world, self.classes)))
        self._positions = Positions(world, self.classes)
        rows = Rows(world, self._positions, self.opens)
        self._rows = {
            direction: [rows.row(direction, each) for each in self.classes]
            for direction in Direction
        }
        self._is_public, self._is_inside = 1 << len(world.blocks), 2 << len(world.blocks)
        self._internet: dict[int, Open] = {}
        self._outside: dict[int, list[tuple[AddressSet, Open]]] = {}

    def between(self, source: int, destination: int) -> int:
        """The number of the ports that are open from one class to another."""
        egress = self._rows[Direction.EGRESS][source]
        ingress = self._rows[Direction.INGRESS][destination]
        there, here = self._positions.of_class[destination], self._positions.of_class[source]
        found = self.opens.nothing
        for version, position in here.items():
            if version in there:
                both = self.opens.both(egress[there[version]], ingress[position])
                found = self.opens.either(found, both)
        if self._is_near(source, destination):
            found = self.opens.doubted(found) if found != self.opens.everything else found
        return found

    def _is_near(self, source: int, destination: int) -> bool:
        """Whether the source may be on the destination's node, which is always let in."""
        subject = self.classes[destination].pods.workload
        return self.classes[source].pods.workload.host_network and subject.is_subject

    def outside(self, direction: Direction, at: int) -> Sequence[tuple[AddressSet, Open]]:
        """The addresses outside that a class reaches, or is reached from, by open ports."""
        row = self._rows[direction][at]
        known = self._outside.get(id(row))
        if known is None:
            known = self._outside[id(row)] = list(self._joined(row))
        return known

    @cached_property
    def _outer(self) -> list[tuple[AddressSet, int]]:
        """The atoms outside the cluster, with their positions."""
        return list(self._atoms_of(self._is_inside, 0))

    def _joined(self, row: Row) -> Iterator[tuple[AddressSet, Open]]:
        found: dict[int, list[AddressSet]] = defaultdict(list)
        for part, position in self._outer:
            found[row[position]].append(part)
        for number, parts in found.items():
            if number != self.opens.nothing:
                yield together(parts), self.opens[number]

    def internet(self, direction: Direction, at: int) -> Open:
        """The ports that are open between a class and most of the internet."""
        row = self._rows[direction][at]
        known = self._internet.get(id(row))
        if known is None:
            found = [mostly(self._of_version(row, version), self.opens) for version in (4, 6)]
            known = self._internet[id(row)] = self.opens[self.opens.either(*found)]
        return known

    def _of_version(self, row: Row, version: int) -> dict[int, int]:
        """How many public addresses of a version have what ports open."""
        found: dict[int, int] = defaultdict(int)
        for position, size in self._public[version]:
            found[row[position]] += size
        return found

    @cached_property
    def _public(self) -> dict[int, list[tuple[int, int]]]:
        """The positions of the public addresses of each IP version, with how many they are."""
        wanted = self._is_public | self._is_inside
        found: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for part, position in self._atoms_of(wanted, self._is_public):
            for version in part.families:
                found[version].append((position, part.of_version(version).size()))
        return found

    def _atoms_of(self, bits: int, value: int) -> Iterator[tuple[AddressSet, int]]:
        """The atoms that some of the sets in question hold, and others don't."""
        atoms = self.world.atoms
        for number, (part, held_by) in enumerate(zip(atoms.parts, atoms.held_by, strict=True)):
            if held_by & bits == value:
                yield part, self._positions.atoms_from + number

    def strange(self, direction: Direction, at: int) -> Open:
        """What is open between a class and pods of any namespace."""
        row = self._rows[direction][at]
        found = self.opens.nothing
        for position in self._positions.strangers:
            found = self.opens.either(found, row[position])
        return self.opens[found]

    @cached_property
    def next_to(self) -> list[list[tuple[int, int]]]:
        """For each class the classes that it may reach, with the number of the ports."""
        every = range(len(self.classes))
        return [
            [(to, number) for to in every if (number := self.between(at, to)) != self.opens.nothing]
            for at in every
        ]


def _ports(world: World, known: Iterable[PodClass]) -> Iterator[PortSet]:
    """Every set of ports that a rule may open somewhere."""
    for each in known:
        yield from (PortSet.of(protocol, port) for _, protocol, port in each.listening.ports)
    for policies in world.index.policies.values():
        for policy in policies:
            for rules in policy.rules.values():
                yield from (rule.ports for rule in rules)
