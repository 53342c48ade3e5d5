"""A rule that allows everything undoes the policy

A rule without `from` (or `to`) and without `ports`, written `- {}`, allows all traffic of its
direction. The policy then restricts nothing in this direction, whatever else it says.

An empty list item, a `-` with nothing behind it, is read as the same, and is reported as an
error. A rule for everything beside narrower ones is a warning: these have no effect. A lone `{}`
for certain pods is usually meant (a web server, pods that may connect anywhere) and only shown
with `--pedantic`. What does it to every pod of a namespace is reported by `default-deny`.

## Why it matters

Policies only add up. As soon as one rule allows everything, no other rule and no other policy
can take anything back, and the narrower rules beside it give a false sense of safety.

## How to fix

Remove the rule, or list who may connect and to which ports. If it is meant, say so in the
policy's name (`allow-all`) or with the annotation `netlint.dev/expects: allow-all`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.emptykeys import is_slip
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.levels import allows_everything
from netlint_rules.patterns import compiled
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

ALLOW_ALL = Code(
    "NP601",
    "allow-all-rule",
    Severity.WARNING,
    "a rule that allows everything undoes the policy's other rules",
    fixable=True,
)
_SAYS_SO = compiled(r"allow-?(all|any|every)", re.IGNORECASE)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the rules that give no ports, or ports of every protocol."""
    for policy in context.policies(namespace):
        for direction, rules in policy.rules.items():
            for rule in rules:
                if rule.entries is None or len(rule.entries) > 2:
                    yield from _check_rule(context, policy, direction, rule)


def _check_rule(
    context: Context, policy: Policy, direction: Direction, rule: PolicyRule
) -> Iterator[Finding]:
    if not allows_everything(rule) or policy.broken or policy.expects("allow-all"):
        return
    if is_patched(policy.document, rule.path):
        return
    if policy.document.at(rule.path) is None:
        yield _blank(context, policy, direction, rule)
    elif not policy.subject.matches_all and not is_slip(policy, direction, rule):
        yield _all(context, policy, direction, rule)


def _blank(context: Context, policy: Policy, direction: Direction, rule: PolicyRule) -> Finding:
    return context.finding(
        ALLOW_ALL,
        f"{pods_of(context.index, [policy])} {_effect(direction)}: an empty list item allows "
        "everything",
        Location(policy.document, rule.path, "has nothing behind the dash"),
        severity=Severity.ERROR,
        fix=_removal(rule),
    )


def _all(context: Context, policy: Policy, direction: Direction, rule: PolicyRule) -> Finding:
    """Severity: only where narrower rules stand beside it, something else was meant."""
    void = [other for other in policy.rules[direction] if not allows_everything(other)]
    contradicts = bool(void) and _SAYS_SO.search(policy.name) is None
    rules = "1 rule beside it has" if len(void) == 1 else f"{len(void)} rules beside it have"
    effect = f"{pods_of(context.index, [policy])} {_effect(direction)}"
    return context.finding(
        ALLOW_ALL,
        f"{effect}: {rules} no effect" if void else effect,
        Location(policy.document, rule.path, "allows everything"),
        severity=Severity.WARNING if contradicts else Severity.INFO,
        related=[Location(policy.document, other.path, "has no effect") for other in void[:3]],
        fix=_removal(rule) if contradicts else None,
    )


def _effect(direction: Direction) -> str:
    if direction is Direction.INGRESS:
        return "can be reached by everybody"
    return "can connect to everything"


def _removal(rule: PolicyRule) -> Fix:
    operation = {"op": "remove", "path": json_pointer(rule.path)}
    return Fix("remove the rule that allows everything", Applicability.UNSAFE, (operation,))


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""
_EVERYONE = """\
{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: "::/0"}}, {namespaceSelector: {}}"""

RULE = Rule(
    name="allow-all-rule",
    title="a rule that allows everything",
    codes=(ALLOW_ALL,),
    groups=("exposure",),
    since="0.1.0",
    needs=frozenset({Trait.ANYONE}),
    doc=__doc__,
    bad=(
        Example(
            "A rule for everything beside a narrow one",
            _HEAD
            + """\
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
  - {}  # <- NP601
""",
        ),
        Example(
            "A dash with nothing behind it",
            _HEAD
            + """\
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: api}}}]
  -   # <- NP601
""",
        ),
        Example(
            "A dash with nothing behind it, for every pod of the namespace",
            _HEAD.replace("{matchLabels: {app: web}}", "{}")
            + """\
  ingress:
  -   # <- NP601
""",
        ),
        Example(
            "Nothing but a rule for everything: only a hint",
            _HEAD
            + """\
  policyTypes: [Egress]
  egress: [{}]  # <- NP601
""",
        ),
        Example(
            "An empty list of sources and no ports: only a hint",
            _HEAD
            + """\
  ingress:
  - from: []  # <- NP601
""",
        ),
        Example(
            "Every address and every pod, on all ports: only a hint",
            _HEAD + f"  ingress: [{{from: [{_EVERYONE}]}}]  # <- NP601\n",
        ),
        Example(
            "Every port of every protocol: only a hint",
            _HEAD
            + """\
  ingress:
  - ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]  # <- NP601
""",
        ),
        Example(
            "The name says that everything is meant: only a hint",
            _HEAD.replace("name: web", "name: web-allow-all")
            + """\
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
  - {}  # <- NP601
""",
        ),
    ),
    good=(
        Example(
            "Everyone, but on one port",
            _HEAD
            + """\
  ingress:
  - ports: [{port: 443}]
""",
        ),
        Example(
            "Every port of three protocols, from some pods",
            _HEAD
            + """\
  ingress:
  - from: [{podSelector: {}}]
    ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]
""",
        ),
        Example(
            "It is declared",
            _HEAD.replace(
                "namespace: shop", "namespace: shop, annotations: {netlint.dev/expects: allow-all}"
            )
            + """\
  ingress: [{}]
""",
        ),
        Example(
            "A rule of a direction that policyTypes doesn't list",
            _HEAD
            + """\
  policyTypes: [Ingress]
  egress: [{}]
""",
        ),
        Example(
            "For every pod of the namespace, default-deny speaks of it",
            _HEAD.replace("{matchLabels: {app: web}}", "{}") + "  ingress: [{}]\n",
        ),
        Example(
            "A key without a value is what peers-null-or-empty speaks of",
            _HEAD
            + """\
  ingress:
  - from:
""",
        ),
        Example(
            "A rule that is filled in later",
            _HEAD
            + """\
  ingress: ["${RULE}"]
""",
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic",
    ),
)
