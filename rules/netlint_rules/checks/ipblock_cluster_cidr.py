"""An ipBlock aimed at the cluster's own addresses

An `ipBlock` is meant for addresses outside the cluster. netlint compares each with the addresses
of pods, Services and nodes, with those of the cloud's metadata servers, and with link-local and
loopback addresses. It takes the ranges from the settings (`cluster.cluster-cidrs`,
`service-cidrs`, `node-cidrs`) and from objects in view: Nodes, ServiceCIDRs, address pools,
kubeadm and kind configurations, running Pods and Services. Where these tell nothing, it knows
the default ranges of common distributions; such findings are warnings at most.

A range that belongs to something else, such as a peered cluster, goes into
`cluster.external-ranges`.

## Why it matters

Pods get a new address with every restart, and the next pod gets the old one. Whether an ipBlock
matches pods or nodes at all is up to the network plugin: with Cilium it never matches pods. The
address of a Service is replaced by that of a pod before most plugins look at it. A wide block,
such as `10.0.0.0/8` for the office, may let in every pod of the cluster as well.

## How to fix

Select pods by their labels, and open the pods' port, not the Service's:

```yaml
  - to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: data}
      podSelector:
        matchLabels: {app: db}
    ports: [{port: 5432}]
```

Leave the cluster out of wide blocks: `except: [10.244.0.0/16, 10.96.0.0/12]`. For the API server
use the addresses and the port of its endpoints (`kubectl get endpointslices kubernetes`).
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.discovery import Kind, pod_at
from netlint_rules.facts import CniFact
from netlint_rules.finding import Finding, Severity
from netlint_rules.ipblocks import apiserver, inside, special
from netlint_rules.ipblocks.block import IpBlock, Verdict
from netlint_rules.policy import Policy
from netlint_rules.ranges import ClusterRanges, RangesOf
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.traits import Trait

POD = Code(
    "NP301",
    "ipblock-pod",
    Severity.ERROR,
    "an ipBlock means pods, whose addresses change and which not every plugin matches",
    fixable=True,
)
SERVICE = Code(
    "NP302",
    "ipblock-service",
    Severity.WARNING,
    "an ipBlock means a Service, whose address most plugins never see",
    fixable=True,
)
NODE = Code(
    "NP303",
    "ipblock-node",
    Severity.INFO,
    "an ipBlock means nodes, which not every plugin matches",
)
METADATA = Code(
    "NP304",
    "ipblock-metadata",
    Severity.WARNING,
    "an ipBlock opens the metadata server of the cloud, which gives out credentials",
    fixable=True,
)
LINK_LOCAL = Code(
    "NP305",
    "ipblock-linklocal",
    Severity.INFO,
    "an ipBlock holds link-local addresses, which differ from node to node",
)
LOOPBACK = Code(
    "NP306",
    "ipblock-loopback",
    Severity.WARNING,
    "an ipBlock holds loopback addresses and allows nothing",
)
WIDE = Code(
    "NP307",
    "ipblock-wide",
    Severity.WARNING,
    "a wide ipBlock holds the addresses of all pods too",
    fixable=True,
)
API_SERVER = Code(
    "NP308",
    "ipblock-apiserver-vip",
    Severity.WARNING,
    "an ipBlock on the API server's Service address doesn't allow the API server",
    fixable=True,
)
WORLD = Code(
    "NP309",
    "world-includes-pods",
    Severity.INFO,
    "an ipBlock of all addresses holds those of all pods too",
    fixable=True,
)
_CODES = {Kind.POD: POD, Kind.SERVICE: SERVICE, Kind.NODE: NODE}


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report what is the matter with each ipBlock, the worst of it only."""
    policies = [each for each in context.policies(namespace) if each.blocks]
    if policies:
        cni = _cni(context)
        ranges = context.workspace.derived(RangesOf(context.config.cluster, context.facts))
        for policy in policies:
            for block in _blocks(context, policy, cni):
                found = _judge(context, block, ranges)
                if found is not None:
                    yield _finding(context, block, *found)


def _cni(context: Context) -> CniFact | None:
    """What is known of the user's network plugin, where it enforces policies."""
    name = context.config.cluster.cni
    cni = context.facts.cni(name) if name else None
    return cni if cni is not None and cni.enforces != "no" else None


def _blocks(context: Context, policy: Policy, cni: CniFact | None) -> Iterator[IpBlock]:
    """The ipBlocks of a policy that no patch changes."""
    for direction, rule, peer in policy.blocks:
        if not is_patched(policy.document, rule.path):
            yield IpBlock(context.index, policy, direction, rule, peer, cni)


def _judge(context: Context, block: IpBlock, ranges: ClusterRanges) -> tuple[Code, Verdict] | None:
    """An address that is known for sure decides; of several ranges, the worst verdict counts.

    A block whose excepts leave nothing of it is no mistake of this kind.
    """
    cluster, facts = context.config.cluster, context.facts
    if block.addresses <= ranges.external or block.addresses.isdisjoint(ranges.extent):
        return None
    if apiserver.is_api_server(block, ranges):
        verdict = apiserver.judge(block, ranges, facts, cluster.platform)
        return (API_SERVER, verdict) if verdict else None
    owner = pod_at(context.index, block.addresses) or ranges.owners.get(block.addresses)
    if owner is not None:
        return _CODES[owner.kind], inside.owned(block, owner, facts.dns_namespaces)
    found = [*_special(context, block, ranges), *_ranged(context, block, ranges)]
    return min(found, key=lambda each: each[1].rank, default=None)


def _special(
    context: Context, block: IpBlock, ranges: ClusterRanges
) -> Iterator[tuple[Code, Verdict]]:
    platform = context.config.cluster.platform
    for code, verdict in (
        (LOOPBACK, special.loopback(block, ranges)),
        (METADATA, special.metadata(block, ranges, platform)),
        (LINK_LOCAL, special.link_local(block, ranges, platform)),
    ):
        if verdict is not None:
            yield code, verdict


def _ranged(
    context: Context, block: IpBlock, ranges: ClusterRanges
) -> Iterator[tuple[Code, Verdict]]:
    for kind, verdict in inside.ranged(block, ranges, context.config.strict):
        holding = WORLD if block.is_world else WIDE
        yield (_CODES[kind] if kind else holding), verdict


def _finding(context: Context, block: IpBlock, code: Code, verdict: Verdict) -> Finding:
    return context.finding(
        code,
        verdict.message,
        block.location(verdict.note),
        severity=verdict.severity,
        confidence=verdict.confidence,
        related=verdict.related,
        fix=verdict.fix,
    )


RULE = Rule(
    name="ipblock-cluster-cidr",
    title="an ipBlock aimed at the cluster's own addresses",
    codes=(POD, SERVICE, NODE, METADATA, LINK_LOCAL, LOOPBACK, WIDE, API_SERVER, WORLD),
    groups=("addresses", "correctness"),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("ipblock_cluster_cidr", "BAD"),
    good=ExamplesOf("ipblock_cluster_cidr", "GOOD"),
    check=check,
    eased=True,
    needs=frozenset({Trait.ADDRESSES}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
        "https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based",
    ),
)
