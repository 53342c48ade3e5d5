"""Egress that is meant for the API server and misses it

Controllers, operators and many other pods call the API server through the Service `kubernetes`.
That Service has no pods behind it: the API server runs in the network of the control-plane nodes,
or outside of the cluster. netlint reports, where no rule of any policy for the same pods opens
the way:

- selectors that are meant for the API server: for its labels (`component: kube-apiserver`), or
  for every pod of `kube-system` or `default` on nothing but its ports;
- ipBlocks of its endpoints with port 443, where the endpoints listen on another port;
- ipBlocks that leave out some of its endpoints;
- as a hint, port 443 of a single address as all that an operator may reach: with kubeadm, k3s,
  kind and others the endpoints listen on 6443.

The second and third need the endpoints in view (`kubectl get endpointslices -n default -o yaml`);
the setting `cluster.platform` settles the last. An ipBlock on the Service's own address is what
`ipblock-cluster-cidr` reports.

## Why it matters

The pods start, and then every call times out: controllers do nothing, leader elections fail. With
one endpoint of several left out, it happens now and then, or after the next upgrade.

## How to fix

Allow the endpoints' addresses and their port, which `kubectl get endpointslices kubernetes`
prints, or the port to any destination:

```yaml
  egress:
  - ports: [{port: 443}, {port: 6443}]
```

With Cilium, use `toEntities: [kube-apiserver]`; with Calico, a Service match for `kubernetes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.addresses import AddressSet
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.ipblocks.block import beside
from netlint_rules.ipblocks.server import Server, ServerOf, held
from netlint_rules.netset import PortSet
from netlint_rules.peers import pods_of
from netlint_rules.policy import AddressPeer, Direction, Peer, PodPeer, Policy, PolicyRule
from netlint_rules.ranges import RangesOf
from netlint_rules.resources import NAMESPACE_NAME, is_patched
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import Path, json_pointer
from netlint_rules.traits import Trait
from netlint_rules.webhooks.suspects import components

EGRESS = Code(
    "NP510",
    "apiserver-egress",
    Severity.WARNING,
    "egress that is meant for the API server doesn't reach it",
    fixable=True,
    needs_view=True,
)
_LABELS = frozenset(
    {
        ("component", "kube-apiserver"),
        ("k8s-app", "kube-apiserver"),
        ("app", "openshift-kube-apiserver"),
    }
)
"""Labels of API servers' own pods: kubeadm's manifests, Talos, OpenShift."""
_HOMES = frozenset({"kube-system", "default"})
_SERVICE_PORTS = PortSet.of("TCP", 443)
_ENDPOINT_PORTS = PortSet.of("TCP", 6443) | PortSet.of("TCP", 8443) | PortSet.of("TCP", 16443)
_PORTS = _SERVICE_PORTS | _ENDPOINT_PORTS
_FIX_PORTS = (443, 6443)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the egress rules that name ports and peers."""
    for policy in context.policies(namespace) if context.is_about(Direction.EGRESS) else ():
        if Trait.API_SERVER not in policy.traits:
            continue
        for rule in policy.rules[Direction.EGRESS]:
            if rule.peers and rule.entries and not rule.opaque_reasons:
                yield from _check_rule(context, policy, rule)


def _check_rule(context: Context, policy: Policy, rule: PolicyRule) -> Iterator[Finding]:
    confidence = _meant(rule)
    is_pinned = confidence is None and _is_pinned(context, policy, rule)
    if confidence is None and not is_pinned and not _is_for_endpoints(context, rule):
        return
    if policy.broken or is_patched(policy.document, ("spec",)):
        return
    if context.index.unmodelled_in(policy.namespace):
        return
    if is_pinned:
        yield _on_one_port(context, policy, rule)
        return
    server = context.workspace.derived(_server(context))
    beside_it = list(beside(context.index, policy, Direction.EGRESS, certain=False))
    ranges = context.workspace.derived(RangesOf(context.config.cluster, context.facts))
    if server.is_allowed(beside_it, ranges):
        return
    if confidence is not None:
        yield _by_selector(context, policy, rule, confidence)
    else:
        reached = held(each for each in beside_it if server.is_open(each))
        yield _by_address(context, policy, rule, server, reached & server.addresses)


def _server(context: Context) -> ServerOf:
    return ServerOf(context.facts, context.config.cluster.platform)


def _is_for_endpoints(context: Context, rule: PolicyRule) -> bool:
    """Whether a rule names endpoints in view by their addresses, on ports of API servers."""
    peers = rule.peers or ()
    if not all(isinstance(peer, AddressPeer) for peer in peers):
        return False
    known = context.workspace.derived(_server(context)).addresses
    if not known or not rule.ports <= _PORTS or not _sees_endpoints(context):
        return False
    return all(isinstance(peer, AddressPeer) and peer.block <= known for peer in peers)


def _is_pinned(context: Context, policy: Policy, rule: PolicyRule) -> bool:
    """Whether an operator's rule means the API server by one address and the Service's port.

    Where neither the endpoints nor the platform tell on which port they listen, and no rule for
    the same pods opens another.
    """
    peers = rule.peers or ()
    peer = peers[0] if len(peers) == 1 else None
    if not isinstance(peer, AddressPeer) or peer.block.size() != 1:
        return False
    if rule.ports != _SERVICE_PORTS or context.config.cluster.platform:
        return False
    if not components(policy.subject.equalities(), context.facts):
        return False
    others = beside(context.index, policy, Direction.EGRESS, certain=False)
    is_open = any(other.is_partly_unknown or other.ports & _ENDPOINT_PORTS for other in others)
    return not is_open and not context.workspace.derived(_server(context)).addresses


def _meant(rule: PolicyRule) -> Confidence | None:
    """How surely the peers of a rule mean the API server; None where something else is meant."""
    peers = rule.peers or ()
    if any(_has_labels(peer) for peer in peers):
        return Confidence.HIGH
    if all(_is_whole_home(peer) for peer in peers) and rule.ports <= _PORTS:
        return Confidence.MEDIUM
    return None


def _has_labels(peer: Peer) -> bool:
    if not isinstance(peer, PodPeer):
        return False
    return not _LABELS.isdisjoint(peer.pods.equalities().items())


def _is_whole_home(peer: Peer) -> bool:
    """Whether a peer is every pod of the namespace of the API server or of its Service."""
    if not isinstance(peer, PodPeer) or peer.namespaces is None or not peer.pods.matches_all:
        return False
    pinned = peer.namespaces.equalities()
    return pinned.get(NAMESPACE_NAME, pinned.get("name")) in _HOMES


def _sees_endpoints(context: Context) -> bool:
    """Whether ipBlocks on the endpoints do what they say with the network plugin."""
    name = context.config.cluster.cni
    cni = context.facts.cni(name) if name else None
    return cni is None or (cni.ip_block_nodes and cni.service_address == "after")


def _by_selector(
    context: Context, policy: Policy, rule: PolicyRule, confidence: Confidence
) -> Finding:
    ports = [{"protocol": "TCP", "port": port} for port in _FIX_PORTS]
    operation = {"op": "add", "path": "/spec/egress/-", "value": {"ports": ports}}
    path: Path = next((peer.path for peer in rule.peers or () if _has_labels(peer)), rule.path)
    return context.finding(
        EGRESS,
        f"{pods_of(context.index, [policy])} can't reach the API server: no selector matches it, "
        f"and no policy{context.index.scope(policy.namespace)} allows its addresses",
        Location(policy.document, path, "matches no API server: that is no pod of the pod network"),
        confidence=confidence,
        fix=Fix("allow TCP 443 and 6443 to any", Applicability.UNSAFE, (operation,)),
    )


def _by_address(
    context: Context, policy: Policy, rule: PolicyRule, server: Server, reached: AddressSet
) -> Finding:
    pods, missing = pods_of(context.index, [policy]), server.addresses - reached
    listening = ", ".join(map(str, sorted(server.ports)))
    if reached:
        message = f"{pods} can't reach every endpoint of the API server: {missing} is left out"
        place = Location(policy.document, (*rule.path, "to"), "holds only some of its endpoints")
        fix = _complete(rule, missing) if server.is_open(rule) else None
    else:
        message = f"{pods} can't reach the API server: its endpoints listen on TCP {listening}"
        entry = rule.entries[0] if rule.entries else rule
        place = Location(policy.document, entry.path, f"opens {rule.ports}, the Service's port")
        fix = None
    is_whole = context.index.complete(policy.namespace)
    return context.finding(
        EGRESS,
        message,
        place,
        severity=Severity.ERROR if is_whole and not reached else Severity.WARNING,
        confidence=Confidence.CERTAIN if is_whole else Confidence.HIGH,
        fix=fix,
    )


def _on_one_port(context: Context, policy: Policy, rule: PolicyRule) -> Finding:
    pods = pods_of(context.index, [policy])
    path: Path = (*rule.path, "ports", "-")
    operation = {
        "op": "add",
        "path": json_pointer(path),
        "value": {"protocol": "TCP", "port": 6443},
    }
    entry = rule.entries[0] if rule.entries else rule
    return context.finding(
        EGRESS,
        f"{pods} reach the API server on TCP 443 only: on many platforms it listens on 6443",
        Location(policy.document, entry.path, "the Service's port; policies see the endpoint's"),
        severity=Severity.INFO,
        confidence=Confidence.LOW,
        fix=Fix("open TCP 6443 too", Applicability.UNSAFE, (operation,)),
    )


def _complete(rule: PolicyRule, missing: AddressSet) -> Fix:
    path = json_pointer((*rule.path, "to", "-"))
    operations = tuple(
        {"op": "add", "path": path, "value": {"ipBlock": {"cidr": cidr}}}
        for cidr in missing.prefixes()
    )
    return Fix("add the API server's other addresses", Applicability.UNSAFE, operations)


RULE = Rule(
    name="apiserver-egress",
    title="egress that is meant for the API server and misses it",
    codes=(EGRESS,),
    groups=("correctness",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("apiserver_egress", "BAD"),
    good=ExamplesOf("apiserver_egress", "GOOD"),
    check=check,
    eased=True,
    needs=frozenset({Trait.API_SERVER, Trait.EGRESS}),
    references=(
        "https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/",
        "https://docs.cilium.io/en/stable/security/policy/language/#entities-based",
    ),
)
