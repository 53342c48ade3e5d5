"""What a kustomization does to the objects it includes: namespaces, names and labels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from netlint_rules.bundle.kustomization import Kustomization, Labels
from netlint_rules.bundle.model import is_cluster_scoped
from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Document, Path

Fields = tuple[str, ...]


class Entry(NamedTuple):
    """An object on its way through kustomizations.

    `name` has the prefixes and suffixes so far. `namespace` is what it has so far, "" if none.
    `settled` objects are deployed on their own: what includes them doesn't change them.
    """

    source: Document
    body: dict[str, object]
    name: str
    namespace: str
    patched: frozenset[Path] = frozenset()
    settled: bool = False

    @property
    def kind(self) -> str:
        """The kind as written: kustomize patches can't change it."""
        return self.source.kind


def entry_of(document: Document) -> Entry:
    """An object as its file has it."""
    namespace = "" if is_cluster_scoped(document.kind) else document.namespace
    return Entry(document, document.body, document.name, namespace)


def transform(entries: Sequence[Entry], kustomization: Kustomization) -> list[Entry]:
    """The objects after the kustomization's namespace, names and labels."""
    found = list(entries)
    if kustomization.namespace:
        found = move(found, kustomization.namespace)
    if kustomization.prefix or kustomization.suffix:
        found = [_rename(entry, kustomization) for entry in found]
    for labels in kustomization.labels:
        found = [_label(entry, labels) for entry in found]
    return found


def _rename(entry: Entry, kustomization: Kustomization) -> Entry:
    if entry.settled or entry.kind in {"Namespace", "CustomResourceDefinition", "APIService"}:
        return entry
    return entry._replace(name=f"{kustomization.prefix}{entry.name}{kustomization.suffix}")


def move(entries: Sequence[Entry], namespace: str) -> list[Entry]:
    """The objects in another namespace, with what refers to Services that move along."""
    services = {
        (entry.source.name, entry.namespace or "default")
        for entry in entries
        if entry.kind == "Service" and not entry.settled
    }
    return [entry if entry.settled else _move(entry, namespace, services) for entry in entries]


def _move(entry: Entry, namespace: str, services: Collection[tuple[str, str] | None]) -> Entry:
    kind, body = entry.kind, entry.body
    if not is_cluster_scoped(kind):
        return entry._replace(namespace=namespace)
    if kind == "Namespace":
        body = merged(body, ("metadata",), {"name": namespace})
        return entry._replace(name=namespace, body=body)
    if kind == "APIService":
        body = merged(body, ("spec", "service"), {"namespace": namespace})
    elif kind == "CustomResourceDefinition":
        body = merged(body, _CONVERSION, {"namespace": namespace})
    elif kind in _WEBHOOKS:
        body = _move_webhooks(body, namespace, services)
    return entry._replace(body=body)


_CONVERSION = ("spec", "conversion", "webhook", "clientConfig", "service")
_WEBHOOKS = frozenset({"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"})


def _move_webhooks(
    body: dict[str, object], namespace: str, services: Collection[tuple[str, str] | None]
) -> dict[str, object]:
    """Webhook configurations follow a Service only if the kustomization holds the Service."""
    webhooks = body.get("webhooks")
    if not isinstance(webhooks, list):
        return body
    to = {"namespace": namespace}
    moved = [
        merged(webhook, ("clientConfig", "service"), to)
        if isinstance(webhook, dict) and _service_of(webhook) in services
        else webhook
        for webhook in webhooks
    ]
    return {**body, "webhooks": moved}


def _service_of(webhook: Mapping[str, object]) -> tuple[str, str] | None:
    client = webhook.get("clientConfig")
    service = client.get("service") if isinstance(client, dict) else None
    if not isinstance(service, dict):
        return None
    return str(service.get("name")), str(service.get("namespace") or "default")


_TEMPLATE: Fields = ("spec", "template", "metadata", "labels")
_JOB: Fields = ("spec", "jobTemplate")
_TEMPLATES: Mapping[str, tuple[Fields, ...]] = {
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "ReplicationController", "Job"),
        (_TEMPLATE,),
    ),
    "CronJob": ((*_JOB, "metadata", "labels"), (*_JOB, *_TEMPLATE)),
}
"""Where kustomize adds labels to pod templates, by kind; the fields are created if missing."""

_MATCH: Fields = ("spec", "selector", "matchLabels")
_SELECTORS: Mapping[str, tuple[tuple[Fields, bool], ...]] = {
    **dict.fromkeys(("Service", "ReplicationController"), ((("spec", "selector"), True),)),
    **dict.fromkeys(("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"), ((_MATCH, True),)),
    "Job": ((_MATCH, False),),
    "CronJob": (((*_JOB, *_MATCH), False),),
    "PodDisruptionBudget": ((_MATCH, False),),
    "NetworkPolicy": (
        (("spec", "podSelector", "matchLabels"), False),
        (("spec", "ingress", "from", "podSelector", "matchLabels"), False),
        (("spec", "egress", "to", "podSelector", "matchLabels"), False),
    ),
}
"""Where kustomize adds labels to selectors, by kind, and whether it creates the field.

Source: kustomize's built-in `commonLabels` field specifications.
"""
_GROUPS = {
    "NetworkPolicy": "networking.k8s.io",
    "Job": "batch",
    "CronJob": "batch",
    "PodDisruptionBudget": "policy",
}


def _label(entry: Entry, labels: Labels) -> Entry:
    if entry.settled or not labels.pairs:
        return entry
    kind, pairs = entry.kind, labels.pairs
    body = merged(entry.body, ("metadata", "labels"), pairs, create=True)
    if _GROUPS.get(kind, entry.source.group) == entry.source.group:
        if labels.selectors or labels.templates:
            for path in _TEMPLATES.get(kind, ()):
                body = merged(body, path, pairs, create=True)
        for path, create in _SELECTORS.get(kind, ()) if labels.selectors else ():
            body = merged(body, path, pairs, create=create)
    for only, path, create in labels.fields:
        if only in {"", kind}:
            body = merged(body, path, pairs, create=create)
    return entry._replace(body=body)


def merged(
    body: dict[str, object], path: Sequence[str], values: Mapping[str, str], *, create: bool = False
) -> dict[str, object]:
    """A copy of `body` with more values in the mapping at `path`; lists on the way fan out."""
    changed = _merged(body, path, values, create)
    return changed if isinstance(changed, dict) else body


def _merged(node: object, path: Sequence[str], values: Mapping[str, str], create: bool) -> object:
    if isinstance(node, list):
        return [_merged(item, path, values, create) for item in node]
    if not isinstance(node, dict):
        return node
    if not path:
        return {**node, **values}
    child = node.get(path[0])
    if child is None:
        if not create:
            return node
        child = {}
    return {**node, path[0]: _merged(child, path[1:], values, create)}
