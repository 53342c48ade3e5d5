"""What a cluster holds of some manifests, and the cache as if it had read all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from netlint_rules.facts import Facts
from netlint_rules.resources import POD_TEMPLATES, mapping_at
from netlint_webhook.cache import ClusterCache
from netlint_webhook.cache.kinds import EVERY, Kind
from netlint_webhook.metrics import Metrics

Body = dict[str, Any]

FACTS = Facts()
_HASH = "7d9f"


def group(body: Body) -> str:
    return str(body["apiVersion"].rpartition("/")[0])


def is_held(body: Body) -> bool:
    """Whether the cache holds the object, or the pods that controllers of Kubernetes make of it."""
    return body["kind"] in POD_TEMPLATES or any(_is_of(kind, body) for kind in EVERY)


def holding(bodies: Iterable[Body]) -> ClusterCache:
    """A cache that has read these objects, through its tables' own interface."""
    cache = ClusterCache(Metrics(), lambda: FACTS.webhook_hints)
    stored = [each for body in bodies for each in after_controllers(body)]
    for kind, table in cache.tables.items():
        fresh: dict[str, dict[str, Any]] = {}
        for body in stored:
            if _is_of(kind, body) and _is_listed(kind, body):
                table.collect(fresh, body)
        cache.world = table.swap(cache.world, fresh)
        cache.states[kind].synced()
    return cache


def after_controllers(body: Body) -> Iterator[Body]:
    """The object, or a running pod where a controller makes pods of it."""
    kind = body["kind"]
    if kind not in POD_TEMPLATES or kind == "Pod":
        yield body
        return
    template = mapping_at(body, [str(step) for step in POD_TEMPLATES[kind]])
    metadata = mapping_at(template, ("metadata",))
    name, owner = body["metadata"]["name"], {"apiVersion": body["apiVersion"], "controller": True}
    labels, made_by = _made(kind, name)
    yield {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{name}-x2v4k",
            "namespace": body["metadata"]["namespace"],
            "labels": {**mapping_at(metadata, ("labels",)), **labels},
            "annotations": mapping_at(metadata, ("annotations",)),
            "ownerReferences": [{**owner, **made_by}],
        },
        "spec": mapping_at(template, ("spec",)),
        "status": {"phase": "Running"},
    }


def _made(kind: str, name: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The labels that a controller adds, and how the pod refers to its maker."""
    if kind == "Deployment":
        return {"pod-template-hash": _HASH}, {"kind": "ReplicaSet", "name": f"{name}-{_HASH}"}
    if kind == "CronJob":
        return {"job-name": f"{name}-29384"}, {"kind": "Job", "name": f"{name}-29384"}
    if kind in {"DaemonSet", "StatefulSet"}:
        return {"controller-revision-hash": _HASH}, {"kind": kind, "name": name}
    return {}, {"kind": kind, "name": name}


def _is_of(kind: Kind, body: Body) -> bool:
    return (kind.group, kind.kind) == (group(body), body["kind"])


def _is_listed(kind: Kind, body: Body) -> bool:
    name, _, value = kind.query.get("labelSelector", "").partition("=")
    return not name or body["metadata"].get("labels", {}).get(name) == value
