"""Which workloads are open to the internet, or to pods of every namespace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netlint_rules.netset import PortSet
from netlint_rules.reach.ends import Owner
from netlint_rules.reach.open import Open, concrete


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


def mostly(versions: Iterable[Sequence[tuple[int, Open]]]) -> Open:
    """The ports that are open for half of the addresses of an IP version, or for more of them.

    Each version's parts are given as their number of addresses and what is open there.
    """
    certain, possible = PortSet.empty(), PortSet.empty()
    for parts in versions:
        certain |= _of_half([(size, found.certain) for size, found in parts])
        possible |= _of_half([(size, found.possible) for size, found in parts])
    return Open(concrete(certain), concrete(possible))


def _of_half(parts: list[tuple[int, PortSet]]) -> PortSet:
    """The ports that sets of at least half the total size hold."""
    total = sum(size for size, _ in parts)
    sizes: dict[PortSet, int] = {}
    for size, ports in parts:
        sizes[ports] = sizes.get(ports, 0) + size
    pieces = [(PortSet.all(), 0)] if total else []
    for ports, size in sizes.items():
        split = [(piece & ports, held + size) for piece, held in pieces]
        split += [(piece - ports, held) for piece, held in pieces]
        pieces = [(piece, held) for piece, held in split if piece]
    result = PortSet.empty()
    for piece, held in pieces:
        if 2 * held >= total:
            result |= piece
    return result
