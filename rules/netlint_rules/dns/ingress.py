"""DNS servers that an ingress policy closes to the pods that ask them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.dns.grants import PROTOCOLS
from netlint_rules.dns.servers import Servers
from netlint_rules.facts import DnsTarget
from netlint_rules.finding import Confidence
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, Selecting, Subject, rules
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

Rules = Sequence[tuple[Policy, PolicyRule]]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class BlockedServer:
    """DNS server pods that don't let everybody in.

    `protocols` are closed to all; where there are none, `clients` says whom no rule admits, and
    `by_node` whether they would need a rule for nodes. `seen`: the pods are in view, and not only
    usual here.
    """

    selecting: Selecting
    protocols: tuple[str, ...]
    port: int
    clients: str = ""
    by_node: bool = False
    seen: bool = True

    @property
    def confidence(self) -> Confidence:
        """How sure it is where only a part of the cluster is in view."""
        return Confidence.HIGH if self.seen else Confidence.MEDIUM

    def message(self, pods: str, scope: str) -> str:
        """What the clients lose. `pods` are the servers, `scope` says what is in view."""
        if self.protocols:
            closed = f"no policy{scope} opens {' and '.join(self.protocols)} {self.port} of {pods}"
            servers = "the DNS servers" if self.seen else "the DNS servers that usually run here"
            return f"{servers} don't let queries in: {closed}"
        whom = "nodes, where it runs," if self.by_node else "them"
        return f"{self.clients} can't resolve names: no policy{scope} admits {whom} to {pods}"


def blocked_servers(servers: Servers, isolation: Isolation) -> Iterator[BlockedServer]:
    """The isolated DNS servers of a namespace that are closed to pods that ask them."""
    seen = [subject for subject in isolation.subjects if _targets(servers, subject)]
    for subject in seen or _usual(servers, isolation):
        targets = _targets(servers, subject)
        ports = {port for target in targets for port in target.ports}
        selecting = isolation.selecting(subject, Direction.INGRESS)
        policies = (*selecting.certain, *selecting.possible)
        chosen = list(rules(policies, Direction.INGRESS))
        if selecting.certain and not any(rule.opaque_reasons for _, rule in chosen):
            closed = tuple(sorted(p for p in PROTOCOLS if not _opening(chosen, p, ports)))
            openings = [_opening(chosen, protocol, ports) for protocol in PROTOCOLS]
            grants = any(target.grants for target in targets) and bool(seen)
            clients = _shut_out(isolation.index, openings) if grants and not closed else ""
            is_open = bool(seen) and not (closed or clients)
            host = _host(servers, isolation.index, openings) if is_open else ""
            if closed or clients or host:
                yield BlockedServer(
                    selecting, closed, min(ports), clients or host, bool(host), bool(seen)
                )


def _usual(servers: Servers, isolation: Isolation) -> Sequence[Subject]:
    """The DNS servers that a namespace has in most clusters, where nothing in view tells."""
    where = isolation.namespace
    if isolation.index.complete(where):
        return ()
    labels = [each.labels[0] for each in servers.asked if each.namespace == where and each.labels]
    return [Subject(where, Selector.of(labels[0]))] if labels else ()


def _targets(servers: Servers, subject: Subject) -> list[DnsTarget]:
    """As what the subject answers DNS, nothing where it isn't a DNS server."""
    labels = subject.labels or subject.selector.equalities()
    return [
        target
        for target in servers.asked
        if target.namespace == subject.namespace
        and any(wanted.items() <= labels.items() for wanted in target.labels)
    ]


def _opening(chosen: Sequence[tuple[Policy, PolicyRule]], protocol: str, ports: set[int]) -> Rules:
    """The rules that open a DNS port; any named port of a DNS server is taken for one."""
    return [
        (policy, rule)
        for policy, rule in chosen
        if any(rule.ports.covers(protocol, port) for port in ports)
        or any(named == protocol for named, _ in rule.ports.names)
    ]


def _shut_out(index: ResourceIndex, openings: Sequence[Rules]) -> str:
    """The namespaces in view with pods that no rule may admit with both protocols."""
    found = [
        where
        for where in index.names()
        if any(pod.is_subject for pod in index.workloads.get(where, ()))
        and not all(any(_admits(index, *pair, where) for pair in pairs) for pairs in openings)
    ]
    return f"pods of {', '.join(found[:_SHOWN])}" if found else ""


def _host(servers: Servers, index: ResourceIndex, openings: Sequence[Rules]) -> str:
    """A workload in the network of its nodes that asks the servers, and that no rule may admit."""
    if servers.hosts_by_selector or all(map(_may_admit_nodes, openings)):
        return ""
    caches = servers.profile.daemonsets if servers.profile is not None else ()
    for where, workloads in index.workloads.items():
        for pod in workloads:
            is_cache = f"{where}/{pod.name}" in caches
            if pod.host_network and (is_cache or pod.dns_policy == "ClusterFirstWithHostNet"):
                return f"{pod.kind} {pod.name}"
    return ""


def _may_admit_nodes(openings: Rules) -> bool:
    return any(
        rule.peers is None or any(not isinstance(peer, PodPeer) for peer in rule.peers)
        for _, rule in openings
    )


def _admits(index: ResourceIndex, policy: Policy, rule: PolicyRule, where: str) -> bool:
    """Whether a rule may admit pods of a namespace. Blocks may hold any pod."""
    return rule.peers is None or any(
        not isinstance(peer, PodPeer) or index.means(policy.namespace, peer, where) is not Truth.NO
        for peer in rule.peers
    )
