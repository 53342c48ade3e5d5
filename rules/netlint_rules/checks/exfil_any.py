"""Egress to any address on the web's port

A rule without `to`, or with an `ipBlock` of all addresses, that opens TCP 443 lets the pods send
data anywhere. Many pods need it; it's for you to know which ones. It is only mentioned with
`--pedantic`. DNS to any address is what `dns-egress` speaks of, and rules that allow everything
are what `allow-all-rule` does.

## Why it matters

Whoever breaks into a pod wants to load tools and to get data out, over HTTPS to a server of their
own. Egress isolation stops them only as far as its rules are narrow.

## How to fix

Name the addresses, or send web traffic through a proxy and allow that one. Cilium and Calico have
policies with host names.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.emptykeys import empty_keys
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.levels import allows_everything
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

EXFIL = Code(
    "NP609",
    "exfil-any",
    Severity.INFO,
    "pods may send data to any address on TCP 443",
)
_PORT = 443


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for egress rules for any destination, and report the first of each policy."""
    for policy in context.policies(namespace):
        if Trait.ANYONE not in policy.traits:
            continue
        rules = [rule for rule in policy.rules[Direction.EGRESS] if rule.is_for_anyone]
        first = next((rule for rule in rules if _is_for_the_web(policy, rule)), None)
        if first is not None and not policy.broken and not is_patched(policy.document, first.path):
            yield context.finding(
                EXFIL,
                f"{pods_of(context.index, [policy])} can send data to any address on TCP {_PORT}",
                Location(policy.document, first.path, "allows any destination"),
            )


def _is_for_the_web(policy: Policy, rule: PolicyRule) -> bool:
    """Whether a rule opens the port, and no other rule of netlint speaks of it."""
    return (
        rule.ports.covers("TCP", _PORT)
        and not allows_everything(rule)
        and not any(empty_keys(policy, Direction.EGRESS, rule))
    )


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
"""

RULE = Rule(
    name="exfil-any",
    title="egress to any address on the web's port",
    codes=(EXFIL,),
    groups=("exposure",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Port 443 of any destination",
            _HEAD
            + """\
  - ports: [{port: 443}, {port: 80}]  # <- NP609
""",
        ),
        Example(
            "Every port outside the cluster",
            _HEAD
            + """\
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]  # <- NP609
""",
        ),
        Example(
            "Two such rules of a policy are one finding",
            _HEAD
            + """\
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]  # <- NP609
  - ports: [{port: 443}]
""",
        ),
        Example(
            "Every address of IPv6",
            _HEAD
            + """\
  - to: [{ipBlock: {cidr: "::/0"}}]  # <- NP609
    ports: [{port: 1, endPort: 65535}]
""",
        ),
    ),
    good=(
        Example(
            "One network",
            _HEAD
            + """\
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443}]
""",
        ),
        Example(
            "DNS",
            _HEAD
            + """\
  - ports: [{port: 53, protocol: UDP}, {port: 53}]
""",
        ),
        Example(
            "Pods of every namespace",
            _HEAD
            + """\
  - to: [{namespaceSelector: {}}]
""",
        ),
        Example("Everything is allowed, which allow-all-rule speaks of", _HEAD + "  - {}\n"),
        Example(
            "An empty list of destinations is what peers-null-or-empty speaks of",
            _HEAD + "  - {to: [], ports: [{port: 443}]}\n",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.ANYONE, Trait.EGRESS}),
)
