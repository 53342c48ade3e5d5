"""Ports of databases and the like, which hardly ever are for everybody."""

from __future__ import annotations

from netlint_rules.facts import DataPort, Facts
from netlint_rules.policy import PolicyRule


def data_port(facts: Facts, rule: PolicyRule) -> DataPort | None:
    """The first such port that a rule names by its number; None where it names none."""
    if rule.entries is None:
        return None
    named = rule.ports.intervals("TCP")
    if not any(first == last for first, last in named):
        return None
    single = {first for first, last in named if first == last}
    return next((row for row in facts.data_ports if row.port in single), None)
