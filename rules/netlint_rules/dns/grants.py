"""What one egress rule does for DNS: whom it reaches, and with which protocols."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from netlint_rules.addresses import AddressSet
from netlint_rules.dns.servers import Servers
from netlint_rules.facts import DnsTarget
from netlint_rules.index import ResourceIndex
from netlint_rules.netset import PortSet
from netlint_rules.policy import AddressPeer, OpaquePeer, Peer, PodPeer, Policy, PolicyRule
from netlint_rules.selector import Selector
from netlint_rules.source.document import Path
from netlint_rules.truth import Truth

PROTOCOLS = frozenset({"UDP", "TCP"})
"""DNS needs both: answers that don't fit into a datagram are asked for again over TCP."""

_DNS_PORTS = (53, 5353, 1053, 8053, 10053)
_WIDE = 2**16
"""Addresses in an ipBlock that may well hold the DNS servers' pods."""


class Reach(Enum):
    """Whom a peer means, as far as DNS is concerned."""

    SERVERS = "the DNS servers"
    SERVICE_IP = "the address of the DNS Service"
    LOCAL = "pods of the policy's own namespace that are labelled like DNS servers"
    OTHER = "something else"
    UNKNOWN = "what a placeholder stands for"


@dataclass(frozen=True, slots=True)
class Grant:
    """A rule's DNS traffic to one kind of destination.

    `protocols` are those whose DNS port is open. `path` is the port entry, or the rule where it
    lists no ports; `peer` is the peer entry, or None for any peer. `wrong_port`: the destination
    is right, and a port of DNS is open, but not the one on which it answers. `explicit`: the rule
    lists ports, so that the author thought of DNS. `numbers` are the ports on which the
    destination answers.
    """

    policy: Policy
    rule: PolicyRule
    reach: Reach
    protocols: frozenset[str]
    path: Path
    peer: Path | None
    explicit: bool
    numbers: frozenset[int]
    wrong_port: bool = False


def grants(
    index: ResourceIndex, servers: Servers, policy: Policy, rule: PolicyRule
) -> Iterator[Grant]:
    """One grant for each peer of the rule and each of its port entries that opens DNS."""
    peers: Collection[Peer | None] = rule.peers if rule.peers is not None else (None,)
    for peer in peers:
        reach, targets = _reach(index, servers, policy, peer)
        numbers = {port for target in targets for port in target.ports} or {53}
        names = {name for target in targets for name in target.names}
        for path, ports in _entries(rule):
            protocols = _open(ports, numbers, names)
            is_named = peer is not None and reach is Reach.SERVERS
            wrong = is_named and not protocols and bool(_open(ports, _DNS_PORTS, ()))
            if protocols or wrong:
                explicit = rule.entries is not None and not ports.is_all
                place = peer.path if peer is not None else None
                ports_due = frozenset(numbers)
                yield Grant(policy, rule, reach, protocols, path, place, explicit, ports_due, wrong)


def _entries(rule: PolicyRule) -> Iterator[tuple[Path, PortSet]]:
    if rule.entries is None:
        yield rule.path, PortSet.all()
    else:
        for entry in rule.entries:
            yield entry.path, PortSet.all() if entry.reason else entry.ports


def _open(ports: PortSet, numbers: Collection[int], names: Collection[str]) -> frozenset[str]:
    """The protocols with which one of these ports, by number or by name, is open."""
    return frozenset(
        protocol
        for protocol in PROTOCOLS
        if any(ports.covers(protocol, number) for number in numbers)
        or any((protocol, name) in ports.names for name in names)
    )


def _reach(
    index: ResourceIndex, servers: Servers, policy: Policy, peer: Peer | None
) -> tuple[Reach, list[DnsTarget]]:
    """Whom the peer means, and the targets that it reaches."""
    match peer:
        case None:
            return Reach.SERVERS, _preferred(servers)
        case OpaquePeer():
            return Reach.UNKNOWN, list(servers.targets)
        case PodPeer():
            return _reach_pods(index, servers, policy, peer)
        case AddressPeer():
            return _reach_address(servers, peer)


def _preferred(servers: Servers) -> list[DnsTarget]:
    """Any destination: on a cluster of unknown kind only port 53 is taken for DNS."""
    if servers.known:
        return list(servers.targets)
    return [target for target in servers.targets if 53 in target.ports]


def _reach_pods(
    index: ResourceIndex, servers: Servers, policy: Policy, peer: PodPeer
) -> tuple[Reach, list[DnsTarget]]:
    like_servers = [
        target
        for target in servers.targets
        if target.kind == "pods" and _selects_labels(peer.pods, target)
    ]
    there = [target for target in like_servers if _is_in(index, policy, peer, target.namespace)]
    if there or any(target.kind == "any" for target in servers.targets):
        return Reach.SERVERS, there
    own = peer.namespaces is None and not peer.pods.matches_all
    return (Reach.LOCAL if own and like_servers else Reach.OTHER), []


def _selects_labels(selector: Selector, target: DnsTarget) -> bool:
    return any(Selector.of(labels).implies(selector) for labels in target.labels)


def _is_in(index: ResourceIndex, policy: Policy, peer: PodPeer, namespace: str) -> bool:
    """Whether the peer's namespaces may include this one."""
    if peer.namespaces is None:
        return policy.namespace == namespace
    return index.namespace_matches(peer.namespaces, namespace) is not Truth.NO


def _reach_address(servers: Servers, peer: AddressPeer) -> tuple[Reach, list[DnsTarget]]:
    reached = [
        target
        for target in servers.targets
        if (target.kind == "address" and AddressSet.parse(target.cidr) <= peer.block)
        or target.kind == "any"
        or (target.kind == "pods" and servers.pods_by_address and _is_wide(peer.block))
    ]
    if reached:
        return Reach.SERVERS, reached
    is_aimed = not _is_wide(peer.block)
    if is_aimed and any(address in peer.block for address in servers.addresses):
        return (Reach.SERVERS if servers.service_counts else Reach.SERVICE_IP), []
    return Reach.OTHER, []


def _is_wide(block: AddressSet) -> bool:
    """Whether an ipBlock is large enough to hold the pods of a cluster."""
    return block.size() >= _WIDE
