"""A policy keeps the API server from a webhook or an aggregated API

The API server calls admission webhooks, conversion webhooks and aggregated APIs through a
Service. Once a policy isolates the pods behind it for ingress, some policy must let these
connections in: on the port of the container, not the Service's, and from where the API server
really is. It is no pod of your cluster: selectors match it on few platforms only.

netlint follows each webhook configuration, CustomResourceDefinition and APIService to its
Service, on to the pods and their port, and unites the rules of all policies that select the
pods. Where no such object is in view it knows common operators by their labels, and takes ports
and options that speak of webhooks as hints.

## Why it matters

With `failurePolicy: Fail`, the default, every matching write in the whole cluster is rejected
with "failed calling webhook: context deadline exceeded". With `Ignore` the checks are skipped
without a word. Without its conversion webhook a custom resource can't be listed; a blocked
APIService stops `kubectl top`, autoscaling and the deletion of namespaces. On a cluster with one
node it all works: traffic from a pod's own node always passes.

## How to fix

Add one policy for the pods, with the container's port and without `from`. That is safe: the
calls are encrypted, and the pod checks them.

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-hook-webhook, namespace: shop}
spec:
  podSelector: {matchLabels: {app: hook}}
  policyTypes: [Ingress]
  ingress:
  - ports: [{protocol: TCP, port: 9443}]
```

Stricter: an `ipBlock` for each address of the control plane; on GKE and AKS the pods
`konnectivity-agent` of kube-system; on OpenShift a `namespaceSelector` with
`policy-group.network.openshift.io/host-network: ""`. Tell netlint your `cluster.platform` and
`cluster.api-server` to have these judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from netlint_rules.apiserver import Admission, ApiServer
from netlint_rules.backends import backends
from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.selector import Selector
from netlint_rules.webhooks.blocked import BlockedCall, blocked_call
from netlint_rules.webhooks.missed import Slip
from netlint_rules.webhooks.references import Call, CallsOf, Dangling, Target
from netlint_rules.webhooks.suspects import SignsOf, Suspect, suspects
from netlint_rules.webhooks.words import (
    forwarding,
    harm,
    pods_in_words,
    policy_name,
    reference_location,
    suspicion,
    told,
)

_missing = partial(Code, needs_view=True, fixable=True)
PORT_BLOCKED = _missing(
    "NP501",
    "webhook-port-blocked",
    Severity.ERROR,
    "no policy lets the API server in to the port of a webhook",
)
SERVICE_PORT = _missing(
    "NP502",
    "webhook-service-port-used",
    Severity.ERROR,
    "a policy opens the Service's port of a webhook instead of the container's",
)
UNMATCHABLE = _missing(
    "NP503",
    "webhook-source-unmatchable",
    Severity.ERROR,
    "a webhook is open to peers that don't match the API server",
)
PARTIAL = _missing(
    "NP504",
    "webhook-source-partial",
    Severity.WARNING,
    "a webhook is open to some of the API server's addresses only",
)
SUSPECT = _missing(
    "NP505",
    "webhook-suspect",
    Severity.WARNING,
    "pods that look like a webhook aren't open to the API server",
)
DANGLING = _missing(
    "NP506",
    "webhook-service-dangling",
    Severity.WARNING,
    "a webhook or an APIService names a Service or a port that doesn't exist",
    fixable=False,
)
API_BLOCKED = _missing(
    "NP507",
    "apiservice-port-blocked",
    Severity.ERROR,
    "no policy lets the API server in to the port of an aggregated API",
)
_SHOWN = 3


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Follow every call of the API server into the namespace."""
    found = context.workspace.derived(CallsOf())
    for dangling in found.dangling.get(namespace, ()):
        yield _dangling(context, dangling)
    if context.index.policies.get(namespace) and not context.index.unmodelled_in(namespace):
        server = ApiServer(context.index, context.config.cluster, context.facts)
        targets = found.targets.get(namespace, [])
        if server.is_enforced:
            yield from _targets(context, server, targets)
            yield from _suspects(context, server, namespace, targets)


def _targets(context: Context, server: ApiServer, targets: list[Target]) -> Iterator[Finding]:
    for target in targets:
        isolation = context.isolation(target.service.namespace)
        pods = backends(isolation, target.service, target.port)
        call = blocked_call(isolation, server, pods, target.port)
        if call is not None:
            yield _blocked(context, target, call)


def _blocked(context: Context, target: Target, call: BlockedCall) -> Finding:
    service, references = target.service, target.references
    severity, confidence = _certainty(context, call, fails_open=references[0].fails_open)
    return context.finding(
        _code(target, call),
        _message(context, target, call),
        call.place,
        severity=severity,
        confidence=confidence,
        related=[
            *(reference_location(reference) for reference in references[:_SHOWN]),
            Location(service.document, target.port.path, forwarding(target)),
            *call.related(),
        ],
        fix=_fix(context, call, service.name, _labels(target, call), is_api=_is_api(target)),
    )


def _fix(
    context: Context, call: BlockedCall, called: str, labels: Mapping[str, str], *, is_api: bool
) -> Fix | None:
    policies = context.index.policies[call.backend.subject.namespace]
    name = policy_name(called, {policy.name for policy in policies}, is_api=is_api)
    return call.fix(name, labels)


def _code(target: Target, call: BlockedCall) -> Code:
    if call.admission is Admission.ELSEWHERE:
        return UNMATCHABLE
    if call.admission is not Admission.NEVER:
        return PARTIAL
    if call.missed is not None and call.missed.slip is Slip.SERVICE_PORT:
        return SERVICE_PORT
    return API_BLOCKED if _is_api(target) else PORT_BLOCKED


def _is_api(target: Target) -> bool:
    return all(reference.call is Call.API for reference in target.references)


def _message(context: Context, target: Target, call: BlockedCall) -> str:
    pods = _pods(context, call, _labels(target, call), f"of Service {target.service.name}")
    return told(harm(target.references), call, pods, context.index.scope(target.service.namespace))


def _labels(target: Target, call: BlockedCall) -> Mapping[str, str]:
    """What selects the pods: the Service's selector, or their own labels where it has none."""
    return target.service.selector or call.backend.subject.selector.equalities()


def _pods(context: Context, call: BlockedCall, labels: Mapping[str, str], otherwise: str) -> str:
    subject = call.backend.subject
    selector = Selector.of(labels) if labels else subject.selector
    return pods_in_words(selector, otherwise, context.index.describe(subject.namespace))


def _certainty(
    context: Context, call: BlockedCall, *, fails_open: bool
) -> tuple[Severity, Confidence]:
    """Errors are for what certainly breaks writes; the view, the platform and the pods count."""
    if call.admission is Admission.UNKNOWN:
        return Severity.INFO, Confidence.LOW
    if call.place.document.origin.is_excerpt:
        return Severity.INFO, Confidence.MEDIUM
    complete = context.index.complete(call.backend.subject.namespace)
    confidence = Confidence.HIGH if call.backend.workload else Confidence.MEDIUM
    if complete and call.admission is Admission.NEVER:
        confidence = Confidence.CERTAIN
    is_error = complete and call.is_whole and call.is_proven and not fails_open
    return (Severity.ERROR if is_error else Severity.WARNING), confidence


def _suspects(
    context: Context, server: ApiServer, namespace: str, targets: list[Target]
) -> Iterator[Finding]:
    """Pods that look as if the API server called them, where no object in view makes it."""
    isolation = context.isolation(namespace)
    services = [target.service for target in targets]
    signed = context.workspace.derived(SignsOf(context.facts, namespace))
    for group in suspects(isolation, context.facts, services, signed):
        blocked = [
            blocked_call(isolation, server, [each.backend], each.service, each.strangers)
            for each in group
        ]
        calls = [call for call in blocked if call]
        if group and len(calls) == len(group) and _is_worth_it(group[0], calls):
            yield _suspect(context, group[0], calls[0])


def _is_worth_it(suspect: Suspect, calls: list[BlockedCall]) -> bool:
    """A port alone says little: where it is open to somebody, that is what was meant.

    An address may be the API server's only one: a doubt worth a word where a component is known.
    """
    if any(call.admission > Admission.ELSEWHERE for call in calls):
        return bool(suspect.component) and all(call.is_open_to_one_address for call in calls)
    return suspect.confidence is not Confidence.LOW or not calls[0].is_open_to_others


def _suspect(context: Context, suspect: Suspect, call: BlockedCall) -> Finding:
    namespace = suspect.backend.subject.namespace
    is_expected = suspect.component and not context.index.complete(namespace)
    is_excerpt = call.place.document.origin.is_excerpt
    pods = _pods(context, call, suspect.labels, f"of {suspect.name}")
    is_shut = call.admission <= Admission.ELSEWHERE
    is_proven = is_expected and not is_excerpt and call.admission is not Admission.UNKNOWN
    return context.finding(
        SUSPECT if is_shut else PARTIAL,
        told(suspicion(suspect), call, pods, context.index.scope(namespace)),
        call.place,
        severity=Severity.WARNING if is_proven else Severity.INFO,
        confidence=Confidence.LOW if call.admission is Admission.UNKNOWN else suspect.confidence,
        related=call.related(),
        fix=_fix(context, call, suspect.name, suspect.labels, is_api=suspect.is_api)
        if suspect.component
        else None,
    )


def _dangling(context: Context, dangling: Dangling) -> Finding:
    first, service = dangling.references[0], dangling.service
    lost, where = harm(dangling.references), service.namespace if service else first.namespace
    name = f"Service {first.service} in {context.index.describe(where)}"
    severity, confidence = Severity.WARNING, Confidence.CERTAIN
    if service is not None:
        message = f"{lost}: {name} has no TCP port {first.port}"
    elif context.index.complete(first.namespace):
        message = f"{lost}: {name} doesn't exist"
    else:
        message = f"{lost} without {name}, which isn't{context.index.scope(first.namespace)}"
        severity, confidence = Severity.INFO, Confidence.MEDIUM
    ports = [Location(service.document, ("spec", "ports"), "are all its ports")] if service else []
    return context.finding(
        DANGLING,
        message,
        reference_location(first),
        severity=severity,
        confidence=confidence,
        related=[*map(reference_location, dangling.references[1:_SHOWN]), *ports],
    )


RULE = Rule(
    name="webhook-ingress",
    title="a webhook that the API server can't reach",
    codes=(PORT_BLOCKED, SERVICE_PORT, UNMATCHABLE, PARTIAL, SUSPECT, DANGLING, API_BLOCKED),
    groups=("correctness", "platform"),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("webhook_ingress", "BAD"),
    good=ExamplesOf("webhook_ingress", "GOOD"),
    check=check,
    references=(
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/",
    ),
)
