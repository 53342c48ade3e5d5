"""What an ipBlock on the cluster's own addresses could be instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from netlint_rules.addresses import AddressSet
from netlint_rules.discovery import Kind, Owner, parse
from netlint_rules.finding import Applicability, Fix
from netlint_rules.index import ResourceIndex
from netlint_rules.ipblocks.block import IpBlock
from netlint_rules.netset import LAST_PORT, PROTOCOLS, PortSet
from netlint_rules.record import dataclass
from netlint_rules.resources import (
    NAMESPACE_NAME,
    RUNTIME_LABELS,
    Service,
    mapping_at,
    texts,
)
from netlint_rules.selector import Selector
from netlint_rules.source.document import Path, json_pointer

_SHOWN = 3

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Target:
    """The pods behind an address, that of one of them or of a Service.

    `pods` selects them for good; `labels` is all that is known of the ones there are now.
    """

    pods: Selector
    labels: Selector
    namespace: str
    service: Service | None = None

    def port(self, protocol: str, number: int) -> int | str | None:
        """The pods' port for a port of the Service, None where it has no such port."""
        for port in self.service.ports if self.service else ():
            if (port.protocol, port.port) == (protocol, number):
                return port.target
        return None

    def pod_ports(self, ports: PortSet) -> PortSet:
        """The pods' ports for a policy's ports; the same where none of them is the Service's."""
        found = PortSet.empty()
        for port in self.service.ports if self.service and not ports.is_all else ():
            if port.protocol in PROTOCOLS and ports.covers(port.protocol, port.port):
                found |= _port_set(port.protocol, port.target)
        return found or ports


def target(index: ResourceIndex, owner: Owner) -> Target | None:
    """The pods behind an address; None for nodes and for Services without a selector."""
    if owner.kind is Kind.POD:
        labels = texts(mapping_at(owner.document.metadata, ("labels",)))
        stable = Selector.of(_stable_labels(index, owner, labels))
        return Target(stable, Selector.of(labels), owner.namespace)
    if owner.kind is Kind.SERVICE:
        service = index.services[owner.namespace][owner.document.name]
        if service.selector is not None:
            selector = Selector.of(service.selector)
            return Target(selector, selector, owner.namespace, service)
    return None


def _stable_labels(
    index: ResourceIndex, owner: Owner, labels: Mapping[str, str]
) -> Mapping[str, str]:
    """Labels by which to select a pod and its successors: those that its controller goes by."""
    for workload in index.workloads.get(owner.namespace, ()):
        if workload.document is not None:
            chosen = texts(mapping_at(workload.document.body, ("spec", "selector", "matchLabels")))
            if chosen and chosen.items() <= labels.items():
                return chosen
    return {key: value for key, value in labels.items() if key not in RUNTIME_LABELS}


def select_instead(block: IpBlock, chosen: Target) -> Fix | None:
    """Select the pods behind the address; None where no labels or no namespace name them."""
    if chosen.pods.matches_all:
        return None
    peer: Body = {"podSelector": {"matchLabels": dict(chosen.pods.equalities())}}
    if chosen.namespace != block.policy.namespace:
        if chosen.namespace.startswith("?"):
            return None
        name = {NAMESPACE_NAME: chosen.namespace}
        peer = {"namespaceSelector": {"matchLabels": name}, **peer}
    ports = {}
    for position, entry in enumerate(_ports(block) if block.is_egress else ()):
        number = entry.get("port")
        if isinstance(number, int) and "endPort" not in entry:
            port = chosen.port(str(entry.get("protocol") or "TCP"), number)
            if port is not None and port != number:
                ports[position] = port
    where = block.index.describe(chosen.namespace)
    other = f" on port {next(iter(ports.values()))}" if len(ports) == 1 else ""
    title = f"select pods {chosen.pods} in {where}{other} instead"
    return Fix(title, Applicability.UNSAFE, _retarget(block, [peer], ports))


def connect_instead(block: IpBlock, addresses: AddressSet, port: int) -> Fix:
    """Allow other addresses and one port of theirs."""
    peers: list[Body] = [{"ipBlock": {"cidr": cidr}} for cidr in addresses.prefixes()]
    ports = {
        position: port
        for position, entry in enumerate(_ports(block))
        if isinstance(entry.get("port"), int) and entry.get("port") != port
    }
    title = f"allow {', '.join(addresses.prefixes()[:_SHOWN])} on TCP {port} instead"
    return Fix(title, Applicability.UNSAFE, _retarget(block, peers, ports))


def leave_out(block: IpBlock, addresses: AddressSet) -> Fix | None:
    """Add addresses to the block's excepts; None where it has none of them, or no others."""
    inside = addresses & block.peer.whole
    if inside.isdisjoint(block.addresses) or block.addresses <= inside:
        return None
    kept = [each for each in block.peer.excepts if not parse([each]) <= inside]
    path = json_pointer((*block.peer.path, "ipBlock", "except"))
    value = [*kept, *inside.prefixes()]
    title = f"leave out {', '.join(inside.prefixes()[:_SHOWN])}"
    return Fix(title, Applicability.UNSAFE, ({"op": "add", "path": path, "value": value},))


def _retarget(
    block: IpBlock, peers: Sequence[Body], ports: Mapping[int, int | str]
) -> tuple[Body, ...]:
    """Put peers in the place of the block; other ports go into a rule of their own if need be."""
    place, rule = json_pointer(block.peer.path), json_pointer(block.rule.path)
    test: Body = {"op": "test", "path": place, "value": _at(block, block.peer.path)}
    if ports and len(block.rule.peers or ()) > 1:
        entries = [dict(entry) for entry in _ports(block)]
        for position, port in ports.items():
            entries[position]["port"] = port
        unique = [entry for at, entry in enumerate(entries) if entry not in entries[:at]]
        new: Body = {block.direction.peers_field: list(peers), "ports": unique}
        end = json_pointer((*block.rule.path[:-1], "-"))
        return (test, {"op": "remove", "path": place}, {"op": "add", "path": end, "value": new})
    *others, last = peers
    more: list[Body] = [{"op": "add", "path": place, "value": peer} for peer in reversed(others)]
    moves: list[Body] = [
        {"op": "replace", "path": f"{rule}/ports/{position}/port", "value": port}
        for position, port in ports.items()
    ]
    return (test, {"op": "replace", "path": place, "value": last}, *more, *moves)


def _ports(block: IpBlock) -> list[Body]:
    entries = _at(block, block.rule.path).get("ports")
    return [entry if isinstance(entry, dict) else {} for entry in entries or ()]


def _at(block: IpBlock, path: Path) -> Any:
    value: Any = block.policy.document.body
    for step in path:
        value = value[step]
    return value


def _port_set(protocol: str, port: int | str) -> PortSet:
    if isinstance(port, str):
        return PortSet.named(protocol, port)
    return PortSet.of(protocol, port) if 1 <= port <= LAST_PORT else PortSet.empty()
