"""What is answered to a request, and why."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.finding import Finding
from netlint_rules.record import dataclass
from netlint_rules.report import InternalError
from netlint_webhook.cluster import Situation
from netlint_webhook.modes import Mode

LOWERED = "lowered-isolation"
"""The name of what `opened` holds, where rules have theirs."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding and what becomes of it. `old`: the request didn't bring it."""

    finding: Finding
    action: Mode
    old: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is answered to a request, and why.

    `judged` holds the most severe first. `opened` are sentences about isolation that the request
    takes away. `crashed` and `skipped` are rules that say nothing here: by a mistake of ours, or
    because the time was over. `waived` says why nothing was judged.
    """

    judged: tuple[Judged, ...] = ()
    opened: tuple[str, ...] = ()
    opened_action: Mode = Mode.OFF
    crashed: tuple[InternalError, ...] = ()
    skipped: tuple[str, ...] = ()
    waived: str = ""
    view: str = "none"

    @property
    def action(self) -> Mode:
        """The hardest of all actions; off where there was nothing to say."""
        actions = [each.action for each in self.judged]
        if self.opened:
            actions.append(self.opened_action)
        return max(actions, key=lambda mode: mode.rank, default=Mode.OFF)

    @property
    def allowed(self) -> bool:
        """Whether the request is admitted."""
        return self.action is not Mode.DENY


def ordered(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """What has an effect, the most severe first."""
    return tuple(sorted((each for each in judged if each.action is not Mode.OFF), key=_gravity))


def _gravity(judged: Judged) -> tuple[object, ...]:
    finding = judged.finding
    return (-judged.action.rank, finding.severity.rank, finding.confidence.rank, finding.code)


def described(situation: Situation, namespace: str) -> str:
    """How much of a namespace is in view, for the audit log."""
    if not situation.generation:
        return "none"
    return f"{situation.sight(namespace).value} generation={situation.generation}"
