"""DNS servers that an ingress policy closes to the pods that ask them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.dns.grants import PROTOCOLS
from netlint_rules.dns.servers import Servers
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, Selecting, Subject, rules
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth

Rules = Sequence[tuple[Policy, PolicyRule]]


@dataclass(frozen=True, slots=True)
class BlockedServer:
    """DNS server pods that don't let everybody in.

    `protocols` are closed to all; where there are none, `clients` are namespaces with pods that
    no rule admits.
    """

    selecting: Selecting
    protocols: tuple[str, ...]
    port: int
    clients: tuple[str, ...] = ()


def blocked_servers(servers: Servers, isolation: Isolation) -> Iterator[BlockedServer]:
    """The isolated DNS servers of a namespace that are closed to pods that ask them."""
    for subject in isolation.subjects:
        ports = _ports(servers, subject)
        if not ports:
            continue
        selecting = isolation.selecting(subject, Direction.INGRESS)
        policies = (*selecting.certain, *selecting.possible)
        chosen = list(rules(policies, Direction.INGRESS))
        if selecting.certain and not any(rule.opaque_reasons for _, rule in chosen):
            closed = tuple(sorted(p for p in PROTOCOLS if not _opening(chosen, p, ports)))
            clients = () if closed else _shut_out(isolation.index, chosen, ports)
            if closed or clients:
                yield BlockedServer(selecting, closed, min(ports), clients)


def _ports(servers: Servers, subject: Subject) -> set[int]:
    """The ports on which the subject answers DNS, none where it isn't a DNS server."""
    labels = subject.labels or subject.selector.equalities()
    return {
        port
        for target in servers.targets
        if target.kind == "pods" and target.namespace == subject.namespace
        for wanted in target.labels
        if wanted.items() <= labels.items()
        for port in target.ports
    }


def _opening(chosen: Sequence[tuple[Policy, PolicyRule]], protocol: str, ports: set[int]) -> Rules:
    """The rules that open a DNS port; any named port of a DNS server is taken for one."""
    return [
        (policy, rule)
        for policy, rule in chosen
        if any(rule.ports.covers(protocol, port) for port in ports)
        or any(named == protocol for named, _ in rule.ports.names)
    ]


def _shut_out(index: ResourceIndex, chosen: Rules, ports: set[int]) -> tuple[str, ...]:
    """The namespaces in view with pods that no rule may admit with both protocols."""
    openings = [_opening(chosen, protocol, ports) for protocol in PROTOCOLS]
    return tuple(
        where
        for where in index.names()
        if any(pod.is_subject for pod in index.workloads.get(where, ()))
        and not all(any(_admits(index, *pair, where) for pair in pairs) for pairs in openings)
    )


def _admits(index: ResourceIndex, policy: Policy, rule: PolicyRule, where: str) -> bool:
    """Whether a rule may admit pods of a namespace. Blocks may hold any pod."""
    return rule.peers is None or any(
        not isinstance(peer, PodPeer) or index.means(policy.namespace, peer, where) is not Truth.NO
        for peer in rule.peers
    )
