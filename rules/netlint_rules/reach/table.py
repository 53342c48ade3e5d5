"""All pairs of classes of pods, and of these with addresses outside, as sets of ports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from netlint_rules.addresses import AddressSet
from netlint_rules.discovery import union
from netlint_rules.policy import Direction
from netlint_rules.reach.classes import classes
from netlint_rules.reach.exposure import mostly
from netlint_rules.reach.interned import Interned
from netlint_rules.reach.open import Open
from netlint_rules.reach.positions import Positions
from netlint_rules.reach.rows import Row, Rows
from netlint_rules.reach.world import World


class Table:
    """What is open between classes; `classes` are in the order of their first owners."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.opens = Interned()
        self.classes = classes(world)
        self._positions = Positions(world, self.classes)
        rows = Rows(world, self._positions, self.opens)
        self._rows = {
            direction: [rows.row(direction, each) for each in self.classes]
            for direction in Direction
        }
        self._public, self._inside = 1 << len(world.blocks), 2 << len(world.blocks)
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

    def _joined(self, row: Row) -> Iterator[tuple[AddressSet, Open]]:
        found: dict[int, list[AddressSet]] = defaultdict(list)
        for part, number in self._atoms_of(row, self._inside, 0):
            found[number].append(part)
        for number, parts in found.items():
            if number != self.opens.nothing:
                yield union(parts), self.opens[number]

    def internet(self, direction: Direction, at: int) -> Open:
        """The ports that are open between a class and most of the internet."""
        row = self._rows[direction][at]
        known = self._internet.get(id(row))
        if known is None:
            sizes: dict[int, dict[int, int]] = {4: defaultdict(int), 6: defaultdict(int)}
            wanted = self._public | self._inside
            for part, number in self._atoms_of(row, wanted, self._public):
                for version, ours in sizes.items():
                    ours[number] += part.of_version(version).size()
            parts = [[(n, self.opens[number]) for number, n in s.items()] for s in sizes.values()]
            known = self._internet[id(row)] = mostly(parts)
        return known

    def _atoms_of(self, row: Row, bits: int, value: int) -> Iterator[tuple[AddressSet, int]]:
        start = self._positions.atoms_from
        for number, (part, held_by) in enumerate(
            zip(self.world.atoms.parts, self.world.atoms.held_by, strict=True)
        ):
            if held_by & bits == value:
                yield part, row[start + number]

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
