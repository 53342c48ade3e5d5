"""Two rules where one was meant: peers in one, ports in the next

Each `-` in `ingress` or `egress` is a rule of its own. A rule with `from` alone allows these peers
on every port; a rule with `ports` alone allows everybody on these ports. Both were often meant to
hold together, in one rule.

A port for everybody beside peers for everything is also a common, deliberate form. So netlint
warns only where the policy is named after the peers that it is about, and otherwise mentions the
pair with `--pedantic`. Port 53 for everybody is the usual way to allow DNS, and never reported.

## Why it matters

One `- ` too many and the port is open to the whole world, while the peers reach ports that
nobody meant to open.

## How to fix

Remove the dash before `ports`:

```yaml
  - from:
    - podSelector: {matchLabels: {app: api}}
    ports: [{port: 5432}]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from netlint_rules.context import Context
from netlint_rules.emptykeys import empty_keys
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

SPLIT = Code(
    "NP203",
    "split-from-ports",
    Severity.WARNING,
    "peers and ports in two rules, each of which allows more than both together",
    fixable=True,
)
_DNS = frozenset({53, 5353})
_SHORTEST_NAME = 3


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at neighbouring rules of which one has no ports and the other no peers."""
    for policy in context.policies(namespace):
        for direction, rules in policy.rules.items():
            for one, two in pairwise(rules):
                if (one.peers is None) is not (two.peers is None):
                    peers, ports = (two, one) if one.peers is None else (one, two)
                    if peers.entries is None and ports.entries is not None:
                        yield from _check_pair(context, policy, direction, peers, ports)


def _check_pair(
    context: Context, policy: Policy, direction: Direction, peers: PolicyRule, ports: PolicyRule
) -> Iterator[Finding]:
    unclear = ports.opaque_reasons or peers.opaque_reasons or policy.broken
    if unclear or _is_dns(ports) or is_patched(policy.document, ("spec", direction.field)):
        return
    if not any(True for rule in (peers, ports) for _ in empty_keys(policy, direction, rule)):
        yield _finding(context, policy, direction, peers, ports)


def _is_dns(rule: PolicyRule) -> bool:
    """Whether one of the ports is that of DNS."""
    return any(rule.ports.covers(protocol, port) for protocol in ("TCP", "UDP") for port in _DNS)


def _finding(
    context: Context, policy: Policy, direction: Direction, peers: PolicyRule, ports: PolicyRule
) -> Finding:
    is_alone = len(policy.rules[direction]) == 2
    is_likely = direction is Direction.INGRESS and is_alone and _is_named_after(policy, peers)
    return context.finding(
        SPLIT,
        f"{pods_of(context.index, [policy])} {_opens(direction, ports)}: two rules, where one "
        "may be meant",
        Location(policy.document, ports.path, f"allows any {direction.peer_noun}"),
        severity=Severity.WARNING if is_likely else Severity.INFO,
        confidence=Confidence.MEDIUM if is_likely else Confidence.LOW,
        related=[Location(policy.document, peers.path, "allows all ports")],
        fix=_fix(policy, peers, ports),
    )


def _opens(direction: Direction, ports: PolicyRule) -> str:
    if direction is Direction.INGRESS:
        return f"can be reached on {ports.ports} from any source, and on all ports from these peers"
    return f"can connect to any destination on {ports.ports}, and to these peers on all ports"


def _is_named_after(policy: Policy, rule: PolicyRule) -> bool:
    """Whether the policy's name holds a label of a peer that isn't one of its own pods."""
    own = set(policy.subject.equalities().values())
    named = {
        value
        for peer in rule.peers or ()
        if isinstance(peer, PodPeer)
        for selector in (peer.pods, peer.namespaces)
        if selector is not None
        for value in selector.equalities().values()
    }
    return any(len(value) >= _SHORTEST_NAME and value in policy.name for value in named - own)


def _fix(policy: Policy, peers: PolicyRule, ports: PolicyRule) -> Fix:
    value = policy.document.at((*ports.path, "ports"))
    return Fix(
        "put the ports into the rule with the peers",
        Applicability.UNSAFE,
        (
            {"op": "test", "path": json_pointer(ports.path), "value": {"ports": value}},
            {"op": "add", "path": json_pointer((*peers.path, "ports")), "value": value},
            {"op": "remove", "path": json_pointer(ports.path)},
        ),
    )


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
"""
_API = "  - from: [{podSelector: {matchLabels: {app: api}}}]\n"

RULE = Rule(
    name="split-from-ports",
    title="peers and ports in two rules",
    codes=(SPLIT,),
    groups=("exposure", "correctness"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "One dash too many, in a policy named after the peer",
            _HEAD + "  ingress:\n" + _API + "  - ports: [{port: 5432}]  # <- NP203\n",
        ),
        Example(
            "Ports first, and the name of a namespace",
            _HEAD.replace("allow-api", "from-monitoring")
            + """\
  ingress:
  - ports: [{port: 9187}]  # <- NP203
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
""",
        ),
        Example(
            "Nothing says that one rule was meant: only a hint",
            _HEAD.replace("allow-api", "db")
            + "  ingress:\n"
            + _API
            + "  - ports: [{port: 5432}]  # <- NP203\n",
        ),
        Example(
            "Peers of the same application, which the name is about anyway: only a hint",
            _HEAD.replace("allow-api", "db")
            + "  ingress:\n"
            + _API.replace("api", "db")
            + "  - ports: [{port: 5432}]  # <- NP203\n",
        ),
        Example(
            "A longer list: only a hint",
            _HEAD
            + "  ingress:\n"
            + _API
            + "  - ports: [{port: 5432}]  # <- NP203\n"
            + "  - {from: [{podSelector: {}}], ports: [{port: 80}]}\n",
        ),
        Example(
            "Egress: only a hint",
            _HEAD
            + "  policyTypes: [Egress]\n  egress:\n"
            + _API.replace("from", "to")
            + "  - ports: [{port: 443}]  # <- NP203\n",
        ),
    ),
    good=(
        Example(
            "Both in one rule",
            _HEAD + "  ingress:\n" + _API + "    ports: [{port: 5432}]\n",
        ),
        Example(
            "DNS for everybody",
            _HEAD
            + "  policyTypes: [Egress]\n  egress:\n"
            + _API.replace("from", "to")
            + "  - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]\n",
        ),
        Example(
            "Two rules with peers, and two with ports",
            _HEAD
            + "  ingress:\n"
            + _API
            + _API.replace("api", "web")
            + "    ports: [{port: 80}]\n  - ports: [{port: 81}]\n  - ports: [{port: 82}]\n",
        ),
        Example(
            "A rule for everything",
            _HEAD + "  ingress:\n" + _API + "  - {}\n",
        ),
        Example(
            "An empty list of sources is what peers-null-or-empty speaks of",
            _HEAD + "  ingress:\n" + _API + "  - {from: [], ports: [{port: 5432}]}\n",
        ),
        Example(
            "A port that is filled in later",
            _HEAD + "  ingress:\n" + _API + '  - ports: [{port: "${PORT}"}]\n',
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.ANY_PEER, Trait.ANY_PORT}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
