"""A policy without a podSelector applies to every pod

`spec.podSelector` says which pods a policy restricts. Left out or without a value it selects
every pod of the namespace, as `podSelector: {}` does.

netlint warns where the key is there without a value, or its labels are commented out: something
was meant to stand there. `matchLabels:` without a value, and a key that is left out altogether,
are only mentioned with `--pedantic`; old versions of kubectl refuse the latter.

## Why it matters

A policy for one application that selects every pod isolates all the others too: they lose every
connection that this policy doesn't allow. Or its allow rules open all of them.

## How to fix

Name the pods, or write `podSelector: {}` where all of them are meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.emptykeys import lacks_value
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.policy import Policy
from netlint_rules.resources import is_patched, mapping_at
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.commented import is_commented_out
from netlint_rules.source.document import Path

MISSING = Code(
    "NP408",
    "missing-podselector",
    Severity.WARNING,
    "a policy without a value for podSelector applies to every pod of the namespace",
    fixable=True,
)
_PATH: Path = ("spec", "podSelector")


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at what is written for the podSelector of each policy that selects every pod."""
    for policy in context.policies(namespace):
        if policy.subject.matches_all and not policy.broken:
            spec = mapping_at(policy.document.body, ("spec",))
            if is_patched(policy.document, _PATH):
                continue
            if "podSelector" not in spec:
                yield _absent(context, policy)
            elif lacks_value(spec["podSelector"]):
                yield _null(context, policy)


def _absent(context: Context, policy: Policy) -> Finding:
    has_spec = isinstance(policy.document.body.get("spec"), dict)
    operation = {"op": "add", "path": "/spec/podSelector", "value": {}}
    fix = Fix("say so: podSelector: {}", Applicability.SAFE, (operation,))
    return context.finding(
        MISSING,
        f"{policy.name} applies to {_everybody(context, policy)}: it has no podSelector",
        Location(policy.document, ("spec",), "has no podSelector"),
        severity=Severity.INFO,
        fix=fix if has_spec else None,
    )


def _null(context: Context, policy: Policy) -> Finding:
    selector = policy.document.at(_PATH)
    path = (*_PATH, next(iter(selector))) if isinstance(selector, dict) else _PATH
    is_commented = is_commented_out(policy.document, path)
    how = "has only comments below it" if is_commented else "has no value"
    operation = {"op": "replace", "path": "/spec/podSelector", "value": {}}
    return context.finding(
        MISSING,
        f"{policy.name} applies to {_everybody(context, policy)}: {path[-1]} {how}",
        Location(policy.document, path, "selects every pod"),
        severity=Severity.WARNING if is_commented or selector is None else Severity.INFO,
        confidence=Confidence.HIGH,
        fix=Fix("write podSelector: {}, if every pod is meant", Applicability.UNSAFE, (operation,)),
    )


def _everybody(context: Context, policy: Policy) -> str:
    return f"every pod in {context.index.describe(policy.namespace)}"


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
"""

RULE = Rule(
    name="missing-podselector",
    title="a policy without a podSelector",
    codes=(MISSING,),
    groups=("isolation",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "No value: a template rendered none",
            _HEAD
            + """\
spec:
  podSelector:  # <- NP408
  ingress: [{from: [{podSelector: {}}]}]
""",
        ),
        Example(
            "Labels that are commented out",
            _HEAD
            + """\
spec:
  podSelector:
    matchLabels:  # <- NP408
      # app: web
  ingress: [{from: [{podSelector: {}}]}]
""",
        ),
        Example(
            "Labels without a value: only a hint",
            _HEAD
            + """\
spec:
  podSelector:
    matchLabels:  # <- NP408
  ingress: [{from: [{podSelector: {}}]}]
""",
        ),
        Example(
            "No podSelector at all: only a hint",
            _HEAD
            + """\
spec:  # <- NP408
  ingress: [{from: [{podSelector: {}}]}]
""",
        ),
        Example("No spec at all: only a hint", _HEAD + "spec:  # <- NP408\n"),
    ),
    good=(
        Example(
            "Every pod, and it says so",
            _HEAD
            + """\
spec:
  podSelector: {}
""",
        ),
        Example(
            "No labels, and it says so",
            _HEAD
            + """\
spec:
  podSelector: {matchLabels: {}}
""",
        ),
        Example(
            "Labels, and expressions without a value",
            _HEAD
            + """\
spec:
  podSelector: {matchLabels: {app: web}, matchExpressions: }
""",
        ),
        Example(
            "A misspelt key is what schema-strict speaks of",
            _HEAD
            + """\
spec:
  podselector: {matchLabels: {app: web}}
""",
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource",
    ),
)
