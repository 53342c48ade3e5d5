"""What a bundle is: objects that are applied together, each with its resolved namespace."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.record import dataclass, field
from netlint_rules.source.document import Document
from netlint_rules.typed import Any

CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "CiliumClusterwideEnvoyConfig",
        "CiliumClusterwideNetworkPolicy",
        "CiliumNode",
        "CiliumPodIPPool",
        "ClusterNetworkPolicy",
        "ClusterPolicy",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "GlobalNetworkPolicy",
        "GlobalNetworkSet",
        "HostEndpoint",
        "IPPool",
        "IngressClass",
        "Installation",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "ServiceCIDR",
        "StagedGlobalNetworkPolicy",
        "StorageClass",
        "Tier",
        "ValidatingAdmissionPolicy",
        "ValidatingWebhookConfiguration",
    }
)
"""Kinds of objects that live outside every namespace, in any group that has the kind."""


@dataclass(frozen=True, slots=True)
class BundleSpec:
    """A bundle that the configuration defines.

    `paths` are globs relative to the configuration's folder; a folder stands for all below it.
    `cluster` holds the fields of ClusterFacts that differ from those of the whole run.
    """

    name: str
    paths: tuple[str, ...]
    cluster: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """An object and the namespace it goes to: "" where it has none, a group key where unknown."""

    document: Document
    namespace: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Objects that are applied to one cluster together; `reason` says why, as a sentence.

    Objects come in the order of their files. An object that a kustomization changes is a changed
    copy of its document, with the same places in the text.
    """

    name: str
    reason: str
    placed: tuple[Placed, ...]
    spec: BundleSpec | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A run cut into bundles.

    `missing` names files and folders that kustomizations include and that aren't in view.
    `clashes` holds groups of documents that define the same object by mistake.
    `notes` are sentences about what the bundles can't show. `strays` are objects without any
    namespace in files whose other objects name several.
    """

    bundles: tuple[Bundle, ...]
    missing: tuple[str, ...] = ()
    clashes: tuple[tuple[Document, ...], ...] = ()
    notes: tuple[str, ...] = ()
    strays: tuple[Document, ...] = ()


def group_key(directory: str) -> str:
    """The key of the namespace that nobody gave, for the objects of a folder (`""` is the top)."""
    return f"?{directory or '.'}"


def describe_namespace(key: str) -> str:
    """A namespace or group key in words: `shop`, `the namespace of policies/app`."""
    if not key.startswith("?"):
        return key
    return "the current namespace" if key == group_key("") else f"the namespace of {key[1:]}"


def is_cluster_scoped(kind: str) -> bool:
    """Whether objects of this kind have no namespace."""
    return kind in CLUSTER_SCOPED


def settle(document: Document, *candidates: str) -> str:
    """The namespace of an object: the first one given, "" for cluster-scoped kinds."""
    if document.kind in CLUSTER_SCOPED:
        return ""
    for candidate in candidates:
        if candidate:
            return candidate
    return ""
