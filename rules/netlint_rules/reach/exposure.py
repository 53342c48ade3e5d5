"""Which workloads are open to the internet, or to pods of every namespace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from netlint_rules.reach.ends import Owner
from netlint_rules.reach.interned import Interned
from netlint_rules.reach.open import Open
from netlint_rules.record import NamedTuple


class Exposure(NamedTuple):
    """What policies leave open around one workload.

    `internet`: the ports on which at least half of the public addresses of an IP version are let
    in; whether something routes them there is another matter. `namespaces`: those on which pods
    without labels of a namespace without labels are let in, so that every namespace of the
    cluster is. `to_internet`: the ports of as many public addresses that its pods may reach.
    """

    workload: Owner
    internet: Open
    namespaces: Open
    to_internet: Open


def mostly(sizes: Mapping[int, int], opens: Interned) -> int:
    """The number of the ports that are open for at least half of some addresses.

    `sizes` says of each number of open ports for how many addresses it is.
    """
    certain: dict[int, int] = defaultdict(int)
    possible: dict[int, int] = defaultdict(int)
    for number, size in sizes.items():
        surely, maybe = opens.masks(number)
        certain[surely] += size
        possible[maybe] += size
    return opens.number(_of_half(certain), _of_half(possible))


def _of_half(sizes: Mapping[int, int]) -> int:
    """The bits that masks of at least half the total size have."""
    total = sum(sizes.values())
    pieces = [(-1, 0)] if total else []
    for mask, size in sizes.items():
        split = [(piece & mask, held + size) for piece, held in pieces]
        split += [(piece & ~mask, held) for piece, held in pieces]
        pieces = [(piece, held) for piece, held in split if piece]
    result = 0
    for piece, held in pieces:
        if 2 * held >= total:
            result |= piece
    return result
