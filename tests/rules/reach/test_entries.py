"""The ways from outside to pods: Ingresses, load balancers, node ports."""

from __future__ import annotations

from typing import Any

from netlint_rules.reach import Entry, Network
from netlint_rules.truth import Truth
from tests.rules.reach.cluster import network, policy

SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: a}
spec: {selector: {app: x}, ports: [{port: 80, targetPort: http}], %s}
"""
INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: a}
spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}
"""
CONTROLLER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx, namespace: b}
spec: {template: {metadata: {labels: {app.kubernetes.io/name: ingress-nginx}}}}
"""
LOCAL = "type: LoadBalancer, externalTrafficPolicy: Local"


def only(net: Network) -> Entry:
    (entry,) = net.entries()
    return entry


def from_peer(peer: dict[str, Any]) -> str:
    return policy({"ingress": [{"from": [peer]}]})


IN_B = {"namespaceSelector": {"matchLabels": {"t": "b"}}}


def test_a_controller_in_view_is_the_source_of_what_an_ingress_routes() -> None:
    entry = only(network(SERVICE % "type: ClusterIP", INGRESS, CONTROLLER, from_peer(IN_B)))
    assert (entry.service.name, entry.place.document.kind) == ("s", "Ingress")
    assert str(entry.verdict.source) == "b/Deployment/nginx"
    assert (entry.verdict.answer, entry.verdict.port) == (Truth.YES, 80)


def test_what_a_controller_out_of_view_may_do() -> None:
    """Its labels and namespace are unknown; what names other components surely isn't it."""
    objects = SERVICE % "type: ClusterIP", INGRESS
    monitoring = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    }
    assert only(network(*objects)).verdict.answer is Truth.YES
    assert only(network(*objects, from_peer(IN_B))).verdict.answer is Truth.UNKNOWN
    refused = only(network(*objects, from_peer(monitoring)))
    assert refused.verdict.answer is Truth.NO
    (half,) = refused.verdict.closed()
    (step,) = half.rules()
    assert step.reason("TCP", 8080) == "means no ingress controller"


def test_pods_see_nodes_unless_the_clients_address_is_kept() -> None:
    office = from_peer({"ipBlock": {"cidr": "203.0.113.0/24"}})
    world = from_peer({"ipBlock": {"cidr": "0.0.0.0/0", "except": ["172.18.0.0/16"]}})
    forwarded = network(SERVICE % "type: NodePort", world)
    kept = network(SERVICE % LOCAL, world)
    assert str(only(forwarded).verdict.source) == "node of the cluster"
    # The node that a pod runs on always gets through.
    assert only(forwarded).verdict.answer is Truth.UNKNOWN
    assert (
        kept.allowed(kept.outside("8.8.8.8/32"), only(kept).service, "TCP", 80).answer is Truth.YES
    )
    assert only(network(SERVICE % LOCAL, office)).verdict.answer is Truth.NO


def test_services_inside_the_cluster_are_no_way_in() -> None:
    assert list(network(SERVICE % "type: ClusterIP").entries()) == []
