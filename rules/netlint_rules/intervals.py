"""The arithmetic of sets of integers in canonical intervals: sorted, disjoint, not adjacent.

Equal sets are equal tuples.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import chain

Intervals = tuple[tuple[int, int], ...]
"""Canonical intervals of integers, both ends inclusive."""

Operation = Callable[[bool, bool], bool]
"""What membership in two sets makes of membership in a third: (False, False) gives False."""


def either(left: bool, right: bool) -> bool:
    """Union."""
    return left or right


def both(left: bool, right: bool) -> bool:
    """Intersection."""
    return left and right


def only_first(left: bool, right: bool) -> bool:
    """Difference."""
    return left and not right


def contains(intervals: Intervals, number: int) -> bool:
    """Whether one of the intervals holds the number."""
    # The tuple with one element sorts before every interval that starts at its number.
    after = bisect_right(intervals, (number + 1,))
    return after > 0 and number <= intervals[after - 1][1]


def is_within(left: Intervals, right: Intervals) -> bool:
    """Whether `right` holds every integer of `left`."""
    for first, last in left:
        after = bisect_right(right, (first + 1,))
        if after == 0 or last > right[after - 1][1]:
            return False
    return True


def are_disjoint(left: Intervals, right: Intervals) -> bool:
    """Whether no integer is in both."""
    for first, last in left:
        after = bisect_right(right, (last + 1,))
        if after > 0 and right[after - 1][1] >= first:
            return False
    return True


def combine(operation: Operation, left: Intervals, right: Intervals) -> Intervals:
    """The set of the integers for which the operation holds."""
    if not right:
        return left if operation(True, False) else ()
    if not left:
        return right if operation(False, True) else ()
    toggles: dict[int, int] = {}
    for side, intervals in ((1, left), (2, right)):
        for edge in (edge for first, last in intervals for edge in (first, last + 1)):
            toggles[edge] = toggles.get(edge, 0) ^ side
    wanted = (False, operation(True, False), operation(False, True), operation(True, True))
    result: list[tuple[int, int]] = []
    held = start = 0
    for edge in sorted(toggles):
        was_wanted, held = wanted[held], held ^ toggles[edge]
        if not was_wanted:
            start = edge
        elif not wanted[held]:
            result.append((start, edge - 1))
    return tuple(result)


def united(sets: Iterable[Intervals]) -> Intervals:
    """The union of many sets."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(chain.from_iterable(sets)):
        if not result or first > result[-1][1] + 1:
            result.append((first, last))
        elif last > result[-1][1]:
            result[-1] = (result[-1][0], last)
    return tuple(result)


def joined(intervals: Iterable[tuple[int, int]]) -> Intervals:
    """The set of all integers in disjoint intervals, given in ascending order."""
    result: list[tuple[int, int]] = []
    for first, last in intervals:
        if result and first == result[-1][1] + 1:
            result[-1] = (result[-1][0], last)
        else:
            result.append((first, last))
    return tuple(result)
