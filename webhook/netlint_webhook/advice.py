"""What a Service brings to light: a second webhook, off by default, that warns and never denies.

Policies are judged as they come. What comes after them may break by them: a Service, an APIService
or a conversion webhook in pods that no policy opens to the API server. `netlint-webhook --advise`
answers reviews of these objects at `/advise`; deploy/kustomize/components/advise makes the API
server send them. It never asks anybody about webhook configurations, so those aren't among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netlint_rules.context import Workspace
from netlint_rules.finding import Finding
from netlint_rules.record import dataclass
from netlint_rules.source.document import Document
from netlint_rules.suppress import suppress
from netlint_rules.webhooks.references import CallsOf
from netlint_webhook.cluster import ClusterView, Identity, Situation
from netlint_webhook.examination import Examined, Expired, examined, workspace
from netlint_webhook.modes import Mode
from netlint_webhook.protocol import AdmissionRequest
from netlint_webhook.ratchet import NAMESPACE_WIDE, known
from netlint_webhook.review import document_of
from netlint_webhook.settings import Honour, Settings
from netlint_webhook.verdict import Judged, Verdict, described, ordered

KINDS = frozenset(
    {
        ("", "Service"),
        ("apiregistration.k8s.io", "APIService"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
    }
)
"""Group and kind of what is advised on."""


def advise(
    request: AdmissionRequest, cluster: ClusterView, settings: Settings, expired: Expired
) -> Verdict:
    """What is new because of a request, for warnings only. Never raises because of its content."""
    exempt = settings.exempt.reason(request.namespace, request.user, request.groups)
    if exempt:
        return Verdict(waived=exempt)
    new, old = document_of(request.new), document_of(request.old)
    if new is None or request.subresource or (new.group, new.kind) not in KINDS:
        return Verdict(waived="nothing to advise on")
    if old is not None and new.body.get("spec") == old.body.get("spec"):
        return Verdict(waived="nothing has changed")
    identity = Identity(new.group, new.kind, request.namespace, request.name or new.name)
    return _Advice(identity, new, old, cluster, settings, expired).verdict()


@dataclass(frozen=True, slots=True)
class _Advice:
    """One request on its way to what is said of it."""

    identity: Identity
    new: Document
    old: Document | None
    cluster: ClusterView
    settings: Settings
    expired: Expired

    def verdict(self) -> Verdict:
        """Judge the namespaces that the object concerns, and take out what was known before."""
        after = self._situation(self.new)
        space = workspace(after, self.settings)
        found = Examined()
        namespaces = self._namespaces(space)
        judged = [each for name in namespaces for each in self._judged(name, after, space, found)]
        return Verdict(
            judged=ordered(judged),
            crashed=tuple(found.crashed),
            skipped=tuple(dict.fromkeys(found.skipped)),
            view=described(after, next(iter(namespaces), "")),
        )

    def _situation(self, document: Document | None) -> Situation:
        settings = self.settings
        return self.cluster.situation(self.identity, document, settings.config, settings.facts)

    def _namespaces(self, space: Workspace) -> list[str]:
        """A Service's own, or those of the Services that the object names."""
        own = self.identity.namespace
        return [own] if own else sorted(space.derived(CallsOf()).homes(self.new))

    def _judged(
        self, namespace: str, after: Situation, space: Workspace, sum_up: Examined
    ) -> Iterator[Judged]:
        """What becomes of each finding in a namespace that the request brings."""
        table, sight = self.settings.modes.of(namespace), after.sight(namespace)
        now = examined(space, table.rules, namespace, self.expired)
        sum_up.crashed += now.crashed
        sum_up.skipped += now.skipped
        fresh = list(self._fresh(now, namespace))
        silenced = self._silenced(fresh)
        for finding in fresh:
            action = self.settings.bar.limit(finding, table.modes[finding.code], sight)
            limit = Mode.AUDIT if id(finding) in silenced else Mode.WARN
            yield Judged(finding, min(action, limit, key=lambda mode: mode.rank))

    def _fresh(self, now: Examined, namespace: str) -> Iterator[Finding]:
        """The findings that weren't there before; what a namespace lacks is no object's fault."""
        if not now.findings:
            return
        rules = self.settings.modes.of(namespace).rules
        space = workspace(self._situation(self.old), self.settings)
        before = examined(space, rules, namespace, self.expired)
        silent = before.silent()
        for finding, seen in zip(now.findings, known(now.findings, before.findings), strict=True):
            if not seen and finding.rule not in silent and finding.name not in NAMESPACE_WIDE:
                yield finding

    def _silenced(self, findings: Iterable[Finding]) -> set[int]:
        """The findings that annotations ask to ignore, by id: here none of them denies."""
        found = list(findings)
        if self.settings.suppressions is Honour.NONE:
            return set()
        documents = {id(each.primary.document): each.primary.document for each in found}
        kept = {id(finding) for finding in suppress(found, documents.values(), "").findings}
        return {id(finding) for finding in found} - kept
