"""Admission reviews as an API server sends them, no two alike, so that no answer can be a memo."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

Body = dict[str, Any]

WORDS = ("accounts", "billing", "cart", "gateway", "invoices", "orders", "payments", "search")
_TIERS = ("api", "backend", "cache", "database", "frontend", "worker")
_MISTAKEN = 10
"""One policy in so many has a mistake."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a review is: the rules of its policy, the peers and the ports of each rule."""

    ingress: int
    egress: int
    peers: int = 1
    ports: int = 1


SMALL = Shape(ingress=1, egress=0)
"""About 1.5 KB, most of it around the policy."""

MEDIUM = Shape(ingress=30, egress=23)
"""About 8.6 KB."""

LARGE = Shape(ingress=150, egress=117, peers=2, ports=3)
"""About 86 KB."""


def review(shape: Shape, random: Random, namespace: str) -> Body:
    """A request to create a policy."""
    app = f"{random.choice(WORDS)}-{random.randrange(10_000)}"
    uid = f"{random.getrandbits(32):08x}-6393-11e8-b7cc-{random.getrandbits(48):012x}"
    user = {
        "username": f"system:serviceaccount:{namespace}:deployer",
        "uid": f"{random.getrandbits(64):016x}",
        "groups": ["system:serviceaccounts", "system:authenticated"],
    }
    resource = {"group": "networking.k8s.io", "version": "v1"}
    kind, plural = (
        {**resource, "kind": "NetworkPolicy"},
        {**resource, "resource": "networkpolicies"},
    )
    return {
        "kind": "AdmissionReview",
        "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": uid,
            "kind": kind,
            "resource": plural,
            "requestKind": kind,
            "requestResource": plural,
            "name": app,
            "namespace": namespace,
            "operation": "CREATE",
            "userInfo": user,
            "object": policy(shape, random, app, namespace),
            "oldObject": None,
            "dryRun": False,
            "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
        },
    }


def policy(shape: Shape, random: Random, app: str, namespace: str) -> Body:
    """A policy for the pods of one application; most have no mistake."""
    tier = random.choice(_TIERS)
    spec: Body = {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": app, "tier": tier}},
        "ingress": [_rule("from", shape, random) for _ in range(shape.ingress)],
        "policyTypes": ["Ingress"],
    }
    if shape.egress:
        rules = [_rule("to", shape, random) for _ in range(shape.egress - 1)]
        spec |= {"egress": [dns_rule(), *rules], "policyTypes": ["Ingress", "Egress"]}
    if random.randrange(_MISTAKEN) == 0:
        spec["ingress"][0]["from"] = [{"namespaceSelector": {}}, {"podSelector": _labels(random)}]
    labels = {"app.kubernetes.io/name": app, "app.kubernetes.io/managed-by": "Helm"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": app,
            "namespace": namespace,
            "creationTimestamp": None,
            "labels": labels,
            "managedFields": [
                {
                    "manager": "helm",
                    "operation": "Update",
                    "apiVersion": "networking.k8s.io/v1",
                    "time": "2026-03-02T08:15:00Z",
                    "fieldsType": "FieldsV1",
                    "fieldsV1": {"f:metadata": {"f:labels": {".": {}}}, "f:spec": {}},
                }
            ],
        },
        "spec": spec,
    }


def _rule(field: str, shape: Shape, random: Random) -> Body:
    peers = [_peer(random) for _ in range(shape.peers)]
    ports = [
        {"protocol": "TCP", "port": random.randrange(1024, 32_000)} for _ in range(shape.ports)
    ]
    return {field: peers, "ports": ports}


def _peer(random: Random) -> Body:
    kind = random.randrange(10)
    if kind == 0:
        cidr = f"203.0.{random.randrange(112, 114)}.{random.randrange(1, 255)}/32"
        return {"ipBlock": {"cidr": cidr}}
    peer: Body = {"podSelector": _labels(random)}
    if kind < 4:
        name = f"team-{random.randrange(200)}"
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": name}}
    return peer


def _labels(random: Random) -> Body:
    name = f"{random.choice(WORDS)}-{random.randrange(1000)}"
    return {"matchLabels": {"app.kubernetes.io/name": name}}


def dns_rule() -> Body:
    return {
        "to": [
            {
                "namespaceSelector": {
                    "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
                },
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }
