"""What the configured network plugin can't do

The setting `cluster.cni` says which network plugin the cluster has. netlint reports rules that are
beyond what it is known to support: more ports for an `ipBlock` than it takes, and addresses of
both IP families where it enforces one. That Cilium doesn't match pods and nodes by `ipBlock` is
what `ipblock-cluster-cidr` says.

## Why it matters

The API server accepts the policy; the plugin leaves out what it can't do, or the whole policy.

## How to fix

Write ranges of ports (`port: 8000, endPort: 8100`), or split what must be split. If the plugin has
learnt it since, say so: `facts: {cnis: [{id: aws-vpc-cni, max_ports: 0}]}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.facts import CniFact
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.policy import Policy
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

GAP = Code(
    "NP802",
    "cni-feature-gap",
    Severity.WARNING,
    "a rule is beyond what the network plugin supports",
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the ipBlocks, where the network plugin has limits."""
    name = context.config.cluster.cni
    cni = context.facts.cni(name) if name else None
    if cni is None or cni.enforces == "no" or not (cni.max_ports or cni.single_family):
        return
    for policy in context.policies(namespace):
        if policy.blocks and not policy.broken and not is_patched(policy.document, ("spec",)):
            yield from _ports(context, policy, cni)
            if cni.single_family:
                yield from _families(context, policy, cni)


def _ports(context: Context, policy: Policy, cni: CniFact) -> Iterator[Finding]:
    seen = set()
    for block in policy.blocks:
        entries = block.rule.entries or ()
        if 0 < cni.max_ports < len(entries) and block.rule.path not in seen:
            seen.add(block.rule.path)
            yield context.finding(
                GAP,
                f"{policy.name} may not work as it is written: {cni.title} takes {cni.max_ports} "
                f"ports for an ipBlock, this rule has {len(entries)}",
                Location(policy.document, (*block.rule.path, "ports"), "has too many entries"),
                confidence=_confidence(cni),
            )


def _families(context: Context, policy: Policy, cni: CniFact) -> Iterator[Finding]:
    blocks = {version: block for block in policy.blocks for version in block.peer.whole.families}
    if len(blocks) > 1:
        path = (*blocks[6].peer.path, "ipBlock", "cidr")
        yield context.finding(
            GAP,
            f"either the IPv4 or the IPv6 blocks of {policy.name} have no effect: {cni.title} "
            "enforces one IP family",
            Location(policy.document, path, "is of the other family than an ipBlock before"),
            severity=Severity.INFO,
            confidence=_confidence(cni),
        )


def _confidence(cni: CniFact) -> Confidence:
    return Confidence.HIGH if cni.verified else Confidence.MEDIUM


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
"""
_AWS = {"cluster": {"cni": "aws-vpc-cni"}}


def _many(count: int) -> str:
    return ", ".join(f"{{port: {8000 + 2 * number}}}" for number in range(count))


RULE = Rule(
    name="cni-feature-gap",
    title="what the configured network plugin can't do",
    codes=(GAP,),
    groups=("platform",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "More ports than AWS VPC CNI takes for a block",
            _POLICY
            + f"""\
  - from: [{{ipBlock: {{cidr: 192.0.2.0/24}}}}, {{ipBlock: {{cidr: 198.51.100.0/24}}}}]
    ports: [{_many(25)}]  # <- NP802
""",
            _AWS,
        ),
        Example(
            "Both IP families with AWS VPC CNI: only a hint",
            _POLICY
            + """\
  - from:
    - ipBlock: {cidr: 192.0.2.0/24}
    - ipBlock: {cidr: "2001:db8::/32"}  # <- NP802
""",
            _AWS,
        ),
    ),
    good=(
        Example(
            "As many ports as it takes, and any number for pods",
            _POLICY
            + f"""\
  - from: [{{ipBlock: {{cidr: 192.0.2.0/24}}}}]
    ports: [{_many(24)}]
  - from: [{{podSelector: {{}}}}]
    ports: [{_many(25)}]
""",
            _AWS,
        ),
        Example(
            "The network plugin isn't known",
            _POLICY
            + f"""\
  - from: [{{ipBlock: {{cidr: 192.0.2.0/24}}}}]
    ports: [{_many(25)}]
""",
        ),
        Example(
            "A network plugin without such limits",
            _POLICY
            + f"""\
  - from: [{{ipBlock: {{cidr: 192.0.2.0/24}}}}]
    ports: [{_many(25)}]
""",
            {"cluster": {"cni": "calico"}},
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.ADDRESSES, Trait.PLUGIN}),
    references=("https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",),
)
