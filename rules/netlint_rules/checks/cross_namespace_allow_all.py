"""Ingress from every pod of the cluster

A peer with `namespaceSelector: {}` and no `podSelector`, or an empty one, is every pod of every
namespace. For the port of a database that is a warning; otherwise it is often meant (an API for
everybody, metrics) and only shown with `--pedantic`.

## Why it matters

The policy looks restrictive, and lets in every pod that anybody runs in the cluster. One of them
that is broken into is enough.

## How to fix

Name the namespaces, and the pods in them:

```yaml
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: shop}
      podSelector:
        matchLabels: {app: api}
    ports: [{port: 5432}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.dataports import data_port
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.levels import allows_everything
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Peer, PodPeer, Policy, PolicyRule
from netlint_rules.resources import NAMESPACE_NAME, is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.selector import Selector
from netlint_rules.splitpeers import judged
from netlint_rules.traits import Trait

EVERY_POD = Code(
    "NP603",
    "cross-namespace-allow-all",
    Severity.WARNING,
    "every pod of the cluster is let in",
)
_NAMED = Selector.parse({"matchExpressions": [{"key": NAMESPACE_NAME, "operator": "Exists"}]})
"""Every namespace, too: the API server sets this label on each."""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for a peer that is every pod, in each ingress rule."""
    for policy in context.policies(namespace):
        for rule in policy.rules[Direction.INGRESS]:
            for peer in rule.peers or ():
                if _is_every_pod(peer):
                    yield from _check_rule(context, policy, rule, peer)
                    break


def _is_every_pod(peer: Peer) -> bool:
    if not isinstance(peer, PodPeer) or peer.namespaces is None or not peer.pods.matches_all:
        return False
    return peer.namespaces.matches_all or peer.namespaces == _NAMED


def _check_rule(
    context: Context, policy: Policy, rule: PolicyRule, peer: Peer
) -> Iterator[Finding]:
    if policy.broken or is_patched(policy.document, rule.path) or allows_everything(rule):
        return
    is_split = any(judged(context.index, context.facts, policy, rule))
    if policy.expects("allow-all") or is_split:  # or-split-peers says what was meant
        return
    data = data_port(context.facts, context.index, policy, rule)
    what = f"{data.title} (TCP {data.port})" if data else _ports(rule)
    yield context.finding(
        EVERY_POD,
        f"every pod of the cluster can connect to {what} of {pods_of(context.index, [policy])}",
        Location(policy.document, peer.path, "is every pod of every namespace"),
        severity=Severity.WARNING if data else Severity.INFO,
        confidence=Confidence.HIGH if data else Confidence.MEDIUM,
    )


def _ports(rule: PolicyRule) -> str:
    if rule.entries is None:
        return "every port"
    return "some ports" if rule.is_partly_unknown else str(rule.ports)


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
"""

RULE = Rule(
    name="cross-namespace-allow-all",
    title="ingress from every pod of the cluster",
    codes=(EVERY_POD,),
    groups=("exposure",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "A database for every pod of the cluster",
            _POLICY
            + """\
  - from:
    - namespaceSelector: {}  # <- NP603
    ports: [{port: 5432}]
""",
        ),
        Example(
            "An empty podSelector beside it is the same; every namespace has a name",
            _POLICY
            + """\
  - from:
    - podSelector: {matchLabels: {app: api}}
    - namespaceSelector:  # <- NP603
        matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]
      podSelector: {}
    ports: [{port: 6379}, {port: 9121}]
""",
        ),
        Example(
            "On all ports: only a hint",
            _POLICY
            + """\
  - from: [{namespaceSelector: {}}]  # <- NP603
""",
        ),
        Example(
            "An API for everybody: only a hint",
            _POLICY
            + """\
  - from: [{namespaceSelector: {}}]  # <- NP603
    ports: [{port: 8080}, {port: "${EXTRA}"}]
""",
        ),
    ),
    good=(
        Example(
            "Certain pods of every namespace",
            _POLICY
            + """\
  - from: [{namespaceSelector: {}, podSelector: {matchLabels: {needs: db}}}]
    ports: [{port: 5432}]
""",
        ),
        Example(
            "Every pod of its own namespace",
            _POLICY
            + """\
  - from: [{podSelector: {}}]
    ports: [{port: 5432}]
""",
        ),
        Example(
            "It is declared",
            _POLICY.replace("shop}", "shop, annotations: {netlint.dev/expects: allow-all}}")
            + """\
  - from: [{namespaceSelector: {}}]
    ports: [{port: 5432}]
""",
        ),
        Example(
            "Everything from everywhere, which allow-all-rule speaks of",
            _POLICY
            + """\
  - from: [{namespaceSelector: {}}, {ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: "::/0"}}]
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.INGRESS, Trait.NAMESPACE_LABELS}),
)
