"""The address space cut along the edges of ipBlocks: within a part no block tells two apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from netlint_rules.addresses import AddressSet
from netlint_rules.intervals import joined

_ENDS = {4: 1 << 32, 6: 1 << 128}


class Atoms:
    """The parts of both IP versions' addresses. Each lies wholly in or out of each of the sets.

    `parts` are disjoint and hold every address. `held_by` has for each part a bit mask of the
    positions of the sets that hold it.
    """

    def __init__(self, sets: Sequence[AddressSet]) -> None:
        found = [part for version in _ENDS for part in _cut(sets, version)]
        self.parts = [part for part, _ in found]
        self.held_by = [mask for _, mask in found]

    def holding(self, addresses: AddressSet) -> tuple[int, int]:
        """The sets that hold all the addresses, and those that hold some of them."""
        certain, possible = -1, 0
        for part, mask in zip(self.parts, self.held_by, strict=True):
            if not part.isdisjoint(addresses):
                certain &= mask
                possible |= mask
        return certain & possible, possible


def _cut(sets: Sequence[AddressSet], version: int) -> Iterator[tuple[AddressSet, int]]:
    toggles: dict[int, int] = defaultdict(int, {0: 0, _ENDS[version]: 0})
    for position, each in enumerate(sets):
        for first, last in each.intervals(version):
            toggles[first] ^= 1 << position
            toggles[last + 1] ^= 1 << position
    grouped: dict[int, list[tuple[int, int]]] = defaultdict(list)
    mask = 0
    for start, stop in pairwise(sorted(toggles)):
        mask ^= toggles[start]
        grouped[mask].append((start, stop - 1))
    for held_by, intervals in grouped.items():
        yield AddressSet.of_intervals(version, joined(intervals)), held_by


def together(parts: Sequence[AddressSet]) -> AddressSet:
    """All addresses of some sets that share none."""
    if len(parts) == 1:
        return parts[0]
    found = AddressSet.empty()
    for version in _ENDS:
        intervals = sorted(pair for part in parts for pair in part.intervals(version))
        found |= AddressSet.of_intervals(version, joined(intervals))
    return found
