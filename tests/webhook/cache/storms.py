"""Random changes of a cluster: objects that come, change and go."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from netlint_webhook.cache.kinds import NAMESPACE, POD, POLICY, SERVICE, Kind

Body = dict[str, Any]

SPACES = ("shop", "billing", "monitoring")
KINDS = (POLICY, NAMESPACE, POD, SERVICE)


def storm(seed: int, count: int) -> Iterator[tuple[Kind, Body, bool]]:
    """Changes: the kind, the object, and whether it goes."""
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.choice(KINDS)
        yield kind, _MAKERS[kind](chance), chance.random() < 0.3


def policy(chance: random.Random) -> Body:
    peers = [{"podSelector": {"matchLabels": {"app": chance.choice("abc")}}}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _metadata(chance, f"p{chance.randrange(8)}"),
        "spec": {"podSelector": {}, "ingress": [{"from": peers * chance.randrange(3)}]},
    }


def namespace(chance: random.Random) -> Body:
    labels = {"team": chance.choice("xyz")}
    name = f"n{chance.randrange(6)}"
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def pod(chance: random.Random) -> Body:
    """Of one of two Deployments or on its own; some of them are finished."""
    metadata = _metadata(chance, f"pod-{chance.randrange(20)}")
    labels = {"app": chance.choice("ab"), "pod-template-hash": chance.choice("12")}
    if chance.random() < 0.7:
        name = f"{labels['app']}-{labels['pod-template-hash']}"
        reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name}
        metadata["ownerReferences"] = [{**reference, "uid": f"uid-{name}", "controller": True}]
    port = {"name": "web", "containerPort": chance.choice([80, 8080]), "protocol": "TCP"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "labels": labels},
        "spec": {"containers": [{"name": "main", "image": "x", "ports": [port]}]},
        "status": {"phase": chance.choice(["Running", "Running", "Succeeded"])},
    }


def service(chance: random.Random) -> Body:
    port = {"name": "web", "port": chance.choice([80, 443]), "protocol": "TCP"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(chance, f"s{chance.randrange(5)}"),
        "spec": {"selector": {"app": chance.choice("ab")}, "ports": [port]},
    }


def _metadata(chance: random.Random, name: str) -> Body:
    return {"name": name, "namespace": chance.choice(SPACES)}


_MAKERS = {POLICY: policy, NAMESPACE: namespace, POD: pod, SERVICE: service}
