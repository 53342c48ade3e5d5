"""What the policies on a class of pods open towards every peer at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from netlint_rules.policy import Direction, Policy
from netlint_rules.reach.classes import PodClass
from netlint_rules.reach.interned import Cells, Interned
from netlint_rules.reach.match import opened_at
from netlint_rules.reach.open import Listening
from netlint_rules.reach.positions import Positions
from netlint_rules.reach.world import World

Row = Sequence[int]
"""At each position the number of the ports that are open towards the peer there."""

_Piece = tuple[int, int]
"""Positions as a bit mask, and the number of the ports that a rule opens there."""


class Rows:
    """Makes rows; the same policies on pods with the same named ports make one."""

    def __init__(self, world: World, positions: Positions, opens: Interned) -> None:
        self._world = world
        self._positions = positions
        self._opens = opens
        self._known: dict[tuple[object, ...], Row] = {}
        self._pieces: dict[tuple[int, Direction, Listening | None], list[_Piece]] = {}

    def row(self, direction: Direction, pods: PodClass) -> Row:
        """The row of a class in a direction."""
        workload = pods.pods.workload
        is_free = self._world.cni is not None and self._world.cni.enforces == "no"
        if is_free or not workload.is_subject:
            return self._constant(self._opens.everything)
        if self._world.index.unmodelled_in(workload.namespace):
            return self._constant(self._opens.undecided)
        selecting = self._world.selecting(workload, direction)
        if not (selecting.certain or selecting.possible):
            return self._constant(self._opens.everything)
        at = pods.listening if direction is Direction.INGRESS else None
        ids = (tuple(map(id, selecting.certain)), tuple(map(id, selecting.possible)))
        key = (*ids, direction, at)
        known = self._known.get(key)
        if known is None:
            cells = self._cells(selecting.certain, selecting.possible, direction, at)
            known = self._known[key] = self._laid_out(cells)
        return known

    def _constant(self, number: int) -> Row:
        known = self._known.get((number,))
        if known is None:
            known = self._known[number,] = array("I", [number]) * self._positions.count
        return known

    def _laid_out(self, cells: Cells) -> Row:
        row = array("I", [0]) * self._positions.count
        for number, mask in cells.items():
            for position in _bits(mask):
                row[position] = number
        return row

    def _cells(
        self,
        certain: Iterable[Policy],
        possible: Iterable[Policy],
        direction: Direction,
        at: Listening | None,
    ) -> Cells:
        pieces = [piece for each in certain for piece in self._of_policy(each, direction, at)]
        unsure = [self._of_policy(each, direction, at) for each in possible]
        if not tuple(certain):
            return self._if_any(unsure)
        pieces += [(mask, self._opens.unsure(number)) for each in unsure for mask, number in each]
        return self._summed(pieces)

    def _if_any(self, policies: Iterable[list[_Piece]]) -> Cells:
        """Where only uncertain policies isolate: open is what each of them opens by itself."""
        cells = {self._opens.everything: self._positions.all}
        for pieces in policies:
            cells = self._opens.meet(cells, self._summed(pieces))
        doubted: Cells = {}
        for number, mask in cells.items():
            wide = self._opens.doubted(number)
            doubted[wide] = doubted.get(wide, 0) | mask
        return doubted

    def _summed(self, pieces: Iterable[_Piece]) -> Cells:
        cells = {self._opens.nothing: self._positions.all}
        for mask, number in pieces:
            if mask:
                cells = self._opens.add(cells, mask, number)
        return cells

    def _of_policy(
        self, policy: Policy, direction: Direction, at: Listening | None
    ) -> list[_Piece]:
        """`at`: what named ports mean at the subject; None where each peer gives them a meaning."""
        key = (id(policy), direction, at)
        known = self._pieces.get(key)
        if known is None:
            known = self._pieces[key] = list(self._read(policy, direction, at))
        return known

    def _read(self, policy: Policy, direction: Direction, at: Listening | None) -> Iterator[_Piece]:
        for rule in policy.rules[direction]:
            where = self._positions.of_rule(policy.namespace, rule)
            ports = rule.ports
            is_same = at is not None or not ports.names
            everywhere = {at or Listening(): self._positions.all}
            for each, mask in (everywhere if is_same else self._positions.by_listening).items():
                surely, maybe = where.certain & mask, where.possible & ~where.certain & mask
                if surely or maybe:
                    number = self._opens.of(opened_at(ports, rule, each))
                    yield surely, number
                    yield maybe, self._opens.unsure(number)


def _bits(mask: int) -> Iterator[int]:
    """The positions of a mask's bits, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
