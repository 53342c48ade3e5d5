"""Policies of another API decide here too

netlint reads the NetworkPolicies of Kubernetes. Cilium, Calico, Antrea and the admin policies of
network-policy-api may deny or allow the same traffic; where their objects are in view, netlint
makes no claim that something is missing: another policy may provide it.

## Why it matters

A default-deny, or the rule that allows DNS, may well be one of those policies. A linter that
doesn't know them must stay silent about what it can't judge, and say so.

## How to fix

Nothing needs to change. To have the Kubernetes policies judged on their own, lint their files
without the others: `netlint policies/ --exclude '**/cilium-*.yaml'`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

UNMODELLED = Code(
    "NP908",
    "unmodelled-policy",
    Severity.INFO,
    "policies of another API may decide the same traffic, so claims are left out",
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report once for each namespace, at the first such policy that applies to it."""
    documents = context.index.unmodelled_in(namespace)
    if documents and context.index.policies.get(namespace):
        first, count = documents[0], len(documents)
        others = f" and {count - 1} more" if count > 1 else ""
        yield context.finding(
            UNMODELLED,
            f"{first.kind} {first.name}{others} may decide traffic of pods in "
            f"{context.index.describe(namespace)}: whether DNS, a default-deny or a webhook port "
            "is missing there is not judged",
            Location(first, ("kind",)),
        )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
"""

RULE = Rule(
    name="unmodelled-policy",
    title="policies of another API",
    codes=(UNMODELLED,),
    groups=("input",),
    since="0.1.0",
    needs=frozenset({Trait.OTHER_APIS}),
    doc=__doc__,
    bad=(
        Example(
            "A Cilium policy in the same namespace",
            _POLICY
            + """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy  # <- NP908
metadata: {name: allow-dns, namespace: shop}
spec: {endpointSelector: {}}
""",
        ),
        Example(
            "A Calico policy for the whole cluster",
            _POLICY
            + """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy  # <- NP908
metadata: {name: allow-dns}
spec: {selector: all()}
""",
        ),
    ),
    good=(
        Example(
            "Another namespace's policies don't matter here",
            _POLICY
            + """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: allow-dns, namespace: billing}
spec: {endpointSelector: {}}
""",
        ),
    ),
    check=check,
)
