"""A policy about pods in the network of their nodes

Pods with `hostNetwork: true` have no address of their own. For network policies they are the node:
a policy that selects them has no effect, and a peer that selects them matches nothing. Kubernetes
leaves both undefined; nearly all network plugins do it this way, and OVN-Kubernetes matches such
peers by the nodes' addresses.

netlint says so where a selector means such pods only. A policy for others as well is a hint. DNS
servers and the API server are what other rules speak of.

## Why it matters

The policy looks like protection for the pods with the widest access to a node, and there is none. A
peer that matches nothing lets nobody in: an ingress controller or a monitoring agent that uses the
node's network is refused, or gets through by luck where it runs on the same node.

## How to fix

Restrict such pods with the firewall of the node, or do without `hostNetwork`. As a peer, allow the
addresses of the nodes:

```yaml
  - from:
    - ipBlock: {cidr: 192.0.2.0/24}
```

With Cilium use `fromEntities: [host, remote-node]` in a CiliumNetworkPolicy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netlint_rules.context import Context
from netlint_rules.dns.servers import ServersOf
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.meant import Meant, PeersOf, TablesOf, in_whole_view
from netlint_rules.peers import named
from netlint_rules.policy import Policy, Selection
from netlint_rules.resources import Workload, is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import Path
from netlint_rules.traits import Trait

INVOLVED = Code(
    "NP810",
    "hostnetwork-involved",
    Severity.WARNING,
    "a selector means pods in the network of their nodes, where policies have no effect",
    needs_view=True,
)
_API_SERVER = ("component", "kube-apiserver")


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for selectors that mean pods with hostNetwork, and no others."""
    policies = context.policies(namespace)
    if not policies:
        return
    tables = context.workspace.derived(TablesOf())
    known = context.workspace.derived(PeersOf(tables))
    table = tables.of(context.index, namespace)
    plugin = context.facts.cni(context.config.cluster.cni)
    matches_nodes = plugin is not None and plugin.host_network_peers
    for policy in policies:
        meant = table.matching(policy.subject)
        if meant.has_host_network:
            yield from _subject(context, policy, meant)
        for selection in policy.selections:
            meant = known.matching(namespace, selection.peer)
            if meant.has_host_network and not matches_nodes:
                yield from _peer(context, policy, selection, meant)


def _subject(context: Context, policy: Policy, meant: Meant) -> Iterator[Finding]:
    path: Path = ("spec", "podSelector")
    sure = context.index.complete(policy.namespace)
    if policy.subject.matches_all or not _is_read(policy, meant, path):
        return
    hosts, others = _divided(meant)
    if others:
        message = f"{policy.name} has no effect on {named(hosts)} in the network of its node"
        yield _finding(context, policy, path, message, hosts, Severity.INFO, sure=sure)
    elif sure or policy.subject.equalities():
        message = f"{policy.name} has no effect: {named(hosts)} uses the network of its node"
        yield _finding(context, policy, path, message, hosts, Severity.WARNING, sure=sure)


def _peer(
    context: Context, policy: Policy, selection: Selection, meant: Meant
) -> Iterator[Finding]:
    peer = selection.peer
    path = (*peer.path, "podSelector" if peer.pods_written else "namespaceSelector")
    hosts, others = _divided(meant)
    sure = in_whole_view(context.index, policy.namespace, peer) and not meant.is_open
    is_told = _is_told_elsewhere(context, hosts)
    if others or is_told or not (sure or peer.pods.equalities()):
        return
    if _is_read(policy, meant, path):
        message = (
            f"an {selection.direction.field} peer of {policy.name} matches nothing: "
            f"{named(hosts)} uses the network of its node"
        )
        yield _finding(context, policy, path, message, hosts, Severity.WARNING, sure=sure)


def _is_read(policy: Policy, meant: Meant, path: Path) -> bool:
    """Whether the selector, and the pods that it means, are what the cluster gets."""
    is_open = bool(meant.possible) or policy.broken or is_patched(policy.document, path)
    return not is_open and not any(
        pod.document is not None
        and is_patched(pod.document, (*pod.template, "spec", "hostNetwork"))
        for pod in meant.certain
    )


def _divided(meant: Meant) -> tuple[list[Workload], list[Workload]]:
    """The pods in the network of their nodes, and the others."""
    hosts = [pod for pod in meant.certain if pod.host_network]
    return hosts, [pod for pod in meant.certain if not pod.host_network]


def _is_told_elsewhere(context: Context, pods: Iterable[Workload]) -> bool:
    servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    return any(
        _API_SERVER in pod.labels.items() or servers.is_server(pod.namespace, pod.labels)
        for pod in pods
    )


def _finding(
    context: Context,
    policy: Policy,
    path: Path,
    message: str,
    pods: list[Workload],
    severity: Severity,
    *,
    sure: bool,
) -> Finding:
    is_excerpt = policy.document.origin.is_excerpt
    return context.finding(
        INVOLVED,
        message,
        Location(policy.document, path, "means pods with hostNetwork"),
        severity=Severity.INFO if is_excerpt else severity,
        confidence=Confidence.CERTAIN if sure else Confidence.HIGH,
        related=[
            Location(
                pod.document, (*pod.template, "spec", "hostNetwork"), "has no address of its own"
            )
            for pod in pods[:3]
            if pod.document is not None
        ],
    )


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: agent, namespace: shop}
spec:
"""
_AGENT = """\
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true}}}
"""
_OTHER = _AGENT.replace("name: agent", "name: other").replace("{hostNetwork: true}", "{}")
_FROM = "  podSelector: {matchLabels: {app: web}}\n  ingress:\n  - from:\n"

RULE = Rule(
    name="hostnetwork-involved",
    title="pods in the network of their nodes",
    codes=(INVOLVED,),
    groups=("platform", "correctness"),
    since="0.1.0",
    needs=frozenset({Trait.HOST_NETWORK}),
    doc=__doc__,
    bad=(
        Example(
            "A policy for pods with hostNetwork",
            _HEAD + "  podSelector: {matchLabels: {app: agent}}  # <- NP810\n" + _AGENT,
        ),
        Example(
            "A policy for both kinds of pods (a hint only)",
            _HEAD + "  podSelector: {matchLabels: {app: agent}}  # <- NP810\n" + _AGENT + _OTHER,
        ),
        Example(
            "A peer with hostNetwork",
            _HEAD + _FROM + "    - podSelector: {matchLabels: {app: agent}}  # <- NP810\n" + _AGENT,
        ),
        Example(
            "A namespace that has no other pods",
            _HEAD
            + _FROM
            + """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: agents}}  # <- NP810
"""
            + _AGENT.replace("shop", "agents"),
            {"complete": True},
        ),
    ),
    good=(
        Example(
            "Pods with addresses", _HEAD + "  podSelector: {matchLabels: {app: agent}}\n" + _OTHER
        ),
        Example("Every pod of the namespace", _HEAD + "  podSelector: {}\n" + _AGENT),
        Example(
            "A namespace of which some pods are in view",
            _HEAD
            + _FROM
            + """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: agents}}
"""
            + _AGENT.replace("shop", "agents"),
        ),
        Example(
            "A peer with both kinds of pods",
            _HEAD + _FROM + "    - podSelector: {matchLabels: {app: agent}}\n" + _AGENT + _OTHER,
        ),
        Example(
            "A network plugin that matches the nodes' addresses",
            _HEAD + _FROM + "    - podSelector: {matchLabels: {app: agent}}\n" + _AGENT,
            {"cluster": {"cni": "ovn-kubernetes"}},
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods",
    ),
)
