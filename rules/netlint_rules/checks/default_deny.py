"""A namespace without default-deny: pods that no policy selects are open

Pods accept and open every connection until a policy selects them. A default-deny policy, one
whose `podSelector: {}` selects every pod of the namespace, closes the pods of today and of
tomorrow; the other policies then allow what is needed.

netlint asks for a policy that isolates every pod for ingress, whatever else it allows: an
`allow-same-namespace` with `podSelector: {}` counts. Egress isolation is asked for with
`--strict`, or by the setting `default-deny.egress`.

## Why it matters

Without it, a pod whose labels no policy mentions, because it is new or because of a typing
mistake, can be reached from the whole cluster. And whoever deletes the last policy that selects
a pod opens that pod, though deleting an allow rule looks like closing something.

A rule that allows everything to every pod cancels a default-deny: policies only add up, so no
other policy can restrict that direction any more.

## How to fix

Add one policy to the namespace:

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
```

Deny egress too only together with a policy that allows DNS. An intended open namespace says so
with the annotation `netlint.dev/expects: allow-all`; a namespace that needs no default-deny
with the label `netlint.dev/exempt: default-deny`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from netlint_rules.context import Context
from netlint_rules.dns.servers import ServersOf
from netlint_rules.dns.words import isolate_all
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.levels import (
    Cancelled,
    Level,
    cancelled,
    creates_policies,
    describe_openness,
    is_component,
    is_exempt,
    level,
)
from netlint_rules.patterns import compiled
from netlint_rules.policy import Direction, Policy
from netlint_rules.resources import mapping_at
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import json_pointer

INGRESS_MISSING = Code(
    "NP401",
    "default-deny-ingress-missing",
    Severity.WARNING,
    "pods that no policy selects accept every connection",
    fixable=True,
    needs_view=True,
)
EGRESS_MISSING = Code(
    "NP402",
    "default-deny-egress-missing",
    Severity.WARNING,
    "pods that no policy selects can connect to everything",
    fixable=True,
    needs_view=True,
)
CANCELLED = Code(
    "NP403",
    "default-deny-cancelled",
    Severity.ERROR,
    "a rule that allows everything makes the namespace's other policies void",
    fixable=True,
)
PARTIAL = Code(
    "NP404",
    "default-deny-partial",
    Severity.INFO,
    "a policy named deny-all leaves one direction open",
    fixable=True,
)
_MISSING = {Direction.INGRESS: INGRESS_MISSING, Direction.EGRESS: EGRESS_MISSING}
_LEVELS = {"off": Level.NONE, "L2": Level.EVERY_POD, "L3": Level.DEFAULT_DENY}
_DENY_ALL = compiled(r"deny-?all", re.IGNORECASE)
_ALLOW_ALL = compiled(r"allow-?all", re.IGNORECASE)
_SHOWN = 3


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Judge each direction of a namespace, unless another API's policies may do the isolating."""
    policies = context.index.policies.get(namespace, [])
    broad = [policy for policy in policies if policy.subject.matches_all]
    yield from _named_deny_all(context, broad)
    for direction in Direction:
        voiding = cancelled(broad, direction)
        if voiding:
            yield from _cancelled(context, namespace, direction, voiding)
        elif _is_due(context, namespace, direction):
            yield _missing(context, namespace, direction)


def _is_due(context: Context, namespace: str, direction: Direction) -> bool:
    """Whether the namespace lacks the level that it must have."""
    required = _required(context, direction)
    policies = context.index.policies.get(namespace, [])
    is_met = required is Level.NONE or level(policies, direction) >= required
    if is_met or context.index.unmodelled_in(namespace):
        return False
    extra = context.option("exempt")
    globs = [*context.facts.exempt_namespaces, *(extra if isinstance(extra, list) else [])]
    return not is_exempt(context.index, namespace, globs) and not creates_policies(context.index)


def _required(context: Context, direction: Direction) -> Level:
    name = direction.field
    if f"default-deny.{name}" not in context.config.options and context.config.strict:
        return Level.DEFAULT_DENY if direction is Direction.INGRESS else Level.EVERY_POD
    return _LEVELS.get(str(context.option(name)), Level.EVERY_POD)


def _missing(context: Context, namespace: str, direction: Direction) -> Finding:
    severity, confidence = _certainty(context, namespace, direction)
    where = context.index.describe(namespace)
    return context.finding(
        _MISSING[direction],
        f"{describe_openness(context.isolation(namespace), direction)}: "
        f"no default-deny for {direction.field} in {where}{context.index.scope(namespace)}",
        _place(context, namespace, direction),
        severity=severity,
        confidence=confidence,
        related=_narrow_policies(context, namespace, direction),
        fix=_fix(context, namespace, direction),
    )


def _certainty(
    context: Context, namespace: str, direction: Direction
) -> tuple[Severity, Confidence]:
    if context.index.complete(namespace):
        severity = Severity.ERROR if context.config.strict else Severity.WARNING
        return severity, Confidence.CERTAIN
    policies = context.index.policies.get(namespace, [])
    if policies:
        part = all(policy.document.origin.is_excerpt for policy in policies)
        part = part or is_component(context.isolation(namespace), direction)
        return (Severity.INFO if part else Severity.WARNING), Confidence.HIGH
    if namespace in context.index.namespaces:
        return Severity.WARNING, Confidence.MEDIUM
    return Severity.INFO, Confidence.LOW


def _place(context: Context, namespace: str, direction: Direction) -> Location:
    """A policy that would do with one more type, else the Namespace, else its first policy."""
    policies = context.index.policies.get(namespace, [])
    for policy in policies:
        if policy.subject.matches_all and not policy.isolates(direction):
            note = f"selects every pod, but isolates {direction.other.field} only"
            return Location(policy.document, ("spec", "policyTypes"), note)
    if namespace in context.index.namespaces:
        document = context.index.namespaces[namespace].document
        return Location(document, ("metadata", "name"), "has no policy that selects every pod")
    if policies:
        path = ("metadata", "namespace" if policies[0].document.namespace else "name")
        return Location(policies[0].document, path, "no policy beside it selects every pod")
    workload = next(pod for pod in context.index.workloads[namespace] if pod.document)
    assert workload.document is not None
    return Location(workload.document, ("metadata", "name"), "no policy selects its pods")


def _narrow_policies(context: Context, namespace: str, direction: Direction) -> list[Location]:
    policies = context.index.policies.get(namespace, [])
    return [
        Location(policy.document, ("spec", "podSelector"), _whom(policy))
        for policy in [each for each in policies if each.isolates(direction)][:_SHOWN]
    ]


def _whom(policy: Policy) -> str:
    if policy.subject.matches_all:
        return "isolates every pod, and has rules that allow"
    return f"isolates pods {policy.subject} only"


def _fix(context: Context, namespace: str, direction: Direction) -> Fix:
    """One more policy. DNS stays open where the level that is due lets it."""
    taken = {policy.name for policy in context.index.policies.get(namespace, ())}
    servers = None
    if direction is Direction.EGRESS and _required(context, direction) is Level.EVERY_POD:
        servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    return isolate_all(servers, namespace, direction, taken)


def _cancelled(
    context: Context, namespace: str, direction: Direction, voiding: list[Cancelled]
) -> Iterator[Finding]:
    """One finding for each rule that opens everything, unless that is declared."""
    openers = {id(entry.policy) for entry in voiding}
    void = [
        policy
        for policy in context.index.policies[namespace]
        if policy.isolates(direction) and not policy.broken and id(policy) not in openers
    ]
    for entry in voiding:
        is_named_so = _ALLOW_ALL.search(entry.policy.name) is not None
        if not entry.policy.expects("allow-all") and (void or not is_named_so):
            yield _void_finding(context, namespace, direction, entry, void)


def _void_finding(
    context: Context, namespace: str, direction: Direction, entry: Cancelled, void: list[Policy]
) -> Finding:
    where = context.index.describe(namespace)
    effect = f"every {direction.field} connection of every pod in {where} is allowed"
    count = "1 other policy is" if len(void) == 1 else f"{len(void)} other policies are"
    return context.finding(
        CANCELLED,
        f"{effect}: {count} void" if void else effect,
        Location(entry.policy.document, entry.rule.path, "allows everything to every pod"),
        severity=_void_severity(direction, void),
        related=[
            Location(policy.document, ("metadata", "name"), f"restricts {direction.field} in vain")
            for policy in void[:_SHOWN]
        ],
        fix=_close(entry) if void or direction is Direction.INGRESS else None,
    )


def _close(entry: Cancelled) -> Fix:
    operation = {"op": "remove", "path": json_pointer(entry.rule.path)}
    return Fix("remove the rule that allows everything", Applicability.UNSAFE, (operation,))


def _void_severity(direction: Direction, void: list[Policy]) -> Severity:
    """Alone it contradicts nothing, and open egress is common: a third of real policies."""
    if void:
        return Severity.ERROR
    return Severity.WARNING if direction is Direction.INGRESS else Severity.INFO


def _named_deny_all(context: Context, policies: list[Policy]) -> Iterator[Finding]:
    """Policies for every pod whose name promises more than policyTypes keep, and their rules."""
    isolated = {direction for policy in policies for direction in policy.directions}
    left = [direction for direction in Direction if direction not in isolated]
    for policy in policies if left else ():
        is_named_one = any(direction.field in policy.name.lower() for direction in Direction)
        if _DENY_ALL.search(policy.name) and not is_named_one:
            spec = mapping_at(policy.document.body, ("spec",))
            for missing in [each for each in left if each.field not in spec][:1]:
                yield _partial(context, policy, missing)


def _partial(context: Context, policy: Policy, missing: Direction) -> Finding:
    types: Mapping[str, object] = {
        "op": "add",
        "path": "/spec/policyTypes",
        "value": [direction.value for direction in Direction],
    }
    return context.finding(
        PARTIAL,
        f"{policy.name} leaves {missing.field} open: it isolates {missing.other.field} only",
        Location(policy.document, ("spec", "policyTypes"), f"doesn't list {missing.value}"),
        fix=Fix(f"add {missing.value} to policyTypes", Applicability.UNSAFE, (types,)),
    )


RULE = Rule(
    name="default-deny",
    title="a namespace without default-deny",
    codes=(INGRESS_MISSING, EGRESS_MISSING, CANCELLED, PARTIAL),
    groups=("isolation",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("default_deny", "BAD"),
    good=ExamplesOf("default_deny_good", "GOOD"),
    check=check,
    options={
        "ingress": (
            "L2",
            "what is due for ingress: off, L2 (every pod isolated), L3 (without rules)",
        ),
        "egress": ("off", "the same for egress; --strict asks for L3 ingress and L2 egress"),
        "exempt": ([], "globs of namespaces that need no default-deny, besides the system ones"),
    },
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies",
    ),
)
