"""The ports cut along the edges of what rules open: within a part no rule tells two ports apart.

Sets of ports are bit masks over the parts, so that uniting thousands of them costs little.
"""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.netset import LAST_PORT, PROTOCOLS, PortSet


class PortAtoms:
    """The parts of all ports of each protocol, made of sets without unresolved names.

    `all` is the mask of every port.
    """

    def __init__(self, sets: Iterable[PortSet]) -> None:
        edges: dict[str, set[int]] = {protocol: {1, LAST_PORT + 1} for protocol in PROTOCOLS}
        for ports in sets:
            for protocol, first, last in ports.ranges():
                edges[protocol] |= {first, last + 1}
        self._edges = {protocol: sorted(found) for protocol, found in edges.items()}
        self._places: dict[tuple[str, int], int] = {}
        for protocol, found in self._edges.items():
            start = len(self._places)
            self._places |= {(protocol, edge): start + at for at, edge in enumerate(found)}
        self.all = self.mask(PortSet.all())

    def mask(self, ports: PortSet) -> int:
        """The parts that make up a set; KeyError for one that was not among the given."""
        mask = 0
        for protocol, first, last in ports.ranges():
            start, stop = self._places[protocol, first], self._places[protocol, last + 1]
            mask |= (1 << stop) - (1 << start)
        return mask

    def ports(self, mask: int) -> PortSet:
        """The set that some parts make up."""
        return PortSet.of_intervals(
            {protocol: tuple(self._runs(protocol, mask)) for protocol in PROTOCOLS}
        )

    def _runs(self, protocol: str, mask: int) -> Iterable[tuple[int, int]]:
        """The intervals of one protocol: each is a run of bits that are set."""
        edges = self._edges[protocol]
        at = self._places[protocol, edges[0]]
        rest, passed = (mask >> at) & ((1 << len(edges)) - 1), 0
        while rest:
            gap = (rest & -rest).bit_length() - 1
            rest >>= gap
            length = (~rest & (rest + 1)).bit_length() - 1
            rest >>= length
            yield edges[passed + gap], edges[passed + gap + length] - 1
            passed += gap + length
