"""Objects reduced to what rules read of them: a pod of 8 KB becomes a reference to its workload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import Any

import orjson

from netlint_rules.facts import WebhookHints
from netlint_rules.resources import items_at, mapping_at, mappings_at, texts
from netlint_rules.source.document import Document, Origin
from netlint_webhook.cache.kinds import Kind

Body = dict[str, Any]

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_METADATA = ("name", "namespace")
_FIELDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "Namespace": {},
    "Service": {
        "spec": (
            *("type", "clusterIP", "clusterIPs", "selector", "ports"),
            *("externalName", "externalTrafficPolicy"),
        )
    },
    "ValidatingWebhookConfiguration": {"": ("webhooks",)},
    "MutatingWebhookConfiguration": {"": ("webhooks",)},
    "APIService": {"spec": ("service",)},
    "Node": {"spec": ("podCIDR", "podCIDRs"), "status": ("addresses",)},
    "ServiceCIDR": {"spec": ("cidrs",)},
    "EndpointSlice": {"": ("endpoints", "ports")},
}
"""What is kept of each kind besides name, namespace and labels, by the part that it stands in."""

_ANNOTATIONS: Mapping[str, Sequence[str]] = {
    "Namespace": ("linkerd.io/inject",),
    "Service": (
        "cloud.google.com/neg",
        "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type",
    ),
}
"""The annotations that are kept of each kind."""

_OF_PORT = ("name", "containerPort", "protocol", "hostPort")


def document(body: Body) -> Document:
    """A document for an object of the cluster; its origin is its kind and name."""
    metadata = body["metadata"]
    return Document(origin(body["kind"], metadata.get("namespace"), metadata["name"]), body)


def origin(kind: str, namespace: str | None, name: str) -> Origin:
    """Where findings about an object of the cluster are; cluster-wide ones have no namespace."""
    where = f"{namespace}/{name}" if namespace else name
    return Origin(f"{kind} {where} in the cluster")


def slim(kind: Kind, body: Body) -> Body:
    """The parts of an object that rules read; of kinds of other APIs that it exists."""
    kept = _head(kind, body)
    for part, fields in _FIELDS.get(kind.kind, {}).items() if not kind.is_foreign else ():
        found = mapping_at(body, (part,)) if part else body
        chosen = {name: found[name] for name in fields if found.get(name) is not None}
        kept.update(chosen if not part else {part: chosen})
    for webhook in mappings_at(kept, ("webhooks",)):
        _without_certificate(webhook)
    return kept


def slim_policy(kind: Kind, body: Body) -> Body:
    """A policy as its author wrote it: without what the API server and kubectl keep there."""
    metadata = dict(body["metadata"])
    metadata.pop("managedFields", None)
    if _LAST_APPLIED in (metadata.get("annotations") or {}):
        metadata["annotations"] = {**metadata["annotations"]}
        del metadata["annotations"][_LAST_APPLIED]
    spec = body.get("spec")
    return {**_type(kind, body), "metadata": metadata, "spec": {} if spec is None else spec}


def slim_pod(kind: Kind, body: Body, hints: WebhookHints) -> Body:
    """A pod without its volumes, images, resources and status."""
    spec = mapping_at(body, ("spec",))
    kept: Body = {
        **_head(kind, body),
        "spec": {
            name: spec[name]
            for name in ("hostNetwork", "dnsPolicy", "securityContext")
            if spec.get(name) is not None
        },
        "status": {"phase": mapping_at(body, ("status",)).get("phase")},
    }
    options = mapping_at(spec, ("securityContext", "windowsOptions"))
    kept["spec"].pop("securityContext", None)
    if options.get("hostProcess"):
        kept["spec"]["securityContext"] = {"windowsOptions": {"hostProcess": True}}
    nameservers = items_at(spec, ("dnsConfig", "nameservers"))
    if nameservers:
        kept["spec"]["dnsConfig"] = {"nameservers": nameservers}
    for field in ("containers", "initContainers"):
        containers = [_shared(_container(each, hints)) for each in mappings_at(spec, (field,))]
        if containers:
            kept["spec"][field] = containers
    return kept


def controller(body: Body, labels: Mapping[str, str]) -> Body | None:
    """Version, kind and name of what made a pod, for a ReplicaSet of a Deployment the latter.

    None for pods of their own and for those that a node's kubelet runs by itself.
    """
    for reference in mappings_at(body["metadata"], ("ownerReferences",)):
        if reference.get("controller") and reference.get("kind") != "Node":
            made = {field: str(reference.get(field)) for field in ("apiVersion", "kind", "name")}
            suffix = f"-{labels.get('pod-template-hash')}"
            if made["kind"] == "ReplicaSet" and made["name"].endswith(suffix):
                return {**made, "kind": "Deployment", "name": made["name"].removesuffix(suffix)}
            return made
    return None


def _head(kind: Kind, body: Body) -> Body:
    metadata = body["metadata"]
    head: Body = {name: metadata[name] for name in _METADATA if metadata.get(name)}
    labels = texts(mapping_at(metadata, ("labels",)))
    if labels:
        head["labels"] = {intern(key): intern(value) for key, value in labels.items()}
    annotations = texts(mapping_at(metadata, ("annotations",))) if "annotations" in metadata else {}
    wanted = _ANNOTATIONS.get(kind.kind, ())
    kept = {name: annotations[name] for name in wanted if name in annotations}
    if kept:
        head["annotations"] = kept
    return {**_type(kind, body), "metadata": head}


def _type(kind: Kind, body: Body) -> Body:
    """Version and kind, which objects in a list may lack."""
    return {"apiVersion": body.get("apiVersion") or kind.api_version, "kind": kind.kind}


def _without_certificate(webhook: Body) -> None:
    """The bundle is most of a webhook configuration, and cert-manager changes it."""
    config = webhook.get("clientConfig")
    if isinstance(config, dict):
        config.pop("caBundle", None)


def _container(container: Mapping[str, object], hints: WebhookHints) -> Body:
    """Ports, and what tells that webhooks are served here; no settings that may be secret."""
    kept: Body = {}
    ports = [_port(port) for port in mappings_at(container, ("ports",))]
    env = [
        {"name": entry["name"], "value": entry.get("value")}
        for entry in mappings_at(container, ("env",))
        if entry.get("name") in hints.env_names
    ]
    mounts = [
        {"mountPath": mount["mountPath"]}
        for mount in mappings_at(container, ("volumeMounts",))
        if mount.get("mountPath") in hints.mount_paths
    ]
    found = {"ports": ports, "args": list(_words(container, hints)), "env": env}
    kept.update((name, value) for name, value in {**found, "volumeMounts": mounts}.items() if value)
    if container.get("restartPolicy"):
        kept["restartPolicy"] = container["restartPolicy"]
    return kept


def _shared(container: Body) -> Body:
    """An equal container that another pod has: most declare the same port, or none."""
    return _decoded(orjson.dumps(container))


@lru_cache(maxsize=2048)
def _decoded(data: bytes) -> Body:
    body: Body = orjson.loads(data)
    return body


def _port(port: Mapping[str, object]) -> Body:
    return {name: port[name] for name in _OF_PORT if name in port}


def _words(container: Mapping[str, object], hints: WebhookHints) -> Iterator[str]:
    """The options that hint at webhooks, each with the word after it."""
    words = [str(word) for field in ("command", "args") for word in items_at(container, (field,))]
    for word, following in pairwise([*words, ""]):
        if word.partition("=")[0] in hints.args:
            yield from (word, following) if "=" not in word and following else (word,)
