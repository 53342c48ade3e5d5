"""One IP family of two is left out

Where pods have addresses of both IP families, an `ipBlock` of every IPv4 address says nothing of
IPv6, and the reverse. netlint reports `0.0.0.0/0` or `::/0` where no block of the other family is
allowed beside it on the same ports, and the pods are known to have both: by the setting
`cluster.cluster-cidrs`, or by objects in view.

## Why it matters

Connections over the other family are dropped. Clients that try IPv6 first wait for its timeout;
the program works, but slowly, and only sometimes.

## How to fix

```yaml
  - to:
    - ipBlock: {cidr: 0.0.0.0/0}
    - ipBlock: {cidr: "::/0"}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.discovery import Evidence, Kind
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.ipblocks.block import beside
from netlint_rules.peers import pods_of
from netlint_rules.policy import AddressPeer, Block, Policy, PolicyRule
from netlint_rules.ranges import RangesOf
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

GAP = Code(
    "NP323",
    "dual-stack-gap",
    Severity.WARNING,
    "every address of one IP family is allowed, and none of the other",
    fixable=True,
)
_FAMILIES = {"0.0.0.0/0": 4, "::/0": 6}
_OTHER = {4: "::/0", 6: "0.0.0.0/0"}
_BOTH = frozenset({4, 6})


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the ipBlocks of every address, where pods have both families."""
    for policy in context.policies(namespace):
        blocks = [block for block in policy.blocks if block.peer.cidr in _FAMILIES]
        is_sure = bool(blocks) and not policy.broken
        if is_sure and _has_both(context) and not is_patched(policy.document, ("spec",)):
            yield from _check_policy(context, policy, blocks)


def _has_both(context: Context) -> bool:
    """Whether pods are known to have addresses of both families, and policies know both."""
    cluster = context.config.cluster
    cni = context.facts.cni(cluster.cni) if cluster.cni else None
    if cni is not None and cni.single_family:
        return False
    ranges = context.workspace.derived(RangesOf(cluster, context.facts)).ranges
    known = (each for each in ranges if each.evidence is Evidence.KNOWN and each.kind is Kind.POD)
    return frozenset().union(*(each.addresses.families for each in known)) == _BOTH


def _check_policy(context: Context, policy: Policy, blocks: list[Block]) -> Iterator[Finding]:
    for block in blocks:
        family = _FAMILIES[block.peer.cidr]
        others = beside(context.index, policy, block.direction, certain=False)
        if not any(_allows_other(rule, block, family) for rule in others):
            yield _finding(context, policy, block, family)


def _allows_other(rule: PolicyRule, block: Block, family: int) -> bool:
    """Whether a rule allows any address of the other family on some of the ports."""
    if not rule.is_partly_unknown and rule.ports.isdisjoint(block.rule.ports):
        return False
    if rule.peers is None or rule.opaque_reasons:
        return True
    blocks = (peer.whole.families for peer in rule.peers if isinstance(peer, AddressPeer))
    return any(families != {family} for families in blocks)


def _finding(context: Context, policy: Policy, block: Block, family: int) -> Finding:
    missing = _OTHER[family]
    version, other = f"IPv{family}", f"IPv{10 - family}"
    path = (*block.rule.path, block.direction.peers_field, "-")
    operation = {"op": "add", "path": json_pointer(path), "value": {"ipBlock": {"cidr": missing}}}
    verb = "reach" if block.direction.field == "egress" else "are reached from"
    return context.finding(
        GAP,
        f"{pods_of(context.index, [policy])} {verb} every {version} address, but no {other} one",
        Location(
            policy.document, (*block.peer.path, "ipBlock", "cidr"), f"says nothing of {other}"
        ),
        confidence=Confidence.HIGH,
        fix=Fix(f"allow {missing} as well", Applicability.UNSAFE, (operation,)),
    )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to:
"""
_PORTS = "    ports: [{port: 443}]\n"
_FOUR = "    - ipBlock: {cidr: 0.0.0.0/0}\n"
_SIX = '    - ipBlock: {cidr: "::/0"}\n'
_DUAL = {"cluster": {"cluster-cidrs": ["10.244.0.0/16", "fd00:10:244::/56"]}}
_NODE = """\
---
apiVersion: v1
kind: Node
metadata: {name: one}
spec: {podCIDRs: [10.244.0.0/24, "fd00:10:244::/64"]}
"""


def _marked(text: str) -> str:
    return text.replace("}\n", "}  # <- NP323\n")


RULE = Rule(
    name="dual-stack-gap",
    title="one IP family of two is left out",
    codes=(GAP,),
    groups=("addresses",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example("Every IPv4 address", _POLICY + _marked(_FOUR) + _PORTS, _DUAL),
        Example("Every IPv6 address; a Node has both", _POLICY + _marked(_SIX) + _PORTS + _NODE),
        Example(
            "The other family on another port, for incoming connections",
            _POLICY.replace("Egress", "Ingress")
            .replace("egress", "ingress")
            .replace("to:", "from:")
            + _marked(_FOUR)
            + _PORTS
            + "  - ports: [{port: 80}]\n",
            _DUAL,
        ),
    ),
    good=(
        Example("Both", _POLICY + _FOUR + _SIX + _PORTS, _DUAL),
        Example(
            "Both, in two rules",
            _POLICY + _FOUR + _PORTS + "  - to:\n" + _SIX + _PORTS,
            _DUAL,
        ),
        Example(
            "Some networks of the other family",
            _POLICY + _FOUR + '    - ipBlock: {cidr: "2001:db8::/32"}\n',
            _DUAL,
        ),
        Example(
            "Any destination on the same port",
            _POLICY + _FOUR + _PORTS + "  - " + _PORTS.strip() + "\n",
            _DUAL,
        ),
        Example("A cluster of one family, as far as known", _POLICY + _FOUR + _PORTS),
        Example(
            "A network of one family", _POLICY + "    - ipBlock: {cidr: 192.0.2.0/24}\n", _DUAL
        ),
        Example(
            "AWS VPC CNI enforces one family only",
            _POLICY + _FOUR + _PORTS,
            {"cluster": {"cni": "aws-vpc-cni", **_DUAL["cluster"]}},
        ),
    ),
    check=check,
    eased=True,
    needs=frozenset({Trait.ADDRESSES}),
    references=("https://kubernetes.io/docs/concepts/services-networking/dual-stack/",),
)
