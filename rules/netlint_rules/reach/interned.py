"""Open ports by small numbers, so that equal sets are computed with once."""

from __future__ import annotations

from netlint_rules.reach.open import EVERYTHING, NOTHING, UNDECIDED, Open

Cells = dict[int, int]
"""A partition: the number of some ports → the bit mask of the positions where they are open."""


class Interned:
    """Every `Open` that came up, by number; unions and intersections are made once."""

    def __init__(self) -> None:
        self._values: list[Open] = []
        self._numbers: dict[Open, int] = {}
        self._either: dict[tuple[int, int], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self.nothing, self.everything, self.undecided = map(
            self.number, (NOTHING, EVERYTHING, UNDECIDED)
        )

    def number(self, value: Open) -> int:
        """The number of some ports."""
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = len(self._values)
            self._values.append(value)
        return known

    def __getitem__(self, number: int) -> Open:
        return self._values[number]

    def either(self, one: int, two: int) -> int:
        """The union."""
        if one == two:
            return one
        known = self._either.get((one, two))
        if known is None:
            known = self.number(self._values[one].either(self._values[two]))
            self._either[one, two] = self._either[two, one] = known
        return known

    def both(self, one: int, two: int) -> int:
        """The intersection."""
        if one == two:
            return one
        known = self._both.get((one, two))
        if known is None:
            known = self.number(self._values[one].both(self._values[two]))
            self._both[one, two] = self._both[two, one] = known
        return known

    def doubted(self, number: int) -> int:
        """With every port possible."""
        return self.number(self._values[number]._replace(possible=UNDECIDED.possible))

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
