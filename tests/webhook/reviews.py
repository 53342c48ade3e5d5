"""Admission reviews and a cluster in memory, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import yaml

from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.source.document import Document, Origin
from netlint_webhook import protocol
from netlint_webhook.cluster import ClusterView, Identity, NoCluster, Situation
from netlint_webhook.configuration import read
from netlint_webhook.respond import respond
from netlint_webhook.review import review
from netlint_webhook.settings import Settings
from netlint_webhook.verdict import Verdict

Body = dict[str, Any]


def policy(spec: str, name: str = "api", namespace: str = "shop", **metadata: object) -> Body:
    """A NetworkPolicy; the spec is YAML."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": yaml.safe_load(spec),
    }


def pod(name: str, labels: str, namespace: str = "shop") -> Body:
    """A running Pod; the labels are YAML."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": yaml.safe_load(labels)},
        "spec": {"containers": [{"name": "main"}]},
        "status": {"phase": "Running"},
    }


def namespace(name: str) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


SPLIT_POLICY = policy(
    """
podSelector: {}
ingress:
- from:
  - namespaceSelector: {}
  - podSelector: {matchLabels: {app: web}}
"""
)
"""Certainly wrong by itself: the second entry adds nothing to the first."""

GOOD_POLICY = policy(
    """
podSelector: {}
policyTypes: [Ingress]
ingress: [{from: [{podSelector: {}}]}]
"""
)


def admission_review(
    new: Body | None, old: Body | None = None, operation: str = "", **fields: Any
) -> Body:
    """A review as the API server sends it; the operation follows from the objects."""
    subject = new or old or {}
    implied = "DELETE" if new is None else "UPDATE" if old else "CREATE"
    given = subject.get("metadata")
    metadata: Body = given if isinstance(given, dict) else {}
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "NetworkPolicy"},
            "operation": operation or implied,
            "namespace": metadata.get("namespace", ""),
            "name": metadata.get("name", ""),
            "object": new,
            "oldObject": old,
            "userInfo": {"username": "jane", "groups": ["system:authenticated"]},
            **fields,
        },
    }


def settings(text: str = "") -> Settings:
    """Settings as the configuration file gives them."""
    return read(text.encode(), "config.yaml")


class MemoryCluster:
    """A cluster whose objects are all in view."""

    synced = True

    def __init__(self, *bodies: Body, stale: bool = False, whole: bool = True) -> None:
        self._documents = [
            Document(Origin(f"cluster-{number}"), body) for number, body in enumerate(bodies)
        ]
        self._stale, self._whole = stale, whole

    def situation(
        self, identity: Identity, document: Document | None, config: Config, facts: Facts
    ) -> Situation:
        others = [each for each in self._documents if _identity(each) != identity]
        documents = [*others, document] if document is not None else others
        documents = sorted(documents, key=lambda each: (each.namespace, each.name))
        placed = [Placed(each, each.namespace) for each in documents]
        config = replace(config, view=replace(config.view, complete=self._whole))
        return Situation(ResourceIndex.build(placed, config, facts), 7, self._stale)


def _identity(document: Document) -> Identity:
    return Identity(document.group, document.kind, document.namespace, document.name)


def judge(
    new: Body | None,
    old: Body | None = None,
    text: str = "",
    cluster: ClusterView | None = None,
    **fields: Any,
) -> tuple[Verdict, Body]:
    """The verdict on a review, and the `response` that tells it."""
    chosen = settings(text)
    request = protocol.read(orjson.dumps(admission_review(new, old, **fields)))
    verdict = review(request, cluster or NoCluster(), chosen, lambda: False)
    return verdict, respond(request, verdict, chosen)["response"]


def actions(verdict: Verdict) -> dict[str, str]:
    """What became of each code."""
    return {each.finding.code: str(each.action) for each in verdict.judged}
