"""A policy that applies to no pod

`spec.podSelector` matches no pod of the policy's own namespace, so the policy does nothing. Pods in
other namespaces never count, whatever their labels are.

netlint says so where the whole namespace is in view (`--complete`, or a live cluster) and has pods,
or where the cluster is wholly in view with its Namespaces, and the policy's isn't there. In a live
cluster policies may come before their pods, so there it is a hint. It stays silent about labels
that operators set on running pods. Where a label is nearly that of some pod, `label-typo` tells
which; where it is that of a Service, `service-as-peer` does.

## Why it matters

The API server accepts the policy and `kubectl get networkpolicy` shows it, but the pods that it
was written for stay as open as they were.

## How to fix

Compare the selector with `kubectl get pods --show-labels -n NAMESPACE`, and correct it. A policy
for pods that don't exist yet is fine: `# netlint: ignore[NP221] pods come next week`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.dangling import subjects
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.nearmiss import nearest
from netlint_rules.resources import INITIAL_NAMESPACES
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.placeholders import is_placeholder
from netlint_rules.traits import Trait

DANGLING = Code(
    "NP221",
    "selector-dangling",
    Severity.WARNING,
    "a policy applies to no pod",
    needs_view=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report policies that no pod of a namespace wholly in view belongs to."""
    if not context.index.complete(namespace):
        return
    if _is_absent(context, namespace):
        yield _absent(context, namespace)
    for found in context.shared(subjects, namespace):
        if not found.is_explained:
            where = context.index.describe(namespace)
            is_excerpt = found.policy.document.origin.is_excerpt
            is_hint = is_excerpt or context.index.view.live
            yield context.finding(
                DANGLING,
                f"{found.policy.name} applies to no pod: none in {where} has {found.selector}",
                Location(found.policy.document, found.path, "selects no pod"),
                severity=Severity.INFO if is_hint else Severity.WARNING,
                confidence=Confidence.MEDIUM if is_hint else Confidence.CERTAIN,
            )


def _is_absent(context: Context, namespace: str) -> bool:
    """Whether the whole cluster is in view with its Namespaces, and this one isn't among them."""
    index = context.index
    if index.view.live or not index.view.complete or not index.namespaces:
        return False
    if namespace not in index.policies:
        return False
    if namespace.startswith("?") or is_placeholder(namespace) or namespace in INITIAL_NAMESPACES:
        return False
    return not any(namespace in known for known in (index.namespaces, index.workloads))


def _absent(context: Context, namespace: str) -> Finding:
    policies = context.index.policies[namespace]
    first, meant = policies[0], nearest(namespace, context.index.namespaces)
    whose = f"{first.name} applies" if len(policies) == 1 else f"{len(policies)} policies apply"
    hint = f"; did you mean {meant}?" if meant else ""
    place = ("metadata", "namespace" if first.document.namespace else "name")
    return context.finding(
        DANGLING,
        f"{whose} to no pod: there is no namespace {namespace}{hint}",
        Location(first.document, place, "names no namespace in view"),
        severity=Severity.INFO if first.document.origin.is_excerpt else Severity.WARNING,
        confidence=Confidence.HIGH,
    )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
"""
_WEB = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
"""
_NAMESPACE = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
"""
_COMPLETE = {"complete": True}

RULE = Rule(
    name="selector-dangling",
    title="a policy that applies to no pod",
    codes=(DANGLING,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.PODS}),
    doc=__doc__,
    bad=(
        Example(
            "No pod of the namespace has the label",
            _POLICY + "  podSelector: {matchLabels: {tier: frontend}}  # <- NP221\n" + _WEB,
            _COMPLETE,
        ),
        Example(
            "The pods are in another namespace",
            _POLICY
            + "  podSelector: {matchLabels: {app: orders}}  # <- NP221\n"
            + _WEB
            + _WEB.replace("shop", "orders").replace("web", "orders"),
            _COMPLETE,
        ),
        Example(
            "A slip in the name of the namespace",
            _POLICY.replace("namespace: shop}", "namespace: shpo}  # <- NP221")
            + "  podSelector: {matchLabels: {app: web}}\n"
            + _WEB
            + _NAMESPACE,
            _COMPLETE,
        ),
    ),
    good=(
        Example(
            "A selector that matches a pod",
            _POLICY + "  podSelector: {matchLabels: {app: web}}\n" + _WEB,
            _COMPLETE,
        ),
        Example(
            "Only a part of the namespace is in view",
            _POLICY + "  podSelector: {matchLabels: {tier: frontend}}\n" + _WEB,
        ),
        Example(
            "A label that an operator sets on running pods",
            _POLICY + "  podSelector: {matchLabels: {cnpg.io/cluster: main}}\n" + _WEB,
            _COMPLETE,
        ),
        Example(
            "Pods that cert-manager makes for a challenge",
            _POLICY
            + '  podSelector: {matchLabels: {acme.cert-manager.io/http01-solver: "true"}}\n'
            + _WEB,
            _COMPLETE,
        ),
        Example(
            "A namespace without a manifest, but with pods",
            (_POLICY + "  podSelector: {matchLabels: {app: web}}\n" + _WEB + _NAMESPACE).replace(
                "namespace: shop", "namespace: stock"
            ),
            _COMPLETE,
        ),
        Example(
            "A namespace without any pods yet",
            _POLICY + "  podSelector: {matchLabels: {tier: frontend}}\n",
            _COMPLETE,
        ),
        Example(
            "Pods of a CronJob",
            _POLICY
            + """\
  podSelector: {matchLabels: {app: report}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: report}}}}}}
""",
            _COMPLETE,
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource",
    ),
)
