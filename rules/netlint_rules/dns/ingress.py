"""DNS servers that an ingress policy closes to the pods that ask them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netlint_rules.dns.grants import PROTOCOLS
from netlint_rules.dns.servers import Servers
from netlint_rules.isolation import Isolation, Selecting, Subject, rules
from netlint_rules.policy import Direction


@dataclass(frozen=True, slots=True)
class BlockedServer:
    """DNS server pods, and the protocols that no rule lets in on their DNS port."""

    subject: Subject
    selecting: Selecting
    protocols: tuple[str, ...]
    port: int


def blocked_servers(servers: Servers, isolation: Isolation) -> Iterator[BlockedServer]:
    """The isolated DNS servers of a namespace with a protocol closed to everybody.

    Who exactly is let in isn't judged: rules for some clients may be all that is wanted.
    """
    for subject in isolation.subjects:
        ports = _ports(servers, subject)
        selecting = isolation.selecting(subject, Direction.INGRESS)
        if ports and selecting.certain:
            closed = _closed(selecting, ports)
            if closed:
                yield BlockedServer(subject, selecting, tuple(sorted(closed)), min(ports))


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


def _closed(selecting: Selecting, ports: set[int]) -> set[str]:
    policies = (*selecting.certain, *selecting.possible)
    chosen = [rule for _, rule in rules(policies, Direction.INGRESS)]
    if any(rule.opaque_reasons for rule in chosen):
        return set()
    # A named port of a DNS server is its DNS port under one of many names.
    return {
        protocol
        for protocol in PROTOCOLS
        if not any(rule.ports.covers(protocol, port) for rule in chosen for port in ports)
        and not any(named == protocol for rule in chosen for named, _ in rule.ports.names)
    }
