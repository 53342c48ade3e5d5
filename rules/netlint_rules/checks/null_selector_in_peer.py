"""A selector without a value doesn't select what it seems to

`namespaceSelector:` without a value is as good as absent: the `podSelector` beside it then looks
in the policy's own namespace only. `namespaceSelector: {}` means every namespace. A `podSelector:`
without a value selects every pod, and so does `matchLabels:` without a value.

## Why it matters

The two spellings differ by two characters. Where every namespace was meant, the connections of
all others fail, and nothing says why. Where labels were commented out, more pods are allowed than
anybody wrote.

## How to fix

Write `{}` where everything is meant, and remove the key where it has no meaning:

```yaml
  - from:
    - namespaceSelector: {}
      podSelector: {matchLabels: {app: prometheus}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.emptykeys import lacks_value
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.peers import describe_pods
from netlint_rules.policy import Direction, PodPeer, Policy
from netlint_rules.resources import is_patched, items_at
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.commented import is_commented_out
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

NULL = Code(
    "NP204",
    "null-selector-in-peer",
    Severity.WARNING,
    "a selector without a value selects other pods than it seems to",
    fixable=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at what is written of each peer that selects pods."""
    for policy in context.policies(namespace):
        if not _may_lack_values(policy):
            continue
        for direction, rules in policy.rules.items():
            for rule in rules:
                for peer in rule.peers or ():
                    if isinstance(peer, PodPeer):
                        yield from _check_peer(context, policy, direction, peer)


def _may_lack_values(policy: Policy) -> bool:
    """Whether a null stands in a peer or in a selector of one: a quick look at what is written."""
    for direction in policy.directions:
        for rule in items_at(policy.document.body, ("spec", direction.field)):
            for peer in items_at(rule, (direction.peers_field,)) if isinstance(rule, dict) else ():
                for value in peer.values() if isinstance(peer, dict) else ():
                    if value is None or (isinstance(value, dict) and None in value.values()):
                        return True
    return False


def _check_peer(
    context: Context, policy: Policy, direction: Direction, peer: PodPeer
) -> Iterator[Finding]:
    written = policy.document.at(peer.path)
    for key, value in written.items() if isinstance(written, dict) else ():
        if lacks_value(value):
            if policy.broken or is_patched(policy.document, peer.path):
                return
            if key == "namespaceSelector" and value is None:
                yield _own_namespace(context, policy, peer)
            else:
                yield _every(context, policy, direction, peer, key)


def _own_namespace(context: Context, policy: Policy, peer: PodPeer) -> Finding:
    path = (*peer.path, "namespaceSelector")
    who = describe_pods(context.index, policy, peer)
    operation = {"op": "replace", "path": json_pointer(path), "value": {}}
    return context.finding(
        NULL,
        f"only {who} are allowed, no other namespace: namespaceSelector has no value",
        Location(policy.document, path, "counts for nothing without a value"),
        confidence=Confidence.HIGH,
        fix=Fix("write {} for every namespace", Applicability.UNSAFE, (operation,)),
    )


def _every(
    context: Context, policy: Policy, direction: Direction, peer: PodPeer, key: str
) -> Finding:
    """Commented labels are a mistake; a lone null may be just another way to write `{}`."""
    inner = policy.document.at((*peer.path, key))
    keys = [key, *inner] if isinstance(inner, dict) else [key]
    path = (*peer.path, *keys[:2])
    is_commented = is_commented_out(policy.document, path)
    whom = "every namespace" if key == "namespaceSelector" else "all pods"
    how = "has only comments below it" if is_commented else "has no value"
    return context.finding(
        NULL,
        f"{policy.name} allows {whom} as {direction.peer_noun}s: {path[-1]} {how}",
        Location(policy.document, path, "selects everything"),
        severity=Severity.WARNING if is_commented else Severity.INFO,
        confidence=Confidence.HIGH if is_commented else Confidence.MEDIUM,
    )


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""

RULE = Rule(
    name="null-selector-in-peer",
    title="a peer's selector without a value",
    codes=(NULL,),
    groups=("correctness", "exposure"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "No namespace but the policy's own is meant by a key without a value",
            _HEAD
            + """\
  ingress:
  - from:
    - namespaceSelector:  # <- NP204
      podSelector: {matchLabels: {app: prometheus}}
""",
        ),
        Example(
            "Labels that are commented out",
            _HEAD
            + """\
  ingress:
  - from:
    - podSelector:
        matchLabels:  # <- NP204
          # app: prometheus
""",
        ),
        Example(
            "Labels without a value, of namespaces: only a hint",
            _HEAD
            + """\
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels:  # <- NP204
      podSelector: {matchLabels: {app: db}}
""",
        ),
        Example(
            "A podSelector that is commented out",
            _HEAD
            + """\
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: shop}}
      podSelector:  # <- NP204
        # matchLabels: {app: prometheus}
""",
        ),
        Example(
            "A podSelector without a value: only a hint",
            _HEAD
            + """\
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: shop}}
      podSelector:  # <- NP204
""",
        ),
    ),
    good=(
        Example(
            "Everything is spelt {}",
            _HEAD
            + """\
  ingress:
  - from:
    - namespaceSelector: {}
      podSelector: {}
    - podSelector: {matchLabels: {}}
""",
        ),
        Example(
            "One of two keys has no value, the other has",
            _HEAD
            + """\
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: prometheus}
        matchExpressions:
""",
        ),
        Example(
            "A peer of nothing but nulls: the API server refuses it",
            _HEAD
            + """\
  ingress:
  - from:
    - podSelector:
""",
        ),
        Example(
            "An ipBlock, and a peer that is filled in later",
            _HEAD
            + """\
  ingress:
  - from:
    - ipBlock: {cidr: 203.0.113.0/24}
    - "${PEER}"
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.LABELS}),
    references=(
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
    ),
)
