"""A cluster of teams for the webhook to look at, behind an API server that lists and watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from netlint_webhook.cache.kinds import NAMESPACE, POD, POLICY, SERVICE, Kind
from netlint_webhook.selfsigned import make_pair
from tests.bench import reviews
from tests.webhook.cache.fake import serving

Body = dict[str, Any]
_REPLICAS = 5
_SHAPE = reviews.Shape(ingress=2, egress=2)
_DENY: Body = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@dataclass(frozen=True, slots=True)
class World:
    """How much there is: namespaces of teams, the Deployments in each, and its policies."""

    namespaces: int
    deployments: int = 5
    policies: int = 5


def objects(world: World) -> Iterator[tuple[Kind, Body]]:
    """The objects of all namespaces."""
    for number in range(world.namespaces):
        yield from _team(world, Random(number), f"team-{number}", number)
    yield NAMESPACE, _named("v1", "Namespace", "kube-system")
    dns = {"k8s-app": "kube-dns"}
    yield POD, _pod("coredns-0", "kube-system", dns)
    yield SERVICE, _service("kube-dns", "kube-system", dns, "10.96.0.10")


def _team(world: World, random: Random, where: str, number: int) -> Iterator[tuple[Kind, Body]]:
    yield NAMESPACE, _named("v1", "Namespace", where, labels={"team": where})
    yield POLICY, _policy("default-deny", where, _DENY)
    yield POLICY, _policy("allow-dns", where, {**_DENY, "egress": [reviews.dns_rule()]})
    for position in range(world.deployments):
        app = reviews.app_of(where, position)
        labels = {"app.kubernetes.io/name": app, "tier": "api", "pod-template-hash": "7c9f"}
        address = f"10.{96 + number // 250}.{number % 250}.{position}"
        yield SERVICE, _service(app, where, {"app.kubernetes.io/name": app}, address)
        for replica in range(_REPLICAS):
            yield POD, _pod(f"{app}-7c9f-{replica}", where, labels)
        if position < world.policies - 2:
            yield POLICY, reviews.policy(_SHAPE, random, app, app, where, world.deployments)


def _named(version: str, kind: str, name: str, **metadata: object) -> Body:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}}


def _policy(name: str, where: str, spec: Body) -> Body:
    named = _named("networking.k8s.io/v1", "NetworkPolicy", name, namespace=where)
    return {**named, "spec": spec}


def _service(name: str, where: str, selector: Body, address: str) -> Body:
    ports = [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": reviews.PORTS[0]}]
    spec = {"clusterIP": address, "clusterIPs": [address], "selector": selector, "ports": ports}
    return {**_named("v1", "Service", name, namespace=where), "spec": spec}


def _pod(name: str, where: str, labels: Body) -> Body:
    """A pod of about 3 KB; a good part of a real one is what nobody here reads."""
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name.rpartition("-")[0]}
    env = [{"name": f"SETTING_{number}", "value": f"value of {name}"} for number in range(12)]
    mounts = [{"name": f"volume-{at}", "mountPath": f"/var/lib/{at}"} for at in range(6)]
    container = {
        "name": "main",
        "image": f"registry.example.com/{where}/{name}:1.2.3",
        "ports": [{"containerPort": port, "protocol": "TCP"} for port in reviews.PORTS],
        "env": env,
        "volumeMounts": mounts,
        "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m"}},
    }
    conditions = [{"type": kind, "status": "True"} for kind in ("Ready", "Initialized")]
    metadata = {
        "namespace": where,
        "labels": labels,
        "ownerReferences": [{**owner, "controller": True}],
    }
    return {
        **_named("v1", "Pod", name, **metadata),
        "spec": {"containers": [container], "nodeName": "worker-1", "dnsPolicy": "ClusterFirst"},
        "status": {"phase": "Running", "podIP": "10.244.1.1", "conditions": conditions},
    }


@contextmanager
def served(world: World, folder: Path) -> Iterator[str]:
    """An API server with these objects; its port. `folder` gets what a pod's kubelet mounts."""
    folder.mkdir()
    pair = make_pair(folder)
    (folder / "ca.crt").write_bytes(pair.certificate.read_bytes())
    (folder / "token").write_text("token")
    with serving((pair.certificate, pair.key)) as (api, url):
        for kind, body in objects(world):
            api.put(kind.path, body)
        for events in api.events.values():
            events.clear()
        yield url.rpartition(":")[2]
