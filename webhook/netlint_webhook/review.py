"""One admission request judged: pure, so that the same request always has the same verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from netlint_rules.context import Workspace
from netlint_rules.engine import examine, settle
from netlint_rules.finding import Finding
from netlint_rules.index import is_policy
from netlint_rules.registry import all_rules
from netlint_rules.report import InternalError
from netlint_rules.source.document import Document, Origin
from netlint_rules.suppress import suppress
from netlint_webhook.cluster import ClusterView, Identity, Sight, Situation
from netlint_webhook.lowered import lowered
from netlint_webhook.modes import Mode, Table
from netlint_webhook.protocol import AdmissionRequest, Body
from netlint_webhook.ratchet import NAMESPACE_WIDE, known
from netlint_webhook.settings import Honour, Settings

Expired = Callable[[], bool]
"""Whether the time for the request is over; asked between rules."""

LOWERED = "lowered-isolation"
"""The name of what `opened` holds, where rules have theirs."""

_ORIGIN = Origin("request")


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


@dataclass(slots=True)
class _Examined:
    """What the rules say of one situation."""

    findings: list[Finding] = field(default_factory=list)
    crashed: list[InternalError] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def silent(self) -> set[str]:
        """The rules that could not be asked."""
        return {*self.skipped, *(error.rule for error in self.crashed)}


def review(
    request: AdmissionRequest, cluster: ClusterView, settings: Settings, expired: Expired
) -> Verdict:
    """The verdict on a request. Never raises because of what the request holds."""
    exempt = settings.exempt.reason(request.namespace, request.user, request.groups)
    if exempt:
        return Verdict(waived=exempt)
    new, old = _document(request.new), _document(request.old)
    subject = new or old
    if subject is None or request.subresource or not is_policy(subject):
        return Verdict(waived="nothing to judge")
    if _only_lets_go(new, old):
        return Verdict(waived="the object is being deleted")
    name = request.name or subject.name
    identity = Identity(subject.group, subject.kind, request.namespace, name)
    table = settings.modes.of(request.namespace)
    return _Review(request, cluster, settings, expired, new, old, identity, table).verdict()


def _document(body: Body | None) -> Document | None:
    return Document(_ORIGIN, body) if body else None


def _only_lets_go(new: Document | None, old: Document | None) -> bool:
    """Whether an update of an object that is being deleted leaves alone what is in force."""
    if new is None or old is None or not old.metadata.get("deletionTimestamp"):
        return False
    return new.body.get("spec") == old.body.get("spec")


@dataclass(frozen=True, slots=True)
class _Review:
    """One request about a policy on its way to its verdict."""

    request: AdmissionRequest
    cluster: ClusterView
    settings: Settings
    expired: Expired
    new: Document | None
    old: Document | None
    identity: Identity
    table: Table

    def verdict(self) -> Verdict:
        """Judge the object as it will be, and what the change takes away."""
        after = self._situation(self.new)
        examined = self._examine(after) if self.new else _Examined()
        judged = self._judge(examined.findings, after)
        opened = self._opened(after, examined.crashed)
        return Verdict(
            judged=tuple(judged),
            opened=opened,
            opened_action=self.settings.lowered,
            crashed=tuple(examined.crashed),
            skipped=tuple(examined.skipped),
            view=_describe(after, self.request.namespace),
        )

    def _situation(self, document: Document | None) -> Situation:
        settings = self.settings
        return self.cluster.situation(self.identity, document, settings.config, settings.facts)

    def _examine(self, situation: Situation) -> _Examined:
        """Every finding of the rules that are on, whatever its severity."""
        settings, found = self.settings, _Examined()
        workspace = Workspace(
            situation.index, settings.config, settings.facts, _derived=situation.derived
        )
        findings: list[Finding] = []
        for rule in self.table.rules:
            if self.expired():
                found.skipped.append(rule.name)
                continue
            outcome = examine(workspace, (rule,), (self.request.namespace,))
            findings.extend(outcome.findings)
            found.crashed.extend(outcome.errors)
        found.findings = settle(findings, all_rules(), settings.config)
        return found

    def _opened(self, after: Situation, crashed: list[InternalError]) -> tuple[str, ...]:
        """What the change takes away; like a rule, it may crash without failing the request."""
        where = self.request.namespace
        if self.old is None or self.settings.lowered is Mode.OFF:
            return ()
        try:
            return tuple(lowered(self._situation(self.old), after, where))
        except Exception as error:  # noqa: BLE001 - a report must not end the request
            message = f"{type(error).__name__}: {error}"
            crashed.append(InternalError(LOWERED, where, (), message))
            return ()

    def _judge(self, findings: Sequence[Finding], after: Situation) -> list[Judged]:
        """What becomes of each finding that concerns the request, the most severe first."""
        silenced = self._silenced(findings)
        sight = after.sight(self.request.namespace)
        judged = [
            self._judged(finding, id(finding) in silenced, old, sight)
            for finding, old in self._concerning(findings, after)
        ]
        return sorted((each for each in judged if each.action is not Mode.OFF), key=_gravity)

    def _concerning(
        self, findings: Sequence[Finding], after: Situation
    ) -> Iterator[tuple[Finding, bool]]:
        """The findings that lie in the object, or that it causes elsewhere; and which are old."""
        earlier = self._earlier(findings)
        silent = earlier.silent()
        for finding, seen in zip(findings, known(findings, earlier.findings), strict=True):
            was_there = seen or finding.rule in silent
            is_here = finding.primary.document is self.new
            if is_here or finding.name in NAMESPACE_WIDE or not was_there:
                yield finding, self._is_old(finding, was_there, after)

    def _is_old(self, finding: Finding, was_there: bool, after: Situation) -> bool:
        """Whether the request can't be blamed; a new object can, for what its namespace lacks."""
        if self.old is not None:
            return was_there
        return finding.name in NAMESPACE_WIDE and self._selects_every_pod(after)

    def _earlier(self, findings: Sequence[Finding]) -> _Examined:
        """What the rules said before the request, where that makes a difference."""
        elsewhere = any(finding.primary.document is not self.new for finding in findings)
        if elsewhere or (findings and self.old is not None):
            return self._examine(self._situation(self.old))
        return _Examined()

    def _selects_every_pod(self, after: Situation) -> bool:
        """Whether a new policy is itself a step towards the default-deny that is missing."""
        policies = after.index.policies.get(self.request.namespace, ())
        return any(policy.subject.matches_all for policy in policies if policy.document is self.new)

    def _silenced(self, findings: Sequence[Finding]) -> set[int]:
        """The findings that the object's annotation asks to ignore, by id."""
        if self.settings.suppressions is Honour.NONE or self.new is None:
            return set()
        kept = {id(finding) for finding in suppress(findings, [self.new], "").findings}
        return {id(finding) for finding in findings} - kept

    def _judged(self, finding: Finding, silenced: bool, old: bool, sight: Sight) -> Judged:
        settings = self.settings
        action = settings.bar.limit(finding, self.table.modes[finding.code], sight)
        if old and settings.ratchet and action is Mode.DENY:
            action = Mode.WARN
        can_silence = settings.suppressions is Honour.ALL or action is not Mode.DENY
        if silenced and can_silence and action is not Mode.OFF:
            action = Mode.AUDIT
        return Judged(finding, action, old)


def _gravity(judged: Judged) -> tuple[object, ...]:
    finding = judged.finding
    return (-judged.action.rank, finding.severity.rank, finding.confidence.rank, finding.code)


def _describe(situation: Situation, namespace: str) -> str:
    if not situation.generation:
        return "none"
    return f"{situation.sight(namespace).value} generation={situation.generation}"
