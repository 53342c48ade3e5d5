"""A database's port that is open to any source

An ingress rule without `from`, or with the block `0.0.0.0/0`, lets in whatever can reach the pods:
every pod of the cluster, the nodes, and what is routed to the pods' network. For the port of a
database that is a warning, unless a Service of type LoadBalancer or NodePort, or a `hostPort`,
shows that it is meant. For every pod of the cluster as peers, see `cross-namespace-allow-all`.

## Why it matters

A port that is open to everything is as good as without a policy. Data that can be reached from
every pod needs only one that is broken into.

## How to fix

Name who connects:

```yaml
  - from:
    - podSelector:
        matchLabels: {app: api}
    ports: [{port: 5432}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.dataports import data_port
from netlint_rules.emptykeys import empty_keys
from netlint_rules.exposed import is_behind
from netlint_rules.facts import DataPort
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.levels import allows_everything
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

OPEN = Code(
    "NP604",
    "world-open-ingress",
    Severity.WARNING,
    "a database's port is open to any source",
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for the ingress rules of each policy that let in any source."""
    for policy in context.policies(namespace):
        for rule in policy.rules[Direction.INGRESS]:
            if rule.entries is not None and rule.is_for_anyone:
                data = data_port(context.facts, context.index, policy, rule)
                if data is not None and not _is_half(policy, rule):
                    yield from _check_rule(context, policy, rule, data)


def _is_half(policy: Policy, rule: PolicyRule) -> bool:
    """Whether one rule may have been split in two by a dash, as split-from-ports reports."""
    others = policy.rules[Direction.INGRESS]
    return rule.peers is None and any(other.peers and other.entries is None for other in others)


def _check_rule(
    context: Context, policy: Policy, rule: PolicyRule, data: DataPort
) -> Iterator[Finding]:
    if policy.broken or is_patched(policy.document, rule.path) or allows_everything(rule):
        return
    if policy.expects("allow-all") or any(empty_keys(policy, Direction.INGRESS, rule)):
        return
    if is_behind(context.index, policy):
        return
    yield context.finding(
        OPEN,
        f"any source can connect to {data.title} (TCP {data.port}) of "
        f"{pods_of(context.index, [policy])}",
        Location(policy.document, rule.path, "allows any source"),
        confidence=Confidence.HIGH,
    )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
"""
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {type: %s, selector: {app: db}, ports: [{port: 5432}]}
"""

RULE = Rule(
    name="world-open-ingress",
    title="a database's port that is open to any source",
    codes=(OPEN,),
    groups=("exposure",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example("Only the port is given", _POLICY + "  - ports: [{port: 5432}]  # <- NP604\n"),
        Example(
            "A narrower rule beside it",
            _POLICY
            + """\
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 9187}]
  - ports: [{port: 5432}]  # <- NP604
""",
        ),
        Example(
            "Every address, and a Service for the cluster alone",
            _POLICY
            + """\
  - from: [{ipBlock: {cidr: 0.0.0.0/0}}]  # <- NP604
    ports: [{port: 6379}]
"""
            + _SERVICE % "ClusterIP",
        ),
        Example(
            "The port by its name",
            _POLICY
            + """\
  - ports: [{port: redis}]  # <- NP604
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, ports: [{name: redis, containerPort: 6379}]}]}
""",
        ),
    ),
    good=(
        Example(
            "A load balancer in front of it shows that it is meant",
            _POLICY + "  - ports: [{port: 5432}]\n" + _SERVICE % "LoadBalancer",
        ),
        Example(
            "A port of the node shows that it is meant",
            _POLICY
            + """\
  - ports: [{port: 5432}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, ports: [{containerPort: 5432, hostPort: 5432}]}]}
""",
        ),
        Example(
            "A rule that a dash split in two is what split-from-ports speaks of",
            _POLICY + "  - from: [{podSelector: {}}]\n  - ports: [{port: 5432}]\n",
        ),
        Example("A web server", _POLICY + "  - ports: [{port: 8080}]\n"),
        Example(
            "Pods that are named",
            _POLICY + "  - {from: [{podSelector: {}}], ports: [{port: 5432}]}\n",
        ),
        Example(
            "A list without sources is what peers-null-or-empty speaks of",
            _POLICY + "  - {from: [], ports: [{port: 5432}]}\n",
        ),
        Example(
            "It is declared",
            _POLICY.replace("shop}", "shop, annotations: {netlint.dev/expects: allow-all}}")
            + "  - ports: [{port: 5432}]\n",
        ),
        Example("Everything is allowed, which allow-all-rule speaks of", _POLICY + "  - {}\n"),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.ANYONE, Trait.INGRESS}),
)
