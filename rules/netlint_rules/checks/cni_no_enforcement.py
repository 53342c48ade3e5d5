"""A network plugin that enforces no policies

The API server stores NetworkPolicies whatever network plugin the cluster has. Some plugins enforce
none: flannel alone, kubenet, the plain bridge. The setting `cluster.cni` says which one it is; it
is reported once for each namespace.

## Why it matters

Every policy is accepted, `kubectl` lists it, and all traffic passes.

## How to fix

Install something that enforces policies (Calico's policy for flannel is known as Canal; k3s has
a controller of its own), or say which one it is: `cluster: {cni: canal}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

NOTHING = Code(
    "NP801",
    "cni-no-enforcement",
    Severity.ERROR,
    "the network plugin enforces no policies",
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report once a namespace, at the first of its policies by name."""
    name = context.config.cluster.cni
    cni = context.facts.cni(name) if name else None
    if cni is None or cni.enforces != "no":
        return
    policies = context.index.policies.get(namespace)
    if policies:
        first = min(policies, key=lambda policy: policy.name)
        count = f"{len(policies)} policies have" if len(policies) > 1 else "the policy has"
        yield context.finding(
            NOTHING,
            f"{cni.title} enforces no policies: {count} no effect in "
            f"{context.index.describe(namespace)}",
            Location(first.document, ("kind",), "is stored and never enforced"),
            confidence=Confidence.CERTAIN if cni.verified else Confidence.MEDIUM,
        )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy%s
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}]}]}
"""

RULE = Rule(
    name="cni-no-enforcement",
    title="a network plugin that enforces no policies",
    codes=(NOTHING,),
    groups=("platform",),
    since="0.1.0",
    needs=frozenset({Trait.PLUGIN}),
    doc=__doc__,
    bad=(
        Example(
            "flannel without anything else",
            _POLICY % "  # <- NP801",
            {"cluster": {"cni": "flannel"}},
        ),
    ),
    good=(
        Example("flannel with Calico's policy", _POLICY % "", {"cluster": {"cni": "canal"}}),
        Example("The network plugin isn't known", _POLICY % ""),
        Example(
            "A setting decides whether it enforces policies",
            _POLICY % "",
            {"cluster": {"cni": "aws-vpc-cni"}},
        ),
    ),
    check=check,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",
    ),
)
