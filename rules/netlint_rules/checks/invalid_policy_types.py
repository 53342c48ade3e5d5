"""A policy type other than Ingress and Egress

`policyTypes` lists the directions that the policy isolates. The words are `Ingress` and `Egress`,
in exactly this case, and there may be at most two of them.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

Write `policyTypes: [Ingress]`, `[Egress]` or `[Ingress, Egress]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.apivalidation.cause import Kind
from netlint_rules.apivalidation.spec import POLICY_TYPES
from netlint_rules.context import Context
from netlint_rules.finding import Finding, Severity
from netlint_rules.refusal import corrected, did_you_mean, meant, refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

INVALID = Code(
    "NP714",
    "invalid-policy-types",
    Severity.ERROR,
    "a policy type other than Ingress and Egress",
    fixable=True,
)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each policy type that the API server refuses, or that there are too many."""
    for policy, cause in refused(context, namespace, Kind.POLICY_TYPE):
        proposed = meant(str(cause.value), POLICY_TYPES) if cause.value else ""
        hint, fix = did_you_mean(proposed), corrected(cause, proposed)
        yield refusal(context, INVALID, policy, cause, hint, fix)


RULE = Rule(
    name="invalid-policy-types",
    title="a policy type that doesn't exist",
    codes=(INVALID,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-networkpolicy-resource",
    ),
    bad=(
        Example(
            "A wrong case, and a word that is none",
            _HEAD
            + """\
  policyTypes:
  - ingress  # <- NP714
  - Both  # <- NP714
""",
        ),
        Example(
            "Three words",
            _HEAD
            + """\
  policyTypes: [Ingress, Egress, Ingress]  # <- NP714
""",
        ),
    ),
    good=(
        Example("Both, in any order", _HEAD + "  policyTypes: [Egress, Ingress]\n"),
        Example("One of them twice is accepted", _HEAD + "  policyTypes: [Ingress, Ingress]\n"),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
