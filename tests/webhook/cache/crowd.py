"""A big cluster: 5,000 realistic pods, 1,000 policies, 200 namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netlint_webhook.cache.kinds import NAMESPACE, POD, POLICY, SERVICE
from tests.webhook.cache.fake import FakeApi

Body = dict[str, Any]

PODS, POLICIES, NAMESPACES, SERVICES = 5_000, 1_000, 200, 600
_REPLICAS = 3
_BIG_RULES = 46


def fill(
    api: FakeApi, pods: int = PODS, policies: int = POLICIES, namespaces: int = NAMESPACES
) -> None:
    """Put everything into an API server that nobody follows yet."""
    for number in range(namespaces):
        labels = {"kubernetes.io/metadata.name": f"ns-{number}", "team": f"team-{number % 20}"}
        api.put(NAMESPACE.path, {"metadata": {"name": f"ns-{number}", "labels": labels}})
    for number in range(pods):
        app = number // namespaces // _REPLICAS
        api.put(POD.path, pod(number, f"ns-{number % namespaces}", f"app-{app}"))
    for number in range(policies):
        api.put(POLICY.path, policy(number, f"ns-{number % namespaces}"))
    for number in range(SERVICES):
        api.put(SERVICE.path, service(number, f"ns-{number % namespaces}"))
    api.events.clear()


def policy(number: int, namespace: str) -> Body:
    """A policy of half a kilobyte; each tenth one has 8.6."""
    rules = _BIG_RULES if number % 10 == 0 else 1
    applied = "kubectl.kubernetes.io/last-applied-configuration"
    spec = {
        "podSelector": {"matchLabels": {"app": f"app-{number % 40}"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [_rule(number + at, "from") for at in range(rules)],
        "egress": [{"ports": [{"protocol": each, "port": 53} for each in ("UDP", "TCP")]}],
    }
    metadata = _metadata(f"policy-{number}", namespace, f"app-{number % 40}")
    metadata["annotations"] = {applied: str(spec)}
    return {"metadata": metadata, "spec": spec}


def _rule(number: int, field: str) -> Body:
    name = {"kubernetes.io/metadata.name": f"ns-{number % 200}"}
    pods = {"matchLabels": {"app": f"app-{number % 400}"}}
    peers = [{"namespaceSelector": {"matchLabels": name}, "podSelector": pods}]
    return {field: peers, "ports": [{"protocol": "TCP", "port": 1024 + number % 50_000}]}


def pod(number: int, namespace: str, app: str) -> Body:
    """A pod of 4 KB of a Deployment."""
    metadata = _metadata(f"{app}-7d9f-{number}", namespace, app)
    metadata["labels"]["pod-template-hash"] = "7d9f"
    name = {"name": f"{app}-7d9f", "uid": "u" * 36}
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", **name}
    metadata["ownerReferences"] = [{**reference, "controller": True}]
    return {
        "metadata": metadata,
        "spec": {"nodeName": f"node-{number % 50}", "containers": list(_containers(app))},
        "status": {
            "phase": "Running",
            "podIP": f"10.244.{number // 250}.{number % 250}",
            "conditions": [{"type": each, "status": "True"} for each in ("Ready", "Initialized")],
            "containerStatuses": [{"name": each, "imageID": "sha256:" + "d" * 64} for each in "ab"],
        },
    }


def _containers(app: str) -> Iterator[Body]:
    for name in ("main", "sidecar"):
        yield {
            "name": name,
            "image": f"registry.example.com/team/{app}:1.2.3",
            "args": [f"--option-{at}=value-{at}" for at in range(10)],
            "env": [{"name": f"VARIABLE_{at}", "value": f"value {at}" * 3} for at in range(15)],
            "ports": [{"name": "web", "containerPort": 8080, "protocol": "TCP"}],
            "volumeMounts": [{"name": f"v{at}", "mountPath": f"/mnt/{at}"} for at in range(4)],
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        }


def service(number: int, namespace: str) -> Body:
    return {
        "metadata": _metadata(f"service-{number}", namespace, f"app-{number % 40}"),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": f"10.96.{number // 250}.{number % 250}",
            "clusterIPs": [f"10.96.{number // 250}.{number % 250}"],
            "selector": {"app": f"app-{number % 40}"},
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
        },
    }


def _metadata(name: str, namespace: str, app: str) -> Body:
    fields: Body = {"f:metadata": {"f:labels": {f"f:label-{at}": {} for at in range(20)}}}
    labels = {"app": app, "app.kubernetes.io/part-of": "shop", "tier": "backend"}
    return {
        "name": name,
        "namespace": namespace,
        "uid": "u" * 36,
        "labels": labels,
        "managedFields": [{"manager": "kubectl", "operation": "Update", "fieldsV1": fields}],
    }
