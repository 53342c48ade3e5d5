"""Open ports by small numbers, with which rows and tables of them are filled."""

from __future__ import annotations

from netlint_rules.reach.open import Open
from netlint_rules.reach.portatoms import PortAtoms

Cells = dict[int, int]
"""A partition: the number of some ports → the bit mask of the positions where they are open."""


class Interned:
    """Every `Open` that came up, by number: kept as two masks of parts of ports."""

    def __init__(self, atoms: PortAtoms) -> None:
        self._atoms = atoms
        self._masks: list[tuple[int, int]] = []
        self._numbers: dict[tuple[int, int], int] = {}
        self._values: dict[int, Open] = {}
        self.nothing = self.number(0, 0)
        self.everything = self.number(atoms.all, atoms.all)
        self.undecided = self.number(0, atoms.all)

    def number(self, certain: int, possible: int) -> int:
        """The number of the ports of two masks."""
        masks = (certain, possible)
        known = self._numbers.get(masks)
        if known is None:
            known = self._numbers[masks] = len(self._masks)
            self._masks.append(masks)
        return known

    def of(self, value: Open) -> int:
        """The number of some ports."""
        return self.number(self._atoms.mask(value.certain), self._atoms.mask(value.possible))

    def masks(self, number: int) -> tuple[int, int]:
        """The masks of what is certainly open, and of what is possibly."""
        return self._masks[number]

    def __getitem__(self, number: int) -> Open:
        known = self._values.get(number)
        if known is None:
            certain, possible = (self._atoms.ports(mask) for mask in self._masks[number])
            known = self._values[number] = Open(certain, possible)
        return known

    def either(self, one: int, two: int) -> int:
        """The union."""
        if one == two:
            return one
        (certain, possible), (more, maybe) = self._masks[one], self._masks[two]
        return self.number(certain | more, possible | maybe)

    def both(self, one: int, two: int) -> int:
        """The intersection."""
        if one == two:
            return one
        (certain, possible), (more, maybe) = self._masks[one], self._masks[two]
        return self.number(certain & more, possible & maybe)

    def doubted(self, number: int) -> int:
        """With every port possible."""
        return self.number(self._masks[number][0], self._atoms.all)

    def unsure(self, number: int) -> int:
        """With no port certain."""
        return self.number(0, self._masks[number][1])

    def add(self, cells: Cells, where: int, opened: int) -> Cells:
        """A partition after ports are opened at some positions."""
        result: Cells = {}
        for number, mask in cells.items():
            hit = mask & where
            if hit:
                more = self.either(number, opened)
                result[more] = result.get(more, 0) | hit
            if hit != mask:
                result[number] = result.get(number, 0) | (mask ^ hit)
        return result

    def meet(self, one: Cells, two: Cells) -> Cells:
        """What two partitions both open."""
        result: Cells = {}
        for first, here in one.items():
            for second, there in two.items():
                if here & there:
                    number = self.both(first, second)
                    result[number] = result.get(number, 0) | (here & there)
        return result
