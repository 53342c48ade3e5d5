"""The flows of a bundle: what the reachability engine's map holds, in few large sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_linter.picture.merging import merged
from netlint_linter.picture.model import External, Flow, Reason
from netlint_linter.picture.places import owner_id
from netlint_linter.picture.reasons import Selected, reasons_of
from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.reach import Connection, Group, Network, Owner

INTERNET = External("internet", "internet", is_wide=True)
ANY_NAMESPACE = External("any-namespace", "pods of any namespace", is_wide=True, in_cluster=True)


class Drawing:
    """Collects the flows of a bundle, and the externals that they begin or end at."""

    def __init__(self, network: Network, selected: Mapping[Owner, Selected]) -> None:
        self._network = network
        self._map = network.map()
        self._selected = selected
        self._public = network.internet.addresses
        self._externals: dict[str, External] = {}

    def flows(self) -> tuple[Flow, ...]:
        """All flows, united where they have the same ports for the same reasons."""
        return tuple(merged((*self._grouped(), *self._from_any_namespace())))

    def externals(self) -> tuple[External, ...]:
        """What the flows begin or end at besides workloads, the widest first."""
        return tuple(sorted(self._externals.values(), key=lambda each: (not each.is_wide, each.id)))

    def _grouped(self) -> Iterator[Flow]:
        for group in self._map.groups():
            sources, destinations = self._ids(group.sources), self._ids(group.destinations)
            ports = group.ports, group.possible
            yield from _sure_and_doubtful(sources, destinations, *ports, self._reasons(group))

    def _from_any_namespace(self) -> Iterator[Flow]:
        stranger = self._network.stranger
        for exposure in self._map.exposures():
            if exposure.namespaces.is_nothing:
                continue
            source = frozenset({self._known(ANY_NAMESPACE)})
            pods = self._network.workloads[exposure.workload]
            traces = [trace for each in pods for trace in self._network.traces(stranger, each)]
            reasons = reasons_of(traces)
            owner = frozenset({owner_id(exposure.workload)})
            yield from _sure_and_doubtful(source, owner, *exposure.namespaces, reasons)

    def _reasons(self, group: Group) -> tuple[Reason, ...]:
        """The rules behind a group, from two ends of it: the others are alike."""
        source = _first(group.sources)
        destination = _last(group.destinations)
        if isinstance(source, Owner) and isinstance(destination, Owner):
            sends, receives = self._selected[source].free, self._selected[destination].free
            if Direction.EGRESS in sends and Direction.INGRESS in receives:
                return ()
        connection = Connection(source, destination, group.ports, group.possible)
        return reasons_of(self._map.explain(connection))

    def _ids(self, end: tuple[Owner, ...] | AddressSet) -> frozenset[str]:
        if isinstance(end, AddressSet):
            return frozenset({self._known(self._external(end))})
        return frozenset(map(owner_id, end))

    def _known(self, external: External) -> str:
        self._externals[external.id] = external
        return external.id

    def _external(self, addresses: AddressSet) -> External:
        """The internet is whatever holds half of it: rules leave some addresses out of it."""
        for version in self._public.families:
            public = self._public.of_version(version)
            if 2 * (public & addresses).size() >= public.size():
                return INTERNET
        prefixes = addresses.prefixes()
        more = f" and {len(prefixes) - 2} more" if len(prefixes) > 2 else ""
        return External(f"addresses {', '.join(prefixes)}", ", ".join(prefixes[:2]) + more)


def _first(end: tuple[Owner, ...] | AddressSet) -> Owner | AddressSet:
    return end if isinstance(end, AddressSet) else end[0]


def _last(end: tuple[Owner, ...] | AddressSet) -> Owner | AddressSet:
    return end if isinstance(end, AddressSet) else end[-1]


def _sure_and_doubtful(
    sources: frozenset[str],
    destinations: frozenset[str],
    ports: PortSet,
    possible: PortSet,
    reasons: tuple[Reason, ...],
) -> Iterator[Flow]:
    if ports:
        yield Flow(sources, destinations, ports, reasons)
    doubtful = possible - ports
    if doubtful:
        yield Flow(sources, destinations, doubtful, reasons, certain=False)
