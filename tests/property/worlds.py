"""Whole clusters in miniature: random ones, what manifests show of them, and who reaches whom.

`World.allows` is the reference semantics of NetworkPolicies written down as plainly as can be:
one connection on one port, decided by looking at the raw policies. It shares nothing with netlint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from netlint_rules.bundle import Placed
from netlint_rules.source.document import Document, Origin

NAME = "kubernetes.io/metadata.name"
HASH = "pod-template-hash"
SUBNETS = {4: "10.244.0.0/16", 6: "fd00::/64"}
PROTOCOLS = ("TCP", "UDP", "SCTP")


@dataclass
class Space:
    """A namespace; its manifest may not be shown."""

    name: str
    labels: dict[str, str]
    shown: bool = True

    @property
    def all_labels(self) -> dict[str, str]:
        return {**self.labels, NAME: self.name}


@dataclass(eq=False)
class Pod:
    """A pod; shown as it is, or as a Deployment, which tells neither its addresses nor its hash."""

    space: str
    name: str
    labels: dict[str, str]
    addresses: list[str]
    ports: list[tuple[str, str, int]] = field(default_factory=list)
    host: bool = False
    node: str = "n1"
    shown: bool = True
    unseen: bool = False

    @property
    def owner(self) -> tuple[str, str, str]:
        return (self.space, "Pod" if self.shown else "Deployment", self.name)


@dataclass(frozen=True)
class Node:
    name: str
    addresses: tuple[str, ...]


@dataclass
class Rules:
    """A policy: what is in force, and what the manifest shows.

    `refused`: the manifest is one that the API server refuses now; it may be in force all the same.
    """

    space: str
    spec: dict[str, Any] | None
    shown: dict[str, Any]
    refused: bool = False


Peer = Pod | Node | str
"""An address outside is a text."""


@dataclass
class World:
    spaces: dict[str, Space]
    pods: list[Pod]
    nodes: dict[str, Node]
    rules: list[Rules]
    families: tuple[int, ...] = (4,)
    by_address: bool = True
    """Whether ipBlocks match pods and nodes, as they don't with Cilium."""

    def allows(self, source: Peer, destination: Peer, protocol: str, port: int) -> bool:
        if source is destination:
            return True
        ways = [(address(source, version), address(destination, version)) for version in (4, 6)]
        if isinstance(source, str) or isinstance(destination, str):
            ways = [(address(source), address(destination))]
        return any(
            self._passes("Egress", source, destination, two, destination, protocol, port)
            and self._passes("Ingress", destination, source, one, destination, protocol, port)
            for one, two in ways
            if one and two
        )

    def _passes(
        self,
        direction: str,
        subject: Peer,
        peer: Peer,
        at: str,
        destination: Peer,
        protocol: str,
        port: int,
    ) -> bool:
        if not isinstance(subject, Pod) or subject.host:
            return True
        if direction == "Ingress" and node_of(peer) == subject.node:
            return True
        mine = [
            each.spec
            for each in self.rules
            if each.spec is not None
            and each.space == subject.space
            and matches(each.spec.get("podSelector"), subject.labels)
            and direction in types(each.spec)
        ]
        rules = [rule for spec in mine for rule in spec.get(direction.lower()) or []]
        return not mine or any(
            opens(rule, destination, protocol, port)
            and self._is_for(rule, direction, subject.space, peer, at)
            for rule in map(as_mapping, rules)
        )

    def _is_for(self, rule: Any, direction: str, own: str, peer: Peer, at: str) -> bool:
        entries = rule.get("from" if direction == "Ingress" else "to")
        return not entries or any(self._is_peer(entry, own, peer, at) for entry in entries)

    def _is_peer(self, entry: Any, own: str, peer: Peer, at: str) -> bool:
        block = entry.get("ipBlock")
        if block:
            if not isinstance(peer, str) and not self.by_address:
                return False
            inside = [holds(each, at) for each in block.get("except") or []]
            return holds(block["cidr"], at) and not any(inside)
        if not isinstance(peer, Pod) or peer.host:
            return False
        namespaces = entry.get("namespaceSelector")
        if namespaces is None:
            is_there = peer.space == own
        else:
            is_there = matches(namespaces, self.spaces[peer.space].all_labels)
        return is_there and matches(entry.get("podSelector"), peer.labels)


def address(peer: Peer, version: int = 0) -> str:
    """The address of an IP version, or any."""
    every = [peer] if isinstance(peer, str) else peer.addresses
    return next((each for each in every if version in {0, ip_address(each).version}), "")


def node_of(peer: Peer) -> str:
    """The node that a peer is, or whose network it is in."""
    if isinstance(peer, Node):
        return peer.name
    return peer.node if isinstance(peer, Pod) and peer.host else ""


def as_mapping(item: Any) -> Any:
    return {} if item is None else item


def types(spec: dict[str, Any]) -> list[str]:
    listed = spec.get("policyTypes")
    return listed or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def matches(selector: Any, labels: dict[str, str]) -> bool:
    selector = selector or {}
    pinned = (selector.get("matchLabels") or {}).items()
    return all(labels.get(key) == value for key, value in pinned) and all(
        holds_expression(each, labels) for each in selector.get("matchExpressions") or []
    )


def holds_expression(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or []
    match expression["operator"]:
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def holds(cidr: str, at: str) -> bool:
    return ip_address(at) in ip_network(cidr)


def opens(rule: Any, destination: Peer, protocol: str, port: int) -> bool:
    entries = rule.get("ports")
    return not entries or any(
        opens_entry(entry, destination, protocol, port) for entry in map(as_mapping, entries)
    )


def opens_entry(entry: Any, destination: Peer, protocol: str, port: int) -> bool:
    if (entry.get("protocol") or "TCP") != protocol:
        return False
    wanted = entry.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        declared = destination.ports if isinstance(destination, Pod) else []
        return (wanted, protocol, port) in declared
    return bool(wanted <= port <= (entry.get("endPort") or wanted))


def manifests(world: World) -> Iterator[Placed]:
    """What files or a cluster show of a world."""
    subnets = ",".join(SUBNETS[version] for version in world.families)
    networking = {"podSubnet": subnets}
    yield placed("ClusterConfiguration", "kubeadm.k8s.io/v1beta4", "", "", networking=networking)
    for node in world.nodes.values():
        listed = [{"type": "InternalIP", "address": each} for each in node.addresses]
        yield placed("Node", "v1", node.name, "", status={"addresses": listed})
    for space in world.spaces.values():
        if space.shown:
            yield placed("Namespace", "v1", space.name, "", metadata={"labels": space.labels})
    for pod in world.pods:
        if not pod.unseen:
            yield shown_pod(pod)
    for number, rules in enumerate(world.rules):
        name = f"{'P' if rules.refused else 'p'}{number}"
        yield placed("NetworkPolicy", "networking.k8s.io/v1", name, rules.space, spec=rules.shown)


def shown_pod(pod: Pod) -> Placed:
    ports = [
        {"name": name, "protocol": protocol, "containerPort": number}
        for name, protocol, number in pod.ports
    ]
    spec = {"hostNetwork": pod.host, "containers": [{"name": "c", "ports": ports}]}
    if pod.shown:
        return placed(
            "Pod",
            "v1",
            pod.name,
            pod.space,
            metadata={"labels": pod.labels},
            spec={**spec, "nodeName": pod.node},
            status={"podIPs": [{"ip": each} for each in pod.addresses]},
        )
    labels = {key: value for key, value in pod.labels.items() if key != HASH}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return placed("Deployment", "apps/v1", pod.name, pod.space, spec={"template": template})


def placed(kind: str, version: str, name: str, space: str, **body: Any) -> Placed:
    metadata = {"name": name, "namespace": space, **body.pop("metadata", {})}
    whole: dict[str, object] = {"apiVersion": version, "kind": kind, "metadata": metadata, **body}
    return Placed(Document(Origin("x.yaml"), whole), space)
