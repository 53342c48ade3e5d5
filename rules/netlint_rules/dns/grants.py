"""What one egress rule does for DNS: whom it reaches, and with which protocols."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from netlint_rules.addresses import AddressSet
from netlint_rules.choices import Enum
from netlint_rules.dns.servers import DNS_PORTS, Servers
from netlint_rules.facts import DnsTarget
from netlint_rules.index import ResourceIndex
from netlint_rules.netset import PortSet
from netlint_rules.policy import (
    AddressPeer,
    Direction,
    OpaquePeer,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
    PortEntry,
)
from netlint_rules.record import dataclass
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder
from netlint_rules.truth import Truth

PROTOCOLS = frozenset({"UDP", "TCP"})
"""DNS needs both: answers that don't fit into a datagram are asked for again over TCP."""

_DNS_PORT = 53
_WIDE = 2**16
"""Addresses from which on an ipBlock may well hold the DNS servers' pods."""


class Reach(Enum):
    """Whom a peer means, as far as DNS is concerned."""

    SERVERS = "the DNS servers"
    SERVICE_IP = "the address of the DNS Service"
    MISSED = "what was meant for the DNS servers, and isn't"
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


class Grants:
    """What the rules of a namespace do for DNS. Each is looked at once, whomever it is for."""

    def __init__(self, index: ResourceIndex, servers: Servers) -> None:
        self._index, self._servers = index, servers
        self._known: dict[int, tuple[Grant, ...]] = {}

    def of(self, pairs: Iterable[tuple[Policy, PolicyRule]]) -> list[Grant]:
        """The grants of some rules, which must live as long as this."""
        found: list[Grant] = []
        for policy, rule in pairs:
            known = self._known.get(id(rule))
            if known is None:
                known = tuple(grants(self._index, self._servers, policy, rule))
                self._known[id(rule)] = known
            found += known
        return found

    def serve_all(self, policies: Iterable[Policy]) -> bool:
        """Whether one of these, which lasts as long as this, lets every pod ask the servers."""
        return any(
            policy.subject.matches_all
            and PROTOCOLS.issubset(
                protocol
                for grant in self.of((policy, rule) for rule in policy.rules[Direction.EGRESS])
                if grant.reach is Reach.SERVERS
                for protocol in grant.protocols
            )
            for policy in policies
        )


def grants(
    index: ResourceIndex, servers: Servers, policy: Policy, rule: PolicyRule
) -> Iterator[Grant]:
    """One grant for each peer of the rule and each of its port entries that opens DNS."""
    if not _may_open(servers, rule):
        return
    peers: Collection[Peer | None] = rule.peers if rule.peers is not None else (None,)
    for peer in peers:
        reach, targets = _reach(index, servers, policy, peer)
        numbers = frozenset(port for target in targets for port in target.ports) or {_DNS_PORT}
        names = {name for target in targets for name in target.names}
        aims = reach is Reach.SERVERS and (peer is not None or servers.profile is not None)
        for entry, path, ports in _entries(rule):
            protocols = _open(ports, numbers, names)
            wrong = aims and not protocols and bool(_open(ports, DNS_PORTS, ()))
            if protocols or wrong:
                yield Grant(
                    policy=policy,
                    rule=rule,
                    reach=Reach.UNKNOWN if entry and entry.reason else reach,
                    protocols=protocols,
                    path=path,
                    peer=peer.path if peer is not None else None,
                    explicit=entry is not None and not ports.is_all,
                    numbers=frozenset(numbers),
                    wrong_port=wrong,
                )


def _may_open(servers: Servers, rule: PolicyRule) -> bool:
    """Whether some entry holds a port on which anything answers DNS: most rules have none."""
    if rule.entries is None:
        return True
    for entry in rule.entries:
        single = entry.ports.single
        if single is None:
            if entry.reason or entry.ports.names or not entry.ports.isdisjoint(servers.ports):
                return True
        elif isinstance(single[1], str) or servers.ports.covers(single[0], single[1]):
            return True  # a name may stand for such a port
    return False


def _entries(rule: PolicyRule) -> Iterator[tuple[PortEntry | None, Path, PortSet]]:
    """Each port entry with its ports; one that can't be read may be any port."""
    if rule.entries is None:
        yield None, rule.path, PortSet.all()
    else:
        for entry in rule.entries:
            yield entry, entry.path, PortSet.all() if entry.reason else entry.ports


def _open(ports: PortSet, numbers: Collection[int], names: Collection[str]) -> frozenset[str]:
    """The protocols with which one of these ports, by number or by name, is open."""
    if ports.is_all:
        return PROTOCOLS if numbers else frozenset()
    named = ports.names if names else ()
    return frozenset(
        protocol
        for protocol in PROTOCOLS
        if (ports.intervals(protocol) and any(ports.covers(protocol, each) for each in numbers))
        or any((protocol, name) in named and _may_carry(name, protocol) for name in names)
    )


def _may_carry(name: str, protocol: str) -> bool:
    """Whether a DNS server's port of that name has the protocol: `dns` is UDP wherever it is."""
    if "tcp" in name:
        return protocol == "TCP"
    return protocol == "UDP" or not (name == "dns" or "udp" in name)


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
    if servers.profile is not None:
        return list(servers.targets)
    return [target for target in servers.targets if _DNS_PORT in target.ports]


def _reach_pods(
    index: ResourceIndex, servers: Servers, policy: Policy, peer: PodPeer
) -> tuple[Reach, list[DnsTarget]]:
    # As if they had no other labels, so that conditions on what isn't there hold.
    like_servers = [each for each in servers.pods if any(map(peer.pods.matches, each.labels))]
    if _is_unfinished(peer):
        return Reach.UNKNOWN, list(servers.targets)
    own, named = policy.namespace, _home_named(like_servers, peer)
    there = [
        target
        for target in like_servers
        if named in (None, target.namespace)
        and index.means(own, peer, target.namespace) is not Truth.NO
    ]
    if there or any(target.kind == "any" for target in servers.targets):
        return Reach.SERVERS, there
    is_local = peer.namespaces is None and not peer.pods.matches_all
    is_meant = named is not None or (is_local and like_servers)
    return (Reach.MISSED if is_meant else Reach.OTHER), []


def _is_unfinished(peer: PodPeer) -> bool:
    """Whether a label's value is a placeholder."""
    selectors = (peer.pods,) if peer.namespaces is None else (peer.pods, peer.namespaces)
    return any(is_placeholder(value) for each in selectors for value in each.equalities().values())


def _home_named(targets: Sequence[DnsTarget], peer: PodPeer) -> str | None:
    """The namespace of DNS servers whose name is the value of a label, whatever the label's key."""
    values = () if peer.namespaces is None else peer.namespaces.equalities().values()
    return next((each.namespace for each in targets if each.namespace in values), None)


def _reach_address(servers: Servers, peer: AddressPeer) -> tuple[Reach, list[DnsTarget]]:
    holds_pods = servers.pods_by_address and _holds_pods(servers, peer.block)
    aimed_at = {
        id(target) for target, block in servers.blocks if _is_aimed_at(servers, peer, block)
    }
    reached = [
        target
        for target in servers.targets
        if target.kind == "any" or (target.kind == "pods" and holds_pods) or id(target) in aimed_at
    ]
    if reached:
        return Reach.SERVERS, reached
    if peer.block.size() == 1 and not peer.block.isdisjoint(servers.service):
        return (Reach.SERVERS if servers.service_counts else Reach.SERVICE_IP), []
    return Reach.OTHER, []


def _holds_pods(servers: Servers, block: AddressSet) -> bool:
    """Whether an ipBlock holds the DNS pods: by the known range, or as wide as a private network.

    "Everything but the private ranges" is meant for the internet, and holds no pods.
    """
    if servers.pod_range:
        return not servers.pod_range.isdisjoint(block)
    return block.size() >= _WIDE and not block.isdisjoint(servers.service)


def _is_aimed_at(servers: Servers, peer: AddressPeer, target: AddressSet) -> bool:
    """Whether an ipBlock means an address: a wide one only where the cluster surely uses it."""
    is_meant = servers.profile is not None or peer.block.size() <= _WIDE
    return is_meant and target <= peer.block
