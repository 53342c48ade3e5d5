"""Pairs of ends between which anything may pass, where they are too many to be asked one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.questions.resolve import Target
from netlint_rules.reach import End, Network, Outside, Owner
from netlint_rules.record import dataclass

Pair = tuple[End, Target]


def passing(sources: Iterable[End], at: Sequence[Target], network: Network) -> Iterator[Pair]:
    """The pairs with open ports among those asked for, as the map of all connections has them.

    One for each set of addresses with the same ports; ends that the map doesn't have are paired
    with everything.
    """
    starts = _Side.of([Target(end, None) for end in sources], network)
    ends = _Side.of(at, network)
    for each in network.map().connections():
        for source in starts.meant(each.source, each.possible, network):
            for target in ends.meant(each.destination, each.possible, network):
                yield source.end, target
    yield from ((source.end, target) for source in starts.others for target in at)
    yield from (
        (source.end, target)
        for target in ends.others
        for source in (*starts.workloads.values(), *starts.outside)
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One end of what is asked: workloads, addresses, and what the map has none of."""

    workloads: Mapping[Owner, Target]
    outside: Sequence[Target]
    others: Sequence[Target]

    @staticmethod
    def of(targets: Iterable[Target], network: Network) -> _Side:
        """The ends by what the map calls them."""
        owners = {id(pods): owner for owner, found in network.workloads.items() for pods in found}
        workloads: dict[Owner, Target] = {}
        outside: list[Target] = []
        others: list[Target] = []
        for target in targets:
            owner = owners.get(id(target.end))
            if owner is not None and owner not in workloads:
                workloads[owner] = target
            elif isinstance(target.end, Outside) and not target.end.node:
                outside.append(target)
            else:
                others.append(target)
        return _Side(workloads, outside, others)

    def meant(self, end: Owner | AddressSet, ports: PortSet, network: Network) -> Iterator[Target]:
        """The end of a connection, if it is asked about and on these ports."""
        if isinstance(end, Owner):
            target = self.workloads.get(end)
            if target is not None and _asks(target, ports):
                yield target
            return
        for target in self.outside:
            assert isinstance(target.end, Outside)
            shared = target.end.addresses & end
            if shared and _asks(target, ports):
                yield Target(max(network.parts(Outside(shared)), key=_size), target.ports)
                return


def _size(end: End) -> int:
    return end.addresses.size()


def _asks(target: Target, ports: PortSet) -> bool:
    return target.ports is None or not target.ports.isdisjoint(ports)
