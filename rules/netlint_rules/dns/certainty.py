"""How sure it is that pods without DNS suffer from it."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.dns.codes import WRONG_PEER, WRONG_PORT
from netlint_rules.dns.servers import Servers
from netlint_rules.dns.verdict import Judged
from netlint_rules.finding import Confidence, Severity
from netlint_rules.netset import PortSet
from netlint_rules.policy import AddressPeer, Direction, PodPeer, PolicyRule
from netlint_rules.rule import Code

_API_SERVER_PORTS = PortSet.of("TCP", 6443) | PortSet.of("TCP", 16443)
_FEW_ADDRESSES = 256
_DATABASES = ("postgres", "mysql", "mariadb", "mongo", "redis", "etcd", "cassandra", "database")


def of_missing(group: Sequence[Judged], *, complete: bool) -> tuple[Severity, Confidence]:
    """Whether names are needed: pods that talk to literal addresses may do without."""
    rules = [
        rule
        for each in group
        for policy in each.selecting.certain
        for rule in policy.rules[Direction.EGRESS]
    ]
    if all(map(_is_literal, rules)):
        return Severity.INFO, Confidence.LOW
    if complete:
        return Severity.ERROR, Confidence.CERTAIN
    if all(map(_may_do_without_names, group)) and all(map(_is_internal, rules)):
        return Severity.WARNING, Confidence.MEDIUM
    return Severity.WARNING, Confidence.HIGH


def of_shortfall(
    found: Servers, judged: Judged, code: Code, *, complete: bool
) -> tuple[Severity, Confidence]:
    """Whether a grant falls short: surely, where everything is in view and nothing is guessed."""
    if code.severity is Severity.INFO:
        return code.severity, Confidence.MEDIUM
    guessed = code in {WRONG_PEER, WRONG_PORT} and not found.known
    if guessed and judged.subject.namespace.startswith("?"):
        return Severity.WARNING, Confidence.MEDIUM
    if guessed or not complete:
        return Severity.WARNING, Confidence.HIGH
    return code.severity, Confidence.CERTAIN


def _is_literal(rule: PolicyRule) -> bool:
    """Whether its destinations are found without names: few addresses, or the API server.

    Pods get the API server's address from their environment; only its own ports tell it.
    """
    if rule.ports and rule.ports <= _API_SERVER_PORTS:
        return True
    return rule.peers is not None and all(
        isinstance(peer, AddressPeer) and peer.whole.size() <= _FEW_ADDRESSES for peer in rule.peers
    )


def _is_internal(rule: PolicyRule) -> bool:
    """Whether every destination is in the policy's own namespace."""
    return rule.peers is not None and all(
        isinstance(peer, PodPeer) and peer.namespaces is None for peer in rule.peers
    )


def _may_do_without_names(judged: Judged) -> bool:
    """Jobs and databases often talk to addresses that they were given."""
    pods = judged.subject.workloads
    names = [pod.name for pod in pods] or list(judged.subject.selector.equalities().values())
    if any(word in name for name in names for word in _DATABASES):
        return True
    return bool(pods) and all(pod.kind in {"Job", "CronJob"} for pod in pods)
