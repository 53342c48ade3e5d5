"""The connections that policies are suggested for: what is wired, and what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netlint_linter.output.places import file_span
from netlint_linter.views import View
from netlint_rules import reach
from netlint_rules.addresses import AddressSet
from netlint_rules.finding import Location
from netlint_rules.leastset import End, Pair
from netlint_rules.netset import PortSet
from netlint_rules.questions.endpoint import EndpointError, Wide
from netlint_rules.questions.expectation import Expectation, expectation
from netlint_rules.questions.names import Names
from netlint_rules.questions.resolve import Target
from netlint_rules.questions.unmet import sides
from netlint_rules.reach import Network, Outside, Pods
from netlint_rules.record import dataclass
from netlint_rules.resources import Workload
from netlint_rules.wiring.needs import Need, elsewhere, from_nodes, needs


def wired(view: View) -> list[Pair]:
    """The connections that the objects of a bundle call for."""
    known = [each if "/" in each else _alone(each) for each in view.config.cluster.api_server]
    return [_pair(need, known) for need in needs(view.index)]


def expected(view: View) -> tuple[list[Pair], list[Forbidden]]:
    """What the configuration expects to pass, and what it forbids, as far as that is in view."""
    network = Network(view.index, view.config.cluster, view.facts)
    pairs: list[Pair] = []
    forbidden: list[Forbidden] = []
    for each in view.config.expect:
        meant = expectation(each.text)
        try:
            sources, at = sides(meant, network)
        except EndpointError:
            continue
        if meant.allows:
            pairs += _pairs(meant, sources, at)
        else:
            forbidden.append(Forbidden(meant, sources, at))
    return pairs, forbidden


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Connections that must not pass."""

    expectation: Expectation
    sources: Sequence[reach.End]
    targets: Sequence[Target]

    def covers(self, pair: Pair) -> bool:
        """Whether a connection is one of them, or in part."""
        from_here = any(_is_end(pair.source, end) for end in self.sources)
        return from_here and any(
            _is_end(pair.destination, each.end)
            and (each.ports is None or not each.ports.isdisjoint(pair.ports))
            for each in self.targets
        )


def _is_end(own: End, end: reach.End) -> bool:
    if isinstance(own, Workload):
        return isinstance(end, Pods) and end.workload is own
    if isinstance(own, AddressSet):
        return isinstance(end, Outside) and not own.isdisjoint(end.addresses)
    return not isinstance(end, Pods)


def _pairs(
    meant: Expectation, sources: Iterable[reach.End], at: Iterable[Target]
) -> Iterator[Pair]:
    """The connections of an expectation; `any` is one end and not each pod."""
    starts = [None] if meant.source is Wide.ANY else _joined(sources)
    reason = f"expected: {meant.text}"
    by_ports: dict[PortSet, list[reach.End]] = {}
    for target in at:
        ports = PortSet.all() if target.ports is None else target.ports
        by_ports.setdefault(ports, []).append(target.end)
    for ports, ends in by_ports.items():
        for start in starts:
            for end in [None] if meant.destination is Wide.ANY else _joined(ends):
                yield Pair(start, end, ports, reason)


def _joined(ends: Iterable[reach.End]) -> list[End]:
    """The ends as policies name them: addresses together."""
    block = AddressSet.empty()
    found: list[End] = []
    for end in ends:
        if isinstance(end, Pods):
            found.append(end.workload)
        elif isinstance(end, Outside):
            block |= end.addresses
    return [*found, *([block] if block else [])]


def _pair(need: Need, api_server: Sequence[str]) -> Pair:
    destination: End = need.destination
    if destination is None and api_server:
        destination = AddressSet.union([AddressSet.parse(cidr) for cidr in api_server])
    return Pair(need.source, destination, need.ports, _reason(need.place))


def _reason(place: Location) -> str:
    span = file_span(place)
    where = f"{place.file}:{span.line}" if span else place.file
    document = place.document
    if document.kind in {"Service", "RoleBinding", "ClusterRoleBinding"}:
        return f"{document.kind} {document.name}, {where}"
    name = document.at((*place.path[:-1], "name")) if place.path[-1:] == ("value",) else None
    return f"{name}, {where}" if isinstance(name, str) else where


def _alone(address: str) -> str:
    return f"{address}/{128 if ':' in address else 32}"


def left_closed(view: View) -> list[str]:
    """Sentences about hosts that pods are told of, and that no policy can name."""
    names = Names.of(view.index)
    return [
        f"{host} is no Service in view: {_named(workload, names)} can't reach it ({_reason(place)})"
        for workload, host, place in elsewhere(view.index)
    ]


def left_to_nodes(view: View) -> list[str]:
    """Sentences about pods that policies can't tell from their nodes, and what these need."""
    names = Names.of(view.index)
    found = (
        f"{_named(workload, names)} is in its node's network, where selectors match nothing:"
        f" open {_named(pods, names)} to the nodes' addresses for it ({_reason(place)})"
        for workload, pods, place in from_nodes(view.index)
    )
    return list(dict.fromkeys(found))


def in_words(pair: Pair, names: Names) -> str:
    """`shop/api → shop/db on TCP 5432`."""
    return f"{_named(pair.source, names)} → {_named(pair.destination, names)} on {pair.ports}"


def _named(end: End, names: Names) -> str:
    if isinstance(end, Workload):
        return names.owner(reach.Owner(end.namespace, end.kind, end.name))
    return "anywhere" if end is None else names.end(end)
