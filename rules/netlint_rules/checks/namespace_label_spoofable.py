"""A namespace chosen by a label that anybody may set

A `namespaceSelector` by a label such as `name: ingress-nginx` means one namespace, and selects
every one that carries the label. The API server sets `kubernetes.io/metadata.name` on each
namespace (since 1.22), and nobody can change it. It is only mentioned with `--pedantic`, where the
Namespace is in view and its name is the label's value.

## Why it matters

Who may create or label namespaces can give the label to one of their own, and the policy lets
their pods in.

## How to fix

```yaml
  - namespaceSelector:
      matchLabels: {kubernetes.io/metadata.name: ingress-nginx}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.policy import Direction, PodPeer, Policy
from netlint_rules.resources import NAMESPACE_NAME, is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

SPOOFABLE = Code(
    "NP605",
    "namespace-label-spoofable",
    Severity.INFO,
    "a namespace is chosen by a label that anybody may set on another",
    fixable=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the namespaceSelectors that let something in."""
    if not context.index.namespaces:
        return
    for policy in context.policies(namespace):
        for rule in policy.rules[Direction.INGRESS]:
            for peer in rule.peers or ():
                if isinstance(peer, PodPeer) and peer.namespaces is not None:
                    yield from _check_peer(context, policy, peer)


def _check_peer(context: Context, policy: Policy, peer: PodPeer) -> Iterator[Finding]:
    meant = _meant(context, peer)
    if meant is None or policy.broken or is_patched(policy.document, peer.path):
        return
    selector = {"matchLabels": {NAMESPACE_NAME: meant}}
    path = (*peer.path, "namespaceSelector")
    operation = {"op": "replace", "path": json_pointer(path), "value": selector}
    yield context.finding(
        SPOOFABLE,
        f"{meant} is let in by a label, {peer.namespaces}, that other namespaces may set as well",
        Location(policy.document, path, f"means the namespace {meant}"),
        confidence=Confidence.HIGH,
        fix=Fix(f"select {meant} by its name", Applicability.UNSAFE, (operation,)),
    )


def _meant(context: Context, peer: PodPeer) -> str | None:
    """The namespace in view that a selector means and alone selects, by a label with its name."""
    assert peer.namespaces is not None
    known = context.index.namespaces
    pinned = peer.namespaces.equalities()
    if NAMESPACE_NAME in pinned or len(pinned) != 1 or not peer.namespaces.is_plain:
        return None
    (name,) = pinned.values()
    if name not in known or is_patched(known[name].document, ("metadata", "labels")):
        return None
    selected = [each.name for each in known.values() if peer.namespaces.matches(each.labels)]
    return name if selected == [name] else None


_NAMESPACES = """\
apiVersion: v1
kind: Namespace
metadata: {name: ingress-nginx, labels: {name: ingress-nginx, team: edge}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {name: shop, team: shop}}
---
"""
_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
"""

RULE = Rule(
    name="namespace-label-spoofable",
    title="a namespace chosen by a label that anybody may set",
    codes=(SPOOFABLE,),
    groups=("exposure",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "The label says the name",
            _NAMESPACES
            + _POLICY
            + """\
    - namespaceSelector: {matchLabels: {name: ingress-nginx}}  # <- NP605
""",
        ),
    ),
    good=(
        Example(
            "The label that the API server sets",
            _NAMESPACES
            + _POLICY
            + """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
""",
        ),
        Example(
            "A label for several namespaces, as teams use them",
            _NAMESPACES
            + _POLICY
            + """\
    - namespaceSelector: {matchLabels: {team: edge}}
    - namespaceSelector: {}
    - podSelector: {}
    - namespaceSelector: {matchExpressions: [{key: name, operator: Exists}]}
""",
        ),
        Example(
            "Another namespace has the label, too",
            _NAMESPACES.replace("name: shop, team", "name: ingress-nginx, team")
            + _POLICY
            + """\
    - namespaceSelector: {matchLabels: {name: ingress-nginx}}
""",
        ),
        Example(
            "The namespace isn't in view",
            _NAMESPACES
            + _POLICY
            + """\
    - namespaceSelector: {matchLabels: {name: monitoring}}
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.INGRESS, Trait.NAMESPACES, Trait.NAMESPACE_LABELS}),
    references=(
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name",
    ),
)
