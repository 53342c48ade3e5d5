"""One admission request judged: pure, so that the same request always has the same verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from netlint_rules.finding import Finding
from netlint_rules.focus import Focus
from netlint_rules.index import is_policy
from netlint_rules.record import dataclass, replace
from netlint_rules.report import InternalError
from netlint_rules.source.document import Document, Origin
from netlint_rules.suppress import suppress
from netlint_webhook.cluster import ClusterView, Identity, Sight, Situation
from netlint_webhook.examination import Examined, Expired, concerning, examined, workspace
from netlint_webhook.lowered import lowered
from netlint_webhook.modes import Mode, Table
from netlint_webhook.protocol import AdmissionRequest, Body
from netlint_webhook.ratchet import NAMESPACE_WIDE, known
from netlint_webhook.settings import Honour, Settings
from netlint_webhook.verdict import LOWERED, Judged, Verdict, described, ordered

_ORIGIN = Origin("request")
_DEFAULT_DENY: Body = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}


def review(
    request: AdmissionRequest, cluster: ClusterView, settings: Settings, expired: Expired
) -> Verdict:
    """The verdict on a request. Never raises because of what the request holds."""
    exempt = settings.exempt.reason(request.namespace, request.user, request.groups)
    if exempt:
        return Verdict(waived=exempt)
    new, old = document_of(request.new), document_of(request.old)
    subject = new or old
    if subject is None or request.subresource or not is_policy(subject):
        return Verdict(waived="nothing to judge")
    if _only_lets_go(new, old):
        return Verdict(waived="the object is being deleted")
    name = request.name or subject.name
    identity = Identity(subject.group, subject.kind, request.namespace, name)
    table = settings.modes.of(request.namespace)
    return _Review(request, cluster, settings, expired, new, old, identity, table).verdict()


def document_of(body: Body | None) -> Document | None:
    """The document of an object, None where there is none."""
    return Document(_ORIGIN, body) if body else None


def _only_lets_go(new: Document | None, old: Document | None) -> bool:
    """Whether an update of an object that is being deleted leaves alone what is in force."""
    if new is None or old is None or not old.metadata.get("deletionTimestamp"):
        return False
    return new.body.get("spec") == old.body.get("spec")


@dataclass(frozen=True)
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
        found = self._found(after)
        judged = self._judge(found.findings, after)
        opened = self._opened(after, found.crashed)
        return Verdict(
            judged=judged,
            opened=opened,
            opened_action=self.settings.lowered,
            crashed=tuple(found.crashed),
            skipped=tuple(found.skipped),
            view=described(after, self.request.namespace),
        )

    @cached_property
    def _before(self) -> Situation:
        """The cluster without the request."""
        return self._situation(self.old)

    def _situation(self, document: Document | None) -> Situation:
        settings = self.settings
        return self.cluster.situation(self.identity, document, settings.config, settings.facts)

    @cached_property
    def _focus(self) -> Focus:
        return Focus.of(self.new, self.old)

    def _found(self, after: Situation) -> Examined:
        """What the rules say of the object as it will be, and of what it changes."""
        if self.new is None:
            return Examined()
        space = workspace(after, self.settings, self._focus)
        return concerning(space, self.table.rules, self.request.namespace, self.expired)

    def _opened(self, after: Situation, crashed: list[InternalError]) -> tuple[str, ...]:
        """What the change takes away; like a rule, it may crash without failing the request."""
        where = self.request.namespace
        if self.old is None or self.settings.lowered is Mode.OFF:
            return ()
        try:
            return tuple(lowered(self._before, after, where))
        except Exception as error:  # noqa: BLE001 - a report must not end the request
            message = f"{type(error).__name__}: {error}"
            crashed.append(InternalError(LOWERED, where, (), message))
            return ()

    def _judge(self, findings: Sequence[Finding], after: Situation) -> tuple[Judged, ...]:
        """What becomes of each finding that concerns the request, the most severe first."""
        if not findings:
            return ()
        silenced = self._silenced(findings)
        sight = after.sight(self.request.namespace)
        return ordered(
            self._judged(finding, id(finding) in silenced, old, sight)
            for finding, old in self._concerning(findings, after)
        )

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
        is_lacking = finding.name in NAMESPACE_WIDE
        return is_lacking and (self._selects_every_pod(after) or self._default_deny_has_to_wait)

    def _earlier(self, findings: Sequence[Finding]) -> Examined:
        """What the rules said before the request, where that makes a difference."""
        elsewhere = any(finding.primary.document is not self.new for finding in findings)
        if elsewhere or (findings and self.old is not None):
            found = {finding.rule for finding in findings}
            rules = [rule for rule in self.table.rules if rule.name in found]
            space = workspace(self._before, self.settings, self._focus.on_all_pods())
            return examined(space, rules, self.request.namespace, self.expired)
        return Examined()

    def _selects_every_pod(self, after: Situation) -> bool:
        """Whether a new policy is itself a step towards the default-deny that is missing."""
        policies = after.index.policies.get(self.request.namespace, ())
        return any(policy.subject.matches_all for policy in policies if policy.document is self.new)

    @cached_property
    def _default_deny_has_to_wait(self) -> bool:
        """Whether the default-deny that is missing would be denied itself: something goes first.

        An operator's webhook that runs already needs its opening before the default-deny; were
        that opening denied for want of the default-deny, neither could ever be made.
        """
        where = self.request.namespace
        metadata = {"name": "default-deny-ingress", "namespace": where}
        document = Document(_ORIGIN, {**_DEFAULT_DENY, "metadata": metadata})
        identity = replace(self.identity, name=document.name)
        settings = self.settings
        situation = self.cluster.situation(identity, document, settings.config, settings.facts)
        sight = situation.sight(where)
        space = workspace(situation, settings, Focus.of(document))
        return any(
            self._judged(finding, False, False, sight).action is Mode.DENY
            for finding in concerning(space, self.table.rules, where, self.expired).findings
            if finding.primary.document is document
        )

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
