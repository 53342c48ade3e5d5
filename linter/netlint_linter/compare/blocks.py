"""Changes that are alike, told as one: `every pod of shop → shop/db`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from netlint_linter.compare.changes import Change, End
from netlint_rules.netset import PortSet
from netlint_rules.reach import Owner
from netlint_rules.record import NamedTuple


class Block(NamedTuple):
    """Changes of the same ports, from each of the sources to each of the destinations."""

    sources: frozenset[End]
    destinations: frozenset[End]
    opened: PortSet
    closed: PortSet
    changes: tuple[Change, ...]


def blocks(changes: Iterable[Change]) -> list[Block]:
    """The fewest blocks of two ways to group: by source first, or by destination."""
    by_ports: dict[tuple[PortSet, PortSet], list[Change]] = defaultdict(list)
    for change in changes:
        by_ports[change.opened, change.closed].append(change)
    found: list[Block] = []
    for alike in by_ports.values():
        ways = [_grouped(alike, swap=False), _grouped(alike, swap=True)]
        found += ways[0] if len(ways[0]) <= len(ways[1]) else ways[1]
    return found


def _grouped(alike: Sequence[Change], *, swap: bool) -> list[Block]:
    """Changes of the same ports, grouped by one end and then by equal other ends."""
    others: dict[End, set[End]] = defaultdict(set)
    by_pair: dict[tuple[End, End], tuple[int, Change]] = {}
    for at, change in enumerate(alike):
        own, other = change.destination, change.source
        if swap:
            own, other = other, own
        others[own].add(other)
        by_pair[own, other] = at, change
    groups: dict[frozenset[End], list[End]] = defaultdict(list)
    for own, found in others.items():
        # Nothing is said of a workload with itself, which so keeps no two ends apart.
        groups[frozenset({own, *found} if isinstance(own, Owner) else found)].append(own)
    return [_block(ends, members, by_pair, swap=swap) for ends, members in groups.items()]


def _block(
    ends: frozenset[End],
    members: Sequence[End],
    by_pair: Mapping[tuple[End, End], tuple[int, Change]],
    *,
    swap: bool,
) -> Block:
    if len(members) == 1:
        ends -= {members[0]}
    pairs = ((own, other) for own in members for other in ends)
    # Sets have no order, and what is told of a block begins with its first change.
    changes = tuple(
        change for _, change in sorted(by_pair[each] for each in pairs if each in by_pair)
    )
    own = frozenset(members)
    sources, destinations = (own, ends) if swap else (ends, own)
    return Block(sources, destinations, changes[0].opened, changes[0].closed, changes)
