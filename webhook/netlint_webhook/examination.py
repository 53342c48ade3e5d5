"""What the rules say of a situation, as long as there is time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from netlint_rules.context import Workspace
from netlint_rules.engine import Outcome, examine, order, settle
from netlint_rules.finding import Finding
from netlint_rules.focus import Focus
from netlint_rules.record import dataclass, field
from netlint_rules.report import InternalError
from netlint_rules.rule import Rule
from netlint_webhook.cluster import Situation
from netlint_webhook.settings import Settings

Expired = Callable[[], bool]
"""Whether the time for the request is over; asked between rules."""


@dataclass(slots=True)
class Examined:
    """What the rules say, and those that crashed or for which there was no time."""

    findings: list[Finding] = field(default_factory=list)
    crashed: list[InternalError] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def silent(self) -> set[str]:
        """The rules that could not be asked."""
        return {*self.skipped, *(error.rule for error in self.crashed)}


def workspace(situation: Situation, settings: Settings, focus: Focus | None = None) -> Workspace:
    """A situation as rules take it; `focus` as in Workspace."""
    return Workspace(
        situation.index,
        settings.config,
        settings.facts,
        focus=focus,
        _derived=situation.derived,
    )


def examined(space: Workspace, rules: Iterable[Rule], namespace: str, expired: Expired) -> Examined:
    """Every finding of the rules in a namespace, whatever its severity."""
    return _settled(examine(space, rules, (namespace,), expired), space)


def concerning(
    space: Workspace, rules: Sequence[Rule], namespace: str, expired: Expired
) -> Examined:
    """The findings of the rules that find something at the pods in focus.

    These look at all pods then, as many findings are about groups of them. A rule that says
    nothing of the pods in focus has nothing new to say of the others.
    """
    outcome = examine(space, rules, (namespace,), expired)
    found = {finding.rule for finding in outcome.findings}
    again = [rule for rule in rules if rule.name in found and not rule.alone]
    if not again:
        return _settled(outcome, space)
    names = {rule.name for rule in again}
    full = examine(space.on_all_pods(), again, (namespace,), expired)
    both = Outcome(
        (*(each for each in outcome.findings if each.rule not in names), *full.findings),
        (*outcome.errors, *full.errors),
        (*outcome.skipped, *full.skipped),
    )
    return _settled(both, space)


def _settled(outcome: Outcome, space: Workspace) -> Examined:
    settled = sorted(settle(outcome.findings, space.config), key=order)
    return Examined(settled, list(outcome.errors), list(outcome.skipped))
