"""A small cluster for tables of questions: pods on both sides of every line that policies draw."""

from __future__ import annotations

import json
from typing import Any

from netlint_rules.config import ClusterFacts, Config
from netlint_rules.reach import End, Network, Owner
from netlint_rules.truth import Truth
from tests.rules.builders import workspace

OBJECTS = """\
{apiVersion: v1, kind: Namespace, metadata: {name: a}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {t: b}}}
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 172.18.0.1}]}
---
apiVersion: v1
kind: Node
metadata: {name: n2}
status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}
"""
POD = """\
---
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: %s, labels: {app: %s}}
spec:
  nodeName: %s
  hostNetwork: %s
  containers:
  - name: c
    ports: [{name: http, containerPort: %s}, {name: dns, containerPort: 53, protocol: UDP}]
status: {phase: Running, podIP: %s}
"""
PODS = {
    "x": ("a", "x", "n1", "false", 8080, "10.244.1.1"),
    "A/a": ("a", "a", "n2", "false", 80, "10.244.2.1"),
    "B/a": ("b", "a", "n2", "false", 8081, "10.244.2.2"),
    "B/c": ("b", "c", "n2", "false", 8082, "10.244.2.3"),
    "host": ("a", "a", "n2", "true", 80, "172.18.0.2"),
    "near": ("a", "a", "n1", "true", 80, "172.18.0.1"),
}
CLUSTER_CIDR = "10.244.0.0/16"
EXTERNAL = "198.51.100.7/32"


def policy(spec: dict[str, Any], namespace: str = "a", name: str = "p") -> str:
    """A policy for the pod `x`, unless the spec says otherwise."""
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {"matchLabels": {"app": "x"}}, **spec},
    }
    return f"---\n{json.dumps(body)}\n"


def network(*texts: str, **cluster: Any) -> Network:
    """The cluster with some more objects, and with facts about it."""
    pods = (POD % (name.replace("/", "-").lower(), *each) for name, each in PODS.items())
    facts = ClusterFacts(cluster_cidrs=(CLUSTER_CIDR,), **cluster)
    space = workspace(OBJECTS + "".join([*pods, *texts]), Config(cluster=facts))
    return Network(space.index, facts, space.facts)


def end(net: Network, name: str) -> End:
    """A pod by its name above, a node, or an address."""
    if name in PODS:
        (found,) = net.workloads[Owner(PODS[name][0], "Pod", name.replace("/", "-").lower())]
        return found
    return net.nodes[name] if name in net.nodes else net.outside(name)


def answer(net: Network, direction: str, peer: str, port: int = 80, protocol: str = "TCP") -> Truth:
    """Whether `x` is reached by a peer (Ingress), or reaches it (Egress)."""
    subject, other = end(net, "x"), end(net, peer)
    ends = (other, subject) if direction == "Ingress" else (subject, other)
    return net.allowed(*ends, protocol, port).answer
