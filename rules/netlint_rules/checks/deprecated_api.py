"""An API version that no cluster serves any more

NetworkPolicy left `extensions/v1beta1` for `networking.k8s.io/v1` with Kubernetes 1.7; the old
version was removed in 1.16.

## Why it matters

`kubectl apply` finds no such kind, and the policy is never created. It isolates nothing and
allows nothing.

## How to fix

Write `apiVersion: networking.k8s.io/v1`; the rest of the object stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.apivalidation import API_VERSION
from netlint_rules.apivalidation.cause import Kind
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.refusal import refused, retold
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

REMOVED = Code(
    "NP715",
    "deprecated-api",
    Severity.ERROR,
    "an API version that no cluster serves any more",
    fixable=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each NetworkPolicy of a removed API version."""
    for policy, cause in refused(context, namespace, Kind.API_VERSION):
        words = f"{cause.value} was removed in 1.16; write apiVersion: {API_VERSION}"
        operation = {"op": "replace", "path": "/apiVersion", "value": API_VERSION}
        fix = Fix(f"write apiVersion: {API_VERSION}", Applicability.UNSAFE, (operation,))
        yield retold(context, REMOVED, policy, cause, words, fix)


RULE = Rule(
    name="deprecated-api",
    title="an API version that was removed",
    codes=(REMOVED,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#networkpolicy-v116",
    ),
    bad=(
        Example(
            "extensions/v1beta1",
            """\
apiVersion: extensions/v1beta1  # <- NP715
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress: [{}]
""",
        ),
    ),
    good=(
        Example(
            "networking.k8s.io/v1",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress: [{}]
""",
        ),
        Example(
            "Calico uses the same kind",
            """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec: {selector: app == "api"}
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
