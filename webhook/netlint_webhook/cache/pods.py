"""Pods, as the workloads that they belong to: thousands of pods are a few hundred of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from hashlib import blake2b
from typing import Any
from weakref import WeakValueDictionary

import orjson

from netlint_rules.bundle import Placed
from netlint_rules.facts import WebhookHints
from netlint_rules.record import replace
from netlint_rules.resources import (
    POD_TEMPLATES,
    RUNTIME_LABELS,
    Workload,
    from_template,
    mapping_at,
)
from netlint_webhook.cache import slim
from netlint_webhook.cache.addresses import PodAddresses, placed
from netlint_webhook.cache.kinds import POD
from netlint_webhook.cache.tables import Objects, Table, changed, key_of
from netlint_webhook.cache.world import World

Body = dict[str, Any]
_FINISHED = frozenset({"Succeeded", "Failed"})


class Group:
    """Pods that no rule tells apart, with their manifest; lives as long as one of them."""

    __slots__ = ("__weakref__", "key", "workload")

    def __init__(self, key: bytes, workload: Workload) -> None:
        self.key = key
        self.workload = workload


class PodTable(Table[Group]):
    """Pods; all that were made by one controller from one template share one workload.

    `hints` says what in a container's settings rules look for.
    """

    def __init__(self, hints: Callable[[], WebhookHints]) -> None:
        super().__init__(POD)
        self._hints = hints
        self._groups: WeakValueDictionary[bytes, Group] = WeakValueDictionary()
        self._addresses = PodAddresses()

    def make(self, body: Body, old: Group | None) -> Group:  # noqa: ARG002
        pod = slim.slim_pod(POD, body, self._hints())
        finished = pod.pop("status")["phase"] in _FINISHED
        self._addresses.note(*key_of(body), body, ended=finished)
        labels = pod["metadata"].get("labels", {})
        made_by = slim.controller(body, labels)
        open_labels: tuple[str, ...] = ()
        if made_by is not None:
            open_labels = tuple(label for label in RUNTIME_LABELS if labels.pop(label, None))
            pod = _manifest(pod, labels, made_by)
        data = orjson.dumps((pod, finished, open_labels), option=orjson.OPT_SORT_KEYS)
        key = blake2b(data, digest_size=16).digest()
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(key, _workload(pod, finished, open_labels))
        return group

    def find(self, address: str) -> Placed | None:
        """The running pod that has an address; may be asked from any thread."""
        where, name = self._addresses.name(address) or ("", "")
        group = self.objects.get(where, {}).get(name)
        return placed(address, where, name, group.workload.labels) if group else None

    def swap(self, world: World, fresh: Objects[Group]) -> World:
        self._addresses.keep(fresh)
        return self._with_addresses(super().swap(world, fresh))

    def put(self, world: World, body: Body) -> World:
        return self._with_addresses(super().put(world, body))

    def drop(self, world: World, body: Body) -> World:
        self._addresses.forget(*key_of(body))
        return self._with_addresses(super().drop(world, body))

    def _with_addresses(self, world: World) -> World:
        known, shown = world.around.documents, self._addresses.publish()
        if known.get(POD.kind, []) == shown:
            return world
        return world.with_around(documents=changed(known, {POD.kind: shown}))

    def publish(self, world: World, namespaces: Collection[str]) -> World:
        parts = {}
        for name in namespaces:
            groups = set(self.objects.get(name, {}).values())
            parts[name] = [group.workload for group in sorted(groups, key=_order)]
        return world.with_around(workloads=changed(world.around.workloads, parts))


def _order(group: Group) -> tuple[str, str, bytes]:
    return group.workload.kind, group.workload.name, group.key


def _manifest(pod: Body, labels: Mapping[str, str], made_by: Body) -> Body:
    """The manifest of a controller, as far as its pod tells it."""
    metadata = {"name": made_by.pop("name"), "namespace": pod["metadata"]["namespace"]}
    template = {"metadata": {"labels": labels}, "spec": pod["spec"]}
    return {**made_by, "metadata": metadata, "spec": {"template": template}}


def _workload(body: Body, finished: bool, open_labels: tuple[str, ...]) -> Workload:
    document = slim.document(body)
    path = () if body["kind"] == POD.kind else POD_TEMPLATES["Deployment"]
    template = mapping_at(body, [str(step) for step in path])
    made = from_template(document, document.namespace, template, path)
    mapping_at(template, ("metadata",))["labels"] = made.labels  # one mapping for both
    return replace(made, finished=finished, open_labels=open_labels)
