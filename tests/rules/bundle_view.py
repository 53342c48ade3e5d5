"""Builds what is in view from texts, and shows a cut in few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import yaml

from netlint_rules.bundle import Bundle, Cut, Placed
from netlint_rules.source.document import Document, Origin


def documents(files: Mapping[str, str], rendered_from: str = "") -> list[Document]:
    """Every mapping in the texts; a kustomization.yaml without a kind gets one."""
    return [
        Document(Origin(file, rendered_from), _with_kind(file, body), index)
        for file, text in files.items()
        for index, body in enumerate(yaml.safe_load_all(text))
        if isinstance(body, dict)
    ]


def _with_kind(file: str, body: dict[str, object]) -> dict[str, object]:
    return {"kind": "Kustomization", **body} if file.endswith("kustomization.yaml") else body


def manifest(kind: str, name: str, namespace: str = "", **fields: object) -> str:
    """One object as YAML; further fields as JSON values."""
    groups = {
        "NetworkPolicy": "networking.k8s.io/v1",
        "Deployment": "apps/v1",
        "CronJob": "batch/v1",
        "APIService": "apiregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
        "Flux": "kustomize.toolkit.fluxcd.io/v1",
        "Application": "argoproj.io/v1alpha1",
    }
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    head = {"apiVersion": groups.get(kind, "v1"), "kind": kind.replace("Flux", "Kustomization")}
    return yaml.safe_dump({**head, "metadata": metadata, **fields})


def policy(name: str, namespace: str = "") -> str:
    return manifest("NetworkPolicy", name, namespace)


def deployment(name: str, namespace: str = "") -> str:
    return manifest("Deployment", name, namespace)


def together(*texts: str) -> str:
    """Several documents of one file."""
    return "---\n".join(texts)


def files(cut: Cut) -> dict[str, list[str]]:
    """The files of each bundle."""
    return {bundle.name: files_of(bundle) for bundle in cut.bundles}


def files_of(bundle: Bundle) -> list[str]:
    return sorted({item.document.origin.file for item in bundle.placed})


def placed(bundle: Bundle) -> list[str]:
    """`namespace/Kind name` of each object."""
    return [f"{item.namespace}/{item.document.kind} {item.document.name}" for item in bundle.placed]


def named(items: Iterable[Placed], name: str) -> Placed:
    """The one object of this name."""
    (found,) = [item for item in items if item.document.name == name]
    return found


def clashes(cut: Cut) -> list[list[str]]:
    """`file#index` of each document of each clash."""
    return [
        [f"{document.origin.file}#{document.index}" for document in group] for group in cut.clashes
    ]
