"""Whether one subject can resolve names: its DNS grants, and what they lack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.choices import Enum
from netlint_rules.dns.grants import PROTOCOLS, Grant, Grants, Reach
from netlint_rules.dns.servers import Servers
from netlint_rules.emptykeys import is_slip
from netlint_rules.isolation import Isolation, Selecting, Subject, rules
from netlint_rules.netset import PortSet
from netlint_rules.policy import AddressPeer, Direction, PodPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.traits import Trait

_DNS_ALONE = (
    PortSet.of("UDP", 53)
    | PortSet.of("TCP", 53)
    | PortSet.of("UDP", 5353)
    | PortSet.of("TCP", 5353)
)


class Verdict(Enum):
    """What a subject's egress means for its DNS."""

    DENIED = "nothing at all is allowed"
    MISSING = "no DNS"
    UDP_ONLY = "DNS over UDP only"
    TCP_ONLY = "DNS over TCP only"
    WRONG_PEER = "DNS to pods that aren't DNS servers"
    WRONG_PORT = "DNS servers, on another port"
    SERVICE_IP = "the address of the DNS Service only"
    CUSTOM = "a resolver of the user's own"
    UNKNOWN = "DNS only if another policy selects the pods too"


@dataclass(frozen=True, slots=True)
class Judged:
    """One subject's verdict. `grant` is the rule that comes nearest to granting DNS."""

    subject: Subject
    selecting: Selecting
    verdict: Verdict
    grant: Grant | None = None

    @property
    def broadest(self) -> Policy:
        """A policy for all pods where one selects them, whatever the order of the files."""
        return min(self.selecting.certain, key=lambda p: (not p.subject.matches_all, p.name))


def judge(
    granting: Grants, servers: Servers, isolation: Isolation, subject: Subject
) -> Judged | None:
    """The verdict on an isolated subject; None where names resolve or nothing can be said."""
    selecting = isolation.selecting(subject, Direction.EGRESS)
    certain = list(rules(selecting.certain, Direction.EGRESS))
    possible = list(rules(selecting.possible, Direction.EGRESS))
    if not selecting.certain or (not certain and possible):
        return None
    if not certain:
        return Judged(subject, selecting, Verdict.DENIED)
    verdict, nearest = _verdict(servers, granting.of(certain), granting.of(possible))
    return Judged(subject, selecting, verdict, nearest) if verdict else None


def _verdict(
    servers: Servers, found: Sequence[Grant], maybe: Sequence[Grant]
) -> tuple[Verdict | None, Grant | None]:
    granted = _protocols(found, Reach.SERVERS)
    if granted >= PROTOCOLS:
        return None, None
    unsure = _protocols(found, Reach.UNKNOWN) | _protocols(maybe, Reach.SERVERS, Reach.UNKNOWN)
    if granted | unsure >= PROTOCOLS:
        nearest = next((grant for grant in maybe if grant.reach is Reach.SERVERS), None)
        return Verdict.UNKNOWN, nearest
    if granted:
        only = Verdict.UDP_ONLY if "UDP" in granted else Verdict.TCP_ONLY
        return only, _nearest(found, Reach.SERVERS)
    return _without_servers(servers, found)


def _without_servers(
    servers: Servers, found: Sequence[Grant]
) -> tuple[Verdict | None, Grant | None]:
    """The verdict where no rule opens a DNS server's port."""
    wrong = next((grant for grant in found if grant.wrong_port), None)
    if wrong is not None:
        return Verdict.WRONG_PORT, wrong
    service = _nearest(found, Reach.SERVICE_IP)
    if service is not None:
        return Verdict.SERVICE_IP, service
    missed = _nearest(found, Reach.MISSED)
    if missed is not None:
        return Verdict.WRONG_PEER, missed
    other = next((g for g in found if g.reach is Reach.OTHER and g.explicit), None)
    if other is None:
        return Verdict.MISSING, None
    if servers.profile is not None:
        return Verdict.WRONG_PEER, other
    asked = _protocols([grant for grant in found if grant.explicit], Reach.OTHER)
    if asked >= PROTOCOLS:
        return Verdict.CUSTOM, other
    return (Verdict.UDP_ONLY if "UDP" in asked else Verdict.TCP_ONLY), other


def _protocols(found: Sequence[Grant], *reaches: Reach) -> frozenset[str]:
    granted: frozenset[str] = frozenset()
    return granted.union(*(grant.protocols for grant in found if grant.reach in reaches))


def _nearest(found: Sequence[Grant], reach: Reach) -> Grant | None:
    """The grant of that reach, one that lists ports before one that doesn't."""
    chosen = [grant for grant in found if grant.reach is reach and grant.protocols]
    return min(chosen, key=lambda grant: not grant.explicit, default=None)


def uses_cluster_dns(subject: Subject) -> bool:
    """Whether the pods ask the cluster's DNS servers; those known by a selector only do."""
    pods = subject.workloads
    return not pods or pods[0].dns_policy not in {"None", "Default"}  # the same for all of them


def asks_servers(servers: Servers, subject: Subject) -> bool:
    """Whether the pods ask the cluster's DNS servers, and are none themselves."""
    labels = subject.labels or subject.selector.equalities()
    return uses_cluster_dns(subject) and not servers.is_server(subject.namespace, labels)


def own_nameservers(subject: Subject) -> tuple[str, ...]:
    """The nameservers of pods with dnsPolicy None."""
    return tuple(
        dict.fromkeys(
            server
            for pod in subject.workloads
            if pod.dns_policy == "None"
            for server in pod.nameservers
        )
    )


def unreached(selecting: Selecting, addresses: Sequence[str]) -> list[str]:
    """The nameservers that no rule opens for both protocols, by address."""
    pairs = list(rules((*selecting.certain, *selecting.possible), Direction.EGRESS))
    if any(rule.opaque_reasons for _, rule in pairs):
        return []
    return [address for address in addresses if not _is_open(pairs, address)]


def _is_open(pairs: Sequence[tuple[Policy, PolicyRule]], address: str) -> bool:
    open_to = [rule.ports for _, rule in pairs if _holds(rule, address)]
    return all(any(ports.covers(each, 53) for ports in open_to) for each in PROTOCOLS)


def _holds(rule: PolicyRule, address: str) -> bool:
    """Whether a rule's peers hold an address; pods may be what answers at a private one."""
    if rule.peers is None:
        return True
    blocks = [peer for peer in rule.peers if isinstance(peer, AddressPeer)]
    may_be_pods = len(blocks) < len(rule.peers) and not _is_public(address)
    return may_be_pods or any(address in peer.block for peer in blocks)


def _is_public(address: str) -> bool:
    from ipaddress import ip_address  # few pods name their servers

    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def wide_open(policies: Sequence[Policy]) -> Iterator[tuple[Policy, PolicyRule]]:
    """Rules that open DNS to every destination where the policy opens nothing else to all.

    Unfinished rules, such as `to:` without a value, are left to the rules that report them.
    """
    for policy in policies:
        if Trait.ANYONE not in policy.traits:
            continue
        everywhere = [rule for rule in policy.rules[Direction.EGRESS] if _is_everywhere(rule)]
        if all(rule.entries and not rule.opaque_reasons and is_dns(rule) for rule in everywhere):
            for rule in everywhere:
                if not is_slip(policy, Direction.EGRESS, rule):
                    yield policy, rule


def asks_the_node(subject: Subject) -> bool:
    """Whether the pods ask the resolvers of their node."""
    return any(pod.dns_policy == "Default" for pod in subject.workloads)


def reaches_outside(selecting: Selecting) -> bool:
    """Whether some rule opens UDP 53 to addresses, such as those of a node's resolver."""
    pairs = rules((*selecting.certain, *selecting.possible), Direction.EGRESS)
    return any(
        (rule.ports.covers("UDP", 53) or bool(rule.opaque_reasons))
        and (rule.peers is None or any(not isinstance(peer, PodPeer) for peer in rule.peers))
        for _, rule in pairs
    )


def _is_everywhere(rule: PolicyRule) -> bool:
    if rule.peers is None:
        return True
    blocks = [peer for peer in rule.peers if isinstance(peer, AddressPeer)]
    return any(peer.cidr in {"0.0.0.0/0", "::/0"} and not peer.excepts for peer in blocks)


def is_dns(rule: PolicyRule) -> bool:
    """Whether a rule opens nothing but the ports of DNS, by their numbers."""
    return bool(rule.ports) and rule.ports <= _DNS_ALONE
