"""Dumps of clusters, as kubectl prints them: owners beside what they own."""

from __future__ import annotations

import pytest

from netlint_rules.apivalidation import refusals
from tests.rules.builders import configuration, lint, repaired

DEPLOYMENT = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
"""
REPLICA_SET = """\
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-5d9
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: x, controller: true}]
spec: {replicas: 1, template: {metadata: {labels: {app: web, pod-template-hash: 5d9}}}}
"""
POD = """\
---
apiVersion: v1
kind: Pod
metadata:
  name: web-5d9-x
  namespace: shop
  labels: {app: web, pod-template-hash: 5d9}
  ownerReferences:
  - {apiVersion: apps/v1, kind: ReplicaSet, name: web-5d9, uid: x, controller: true}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}
"""


@pytest.mark.parametrize(
    ("objects", "whom"),
    [
        (DEPLOYMENT + REPLICA_SET + POD, "Deployment web"),
        (REPLICA_SET + POD, "ReplicaSet web-5d9"),
        (POD, "Pod web-5d9-x"),
    ],
)
def test_messages_name_the_owner_alone(objects: str, whom: str) -> None:
    (finding,) = lint(POLICY + objects, "default-deny")
    assert finding.message.startswith(f"pods of {whom} accept every connection:")


def test_a_replica_set_of_an_earlier_state_has_no_pods() -> None:
    selected = POLICY.replace("app: db", "app: web")
    named = selected + "  ingress: [{ports: [{port: http}]}]\n"
    named = named.replace("spec: {podSelector", "spec:\n  podSelector").replace(
        ", policyTypes: [Ingress]}", "\n  policyTypes: [Ingress]"
    )
    ports = ", spec: {containers: [{ports: [{name: http, containerPort: 80}]}]}}}"
    old = REPLICA_SET.replace("5d9}}}}", f"5d9}}}}{ports}")
    settings = configuration(complete=True)
    assert lint(named + DEPLOYMENT + old, "named-port-unresolved", config=settings) == []
    old = old.replace("replicas: 1", "replicas: 0")
    (finding,) = lint(named + DEPLOYMENT + old, "named-port-unresolved", config=settings)
    assert "Deployment web has no TCP port of that name" in finding.message


@pytest.mark.parametrize(("minor", "refused"), [(27, False), (28, True)])
def test_status_is_a_field_of_old_releases(minor: int, refused: bool) -> None:
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web"},
        "spec": {"podSelector": {}},
        "status": {},
    }
    assert bool(refusals(body, minor)) is refused


def test_a_status_is_removed() -> None:
    (finding,) = lint(POLICY + "status: {}\n", "schema-strict")
    assert finding.message.endswith('unknown field "status" (it is no field since 1.28; remove it)')
    assert lint(repaired(POLICY + "status: {}\n", finding), "schema-strict") == []
