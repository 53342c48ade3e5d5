"""policyTypes and the rules of a policy contradict each other

`policyTypes` decides which directions a policy restricts, not the rules below it. Rules of a
direction that isn't listed are ignored. Without `policyTypes`, a policy always restricts ingress,
and restricts egress only if it has at least one egress rule.

netlint reports rules that are ignored, an empty list that was meant to deny but denies nothing,
and policies that were written for egress alone but cut off ingress too. It looks at the other
policies of the same pods first: where these isolate a direction anyway, nothing is lost by it.

## Why it matters

The API server accepts all of this. A policy with `policyTypes: [Ingress]` and egress rules leaves
the pods free to connect anywhere, though it reads as if they couldn't. And pods that lose all
ingress fail at once, on a policy that speaks of egress only.

## How to fix

Write `policyTypes` out, with every direction that the policy is about:

```yaml
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
  egress: []   # denies all egress, as Egress is listed
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.isolation import Subject, labels_match
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy
from netlint_rules.resources import Workload, is_patched, mapping_at
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

IGNORED = Code(
    "NP405",
    "rules-ignored-by-policytypes",
    Severity.ERROR,
    "rules of a direction that policyTypes doesn't list are ignored",
    fixable=True,
)
IMPLICIT = Code(
    "NP406",
    "implicit-ingress-isolation",
    Severity.WARNING,
    "a policy with egress rules alone cuts off ingress too, as it has no policyTypes",
    fixable=True,
)
NOOP = Code(
    "NP407",
    "egress-deny-noop",
    Severity.ERROR,
    "an empty list of rules denies nothing, as policyTypes doesn't list its direction",
    fixable=True,
)
_INGRESS, _EGRESS = Direction.INGRESS, Direction.EGRESS


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Compare the policyTypes of each policy with its lists of rules."""
    for policy in context.policies(namespace):
        for direction, rules in policy.inert.items():
            if rules:
                yield from _ignored(context, policy, direction, len(rules))
        if len(policy.directions) == 1:
            (missing,) = (each for each in Direction if not policy.isolates(each))
            yield from _noop(context, policy, missing)
        elif not policy.rules[_INGRESS]:
            yield from _implicit(context, policy)


def _spec(policy: Policy) -> dict[str, object]:
    """What is written under `spec`; empty where a patch or a mistake hides what will apply."""
    unknown = policy.broken or is_patched(policy.document, ("spec",))
    return {} if unknown else mapping_at(policy.document.body, ("spec",))


def _ignored(
    context: Context, policy: Policy, direction: Direction, count: int
) -> Iterator[Finding]:
    types = _spec(policy).get("policyTypes")
    if not isinstance(types, list) or not _are_known(types):
        return
    field = direction.field
    rules = f"1 {field} rule is" if count == 1 else f"{count} {field} rules are"
    yield context.finding(
        IGNORED,
        f"{policy.name} doesn't restrict {field} of {pods_of(context.index, [policy])}: "
        f"policyTypes doesn't list {direction.value}, so its {rules} ignored",
        Location(policy.document, ("spec", "policyTypes"), f"doesn't list {direction.value}"),
        related=[Location(policy.document, ("spec", direction.field), "is ignored")],
        fix=_listing(f"add {direction.value} to policyTypes", *Direction),
    )


def _are_known(types: Sequence[object]) -> bool:
    """Whether every entry is a policy type; the API server refuses others."""
    return all(each in tuple(Direction) for each in types)


def _noop(context: Context, policy: Policy, missing: Direction) -> Iterator[Finding]:
    spec = _spec(policy)
    types = spec.get("policyTypes") or []
    is_known = isinstance(types, list) and _are_known(types)
    if missing.field not in spec or policy.inert[missing] or not is_known:
        return
    severity, confidence = (
        (Severity.WARNING, Confidence.HIGH) if types else (Severity.ERROR, Confidence.CERTAIN)
    )
    if _is_isolated_anyway(context, policy, missing):
        severity = Severity.INFO
    why = f"policyTypes doesn't list {missing.value}" if types else "there are no policyTypes"
    yield context.finding(
        NOOP,
        f"{policy.name} doesn't restrict {missing.field} of {pods_of(context.index, [policy])}: "
        f"its empty {missing.field} list has no effect, as {why}",
        Location(policy.document, ("spec", missing.field), "denies nothing"),
        severity=severity,
        confidence=confidence,
        fix=_listing(f"list {missing.value} in policyTypes", *Direction),
    )


def _is_isolated_anyway(context: Context, policy: Policy, direction: Direction) -> bool:
    """Whether other policies isolate all the pods of a policy."""
    isolation = context.isolation(policy.namespace)
    return all(
        isolation.others(policy, subject, direction).certain
        for subject in isolation.subjects_of(policy)
    )


def _implicit(context: Context, policy: Policy) -> Iterator[Finding]:
    spec = _spec(policy)
    is_meant = "ingress" in spec or spec.get("policyTypes")
    if not spec or is_meant or context.index.unmodelled_in(policy.namespace):
        return
    isolation = context.isolation(policy.namespace)
    cut_off = [
        subject
        for subject in isolation.subjects_of(policy)
        if not isolation.others(policy, subject, _INGRESS).certain
    ]
    if cut_off:
        severity, confidence = _harm(context, policy, cut_off)
        yield context.finding(
            IMPLICIT,
            f"{pods_of(context.index, [policy])} can't be reached any more: without policyTypes, "
            "a policy with egress rules isolates ingress too",
            Location(policy.document, ("spec", "egress"), "has no policyTypes beside it"),
            severity=severity,
            confidence=confidence,
            fix=_explicit(severity),
        )


def _harm(
    context: Context, policy: Policy, cut_off: Sequence[Subject]
) -> tuple[Severity, Confidence]:
    """No harm where no pod in view listens; doubtful where another policy may select the pods."""
    isolation = context.isolation(policy.namespace)
    pods = [workload for subject in cut_off for workload in subject.workloads]
    if any(isolation.others(policy, subject, _INGRESS).possible for subject in cut_off):
        return Severity.INFO, Confidence.MEDIUM
    if pods and not any(_listens(context, workload) for workload in pods):
        return Severity.INFO, Confidence.HIGH
    complete = context.index.complete(policy.namespace)
    return Severity.WARNING, Confidence.CERTAIN if complete and pods else Confidence.HIGH


def _listens(context: Context, workload: Workload) -> bool:
    """Whether a workload declares a port, or is behind a Service."""
    services = context.index.services.get(workload.namespace, {}).values()
    return bool(workload.ports) or any(
        service.selector is not None
        and labels_match(Selector.of(service.selector), workload) is not Truth.NO
        for service in services
    )


def _explicit(severity: Severity) -> Fix:
    """What was probably meant; where nothing is lost, what the API server makes of it anyway."""
    if severity is Severity.INFO:
        fix = _listing("say so: policyTypes: [Ingress, Egress]", *Direction)
        return Fix(fix.title, Applicability.SAFE, fix.patch)
    return _listing("restrict egress only: policyTypes: [Egress]", _EGRESS)


def _listing(title: str, *directions: Direction) -> Fix:
    types = [direction.value for direction in directions]
    operation = {"op": "add", "path": "/spec/policyTypes", "value": types}
    return Fix(title, Applicability.UNSAFE, (operation,))


RULE = Rule(
    name="policy-types",
    title="policyTypes that contradict the rules",
    codes=(IGNORED, IMPLICIT, NOOP),
    groups=("correctness", "isolation"),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("policy_types", "BAD"),
    good=ExamplesOf("policy_types", "GOOD"),
    check=check,
    eased=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource",
    ),
)
