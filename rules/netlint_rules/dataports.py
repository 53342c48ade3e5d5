"""Ports of databases and the like, which hardly ever are for everybody."""

from __future__ import annotations

from netlint_rules.facts import DataPort, Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.netset import PortSet
from netlint_rules.policy import Policy, PolicyRule


def data_port(
    facts: Facts, index: ResourceIndex, policy: Policy, rule: PolicyRule
) -> DataPort | None:
    """The first such port that an ingress rule opens by its number, or by its name on pods in view.

    None where it opens none, or whole ranges only.
    """
    if rule.entries is None:
        return None
    found = _single(facts, rule.ports)
    if found is not None or not rule.ports.has_names:
        return found
    pods = (pod for pod in index.workloads.get(policy.namespace, ()) if pod.ports)
    resolved = (
        _single(facts, rule.ports.resolve(pod.ports))
        for pod in pods
        if policy.subject.matches(pod.labels)
    )
    return next((row for row in resolved if row is not None), None)


def _single(facts: Facts, ports: PortSet) -> DataPort | None:
    named = ports.intervals("TCP")
    if not any(first == last for first, last in named):
        return None
    single = {first for first, last in named if first == last}
    return next((row for row in facts.data_ports if row.port in single), None)
