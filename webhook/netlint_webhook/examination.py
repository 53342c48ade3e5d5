"""What the rules say of a situation, as long as there is time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from netlint_rules.context import Workspace
from netlint_rules.engine import examine, order, settle
from netlint_rules.finding import Finding
from netlint_rules.report import InternalError
from netlint_rules.rule import Rule
from netlint_rules.source.document import Document
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


def workspace(
    situation: Situation, settings: Settings, focus: Collection[Document] | None = None
) -> Workspace:
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
    outcome = examine(space, rules, (namespace,), expired)
    settled = sorted(settle(outcome.findings, space.config), key=order)
    return Examined(settled, list(outcome.errors), list(outcome.skipped))
