"""An empty `from`, `to` or `ports` allows everything

A rule whose `from` or `to` lists nothing allows any source or destination, inside the cluster and
outside. A rule whose `ports` lists nothing allows every port of every protocol. To the API server
it's all the same whether the key is left out, empty, or `[]`.

netlint reports a key whose entries were all commented out as a mistake, and a key without a
value as a likely one. `[]` is often written on purpose and only mentioned with `--pedantic`.

## Why it matters

Whoever comments out the last entry of `from` wants to admit nobody, and admits everybody. A
template that renders an empty list does the same. And the API server drops empty lists when it
stores the policy, so tools that compare the cluster with the files find a difference forever.

## How to fix

Remove the rule if nothing should be allowed. Remove the key if anything should be, or list who
and what is meant:

```yaml
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    ports: [{port: 5432}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.dns.verdict import wide_open
from netlint_rules.emptykeys import Empty, EmptyKey, empty_keys
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer

EMPTY = Code(
    "NP202",
    "peers-null-or-empty",
    Severity.WARNING,
    "an empty from, to or ports allows anything",
    fixable=True,
)
_PEERS = {Empty.COMMENTED: Severity.ERROR, Empty.NULL: Severity.WARNING, Empty.LIST: Severity.INFO}
_PORTS = {Empty.COMMENTED: Severity.WARNING, Empty.NULL: Severity.INFO, Empty.LIST: Severity.INFO}


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the rules that restrict peers or ports not at all."""
    for policy in context.policies(namespace):
        for direction, rules in policy.rules.items():
            for rule in rules:
                if rule.peers is None or rule.entries is None:
                    yield from _check_rule(context, policy, direction, rule)


def _check_rule(
    context: Context, policy: Policy, direction: Direction, rule: PolicyRule
) -> Iterator[Finding]:
    """One finding a rule; none for `[]` where another rule says what it opens."""
    key = next(empty_keys(policy, direction, rule), None)
    if key is None or policy.broken or is_patched(policy.document, key.path):
        return
    said_elsewhere = rule.allows_everything or any(
        opener is rule for _, opener in wide_open([policy])
    )
    if key.empty is not Empty.LIST or not said_elsewhere:
        yield _finding(context, policy, direction, rule, key)


def _finding(
    context: Context, policy: Policy, direction: Direction, rule: PolicyRule, key: EmptyKey
) -> Finding:
    severities = _PORTS if key.name == "ports" else _PEERS
    opens_all = rule.allows_everything and key.empty is Empty.NULL
    return context.finding(
        EMPTY,
        f"{pods_of(context.index, [policy])} {_opens(direction, rule)}: {key.name} "
        f"{key.empty.value}",
        Location(policy.document, key.path, _note(direction, key)),
        severity=Severity.ERROR if opens_all else severities[key.empty],
        fix=None if rule.allows_everything else _fix(direction, key),
    )


def _opens(direction: Direction, rule: PolicyRule) -> str:
    """`can be reached on TCP 80 from any source`, `can connect to any destination on TCP 80`."""
    if direction is Direction.INGRESS:
        whom = "any source" if rule.peers is None else "these sources"
        return f"can be reached on {rule.ports} from {whom}"
    whom = "any destination" if rule.peers is None else "these destinations"
    return f"can connect to {whom} on {rule.ports}"


def _note(direction: Direction, key: EmptyKey) -> str:
    return f"allows any {'port' if key.name == 'ports' else direction.peer_noun}"


def _fix(direction: Direction, key: EmptyKey) -> Fix | None:
    """Remove the key. Not unread where more was probably meant, though nothing changes by it."""
    if key.empty is Empty.COMMENTED:
        return None
    whom = "port" if key.name == "ports" else direction.peer_noun
    applicability = Applicability.SAFE if key.empty is Empty.LIST else Applicability.UNSAFE
    operation = {"op": "remove", "path": json_pointer(key.path)}
    return Fix(f"remove {key.name}, if any {whom} is meant", applicability, (operation,))


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
"""

RULE = Rule(
    name="peers-null-or-empty",
    title="an empty from, to or ports",
    codes=(EMPTY,),
    groups=("exposure", "correctness"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "All sources are commented out: any source is allowed",
            _HEAD
            + """\
  ingress:
  - from:  # <- NP202
    # - podSelector:
    #     matchLabels: {app: api}
    ports: [{port: 8080}]
""",
        ),
        Example(
            "No value after the colon: any destination is allowed",
            _HEAD
            + """\
  egress:
  - to:  # <- NP202
    ports: [{port: 443}]
""",
        ),
        Example(
            "Neither peers nor ports have a value: one mistake, not two",
            _HEAD
            + """\
  ingress:
  - from:  # <- NP202
    ports:
""",
        ),
        Example(
            "All ports are commented out: every port is allowed",
            _HEAD
            + """\
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports:  # <- NP202
    # - port: 8080
""",
        ),
        Example(
            "An empty list of destinations, with ports: only a hint",
            _HEAD
            + """\
  egress:
  - to: []  # <- NP202
    ports: [{port: 443}]
""",
        ),
        Example(
            "An empty list of ports: only a hint",
            _HEAD
            + """\
  egress:
  - to: [{podSelector: {matchLabels: {app: db}}}]
    ports: []  # <- NP202
""",
        ),
    ),
    good=(
        Example(
            "Without the key, any source is meant",
            _HEAD
            + """\
  ingress:
  - ports: [{port: 8080}]
""",
        ),
        Example(
            "An empty list of rules denies everything",
            _HEAD
            + """\
  ingress:
  # - from: [{podSelector: {}}]
  egress: []
""",
        ),
        Example(
            "DNS to any destination is what dns-egress speaks of",
            _HEAD
            + """\
  egress:
  - to: []
    ports: [{port: 53, protocol: UDP}, {port: 53}]
""",
        ),
        Example(
            "A rule for everything is what allow-all-rule speaks of",
            _HEAD
            + """\
  ingress:
  - from: []
""",
        ),
        Example(
            "Sources that are filled in later",
            _HEAD
            + """\
  ingress:
  - from: "${SOURCES}"
    ports: [{port: 8080}]
""",
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
    ),
)
