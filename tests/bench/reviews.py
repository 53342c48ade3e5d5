"""Admission reviews as an API server sends them, no two alike, so that no answer can be a memo."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

Body = dict[str, Any]

_WORDS = ("accounts", "billing", "cart", "gateway", "invoices", "orders", "payments", "search")
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


def app_of(namespace: str, number: int) -> str:
    """The name of one of a namespace's applications: the peers of policies are no strangers."""
    return f"{_WORDS[number % len(_WORDS)]}-{namespace}"


def review(shape: Shape, random: Random, namespace: str, apps: int) -> Body:
    """A request to create a policy; each namespace has so many applications."""
    app = app_of(namespace, random.randrange(apps))
    name = f"{app}-{random.randrange(10_000)}"
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
            "name": name,
            "namespace": namespace,
            "operation": "CREATE",
            "userInfo": user,
            "object": policy(shape, random, name, app, namespace, apps),
            "oldObject": None,
            "dryRun": False,
            "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
        },
    }


def policy(shape: Shape, random: Random, name: str, app: str, namespace: str, apps: int) -> Body:
    """A policy for the pods of one application, where another allows DNS; most are right."""
    chosen = _Peers(random, namespace, apps)
    spec: Body = {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": app, "tier": "api"}},
        "ingress": [chosen.rule("from", shape) for _ in range(shape.ingress)],
        "policyTypes": ["Ingress"],
    }
    if shape.egress:
        rules = [chosen.rule("to", shape) for _ in range(shape.egress)]
        spec |= {"egress": rules, "policyTypes": ["Ingress", "Egress"]}
    if random.randrange(_MISTAKEN) == 0:
        spec["ingress"][0]["from"] = [{"namespaceSelector": {}}, chosen.pods(namespace)]
    labels = {"app.kubernetes.io/name": app, "app.kubernetes.io/managed-by": "Helm"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": name,
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


PORTS = range(8000, 8010)
"""What every pod declares."""
_TRIES = 20


@dataclass(slots=True)
class _Peers:
    """Peers and ports of one policy; as long as there are others, no rule repeats another."""

    random: Random
    namespace: str
    apps: int
    _known: set[str] = field(default_factory=set)

    def rule(self, key: str, shape: Shape) -> Body:
        made: Body = {}
        for _ in range(_TRIES):
            ports = self.random.sample(PORTS, shape.ports)
            made = {
                key: [self._peer() for _ in range(shape.peers)],
                "ports": [{"protocol": "TCP", "port": port} for port in ports],
            }
            if repr(made) not in self._known:
                break
        self._known.add(repr(made))
        return made

    def _peer(self) -> Body:
        kind = self.random.randrange(10)
        if kind == 0:
            cidr = f"203.0.{self.random.randrange(112, 114)}.{self.random.randrange(1, 255)}/32"
            return {"ipBlock": {"cidr": cidr}}
        if kind > 3:
            return self.pods(self.namespace)
        other = f"team-{self.random.randrange(10)}"
        labels = {"kubernetes.io/metadata.name": other}
        return {"namespaceSelector": {"matchLabels": labels}, **self.pods(other)}

    def pods(self, namespace: str) -> Body:
        """A podSelector for one of the applications of a namespace."""
        app = app_of(namespace, self.random.randrange(self.apps))
        return {"podSelector": {"matchLabels": {"app.kubernetes.io/name": app}}}


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
