"""The real webhook, called by the real API server."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import yaml

from tests.integration.controlplane import ControlPlane, wait_for
from tests.webhook.process import Webhook, running

Body = dict[str, Any]
LABEL = "admission.test/webhook"
"""Namespaces with this label, and the webhook's name as value, are judged by it."""

_SEEN = {
    "NetworkPolicy": "/apis/networking.k8s.io/v1/networkpolicies",
    "Pod": "/api/v1/pods",
    "Service": "/api/v1/services",
    "Namespace": "/api/v1/namespaces",
}

SPLIT = """
podSelector: {}
policyTypes: [Ingress]
ingress:
- from:
  - namespaceSelector: {}
  - podSelector: {matchLabels: {app: web}}
"""
"""Certainly wrong by itself: the second entry adds nothing to the first."""


@dataclass
class Admission:
    """A webhook that the API server calls for the namespaces made here."""

    plane: ControlPlane
    webhook: Webhook
    name: str
    _namespaces: int = 0

    def namespace(self, name: str = "") -> str:
        """A new namespace whose policies are judged."""
        self._namespaces += 1
        made = name or f"{self.name}-{self._namespaces}"
        self.plane.apply(namespace_object(made, {LABEL: self.name}))
        return made

    def apply(self, *objects: Body, options: Sequence[str] = ()) -> CompletedProcess[str]:
        """What kubectl says to these objects."""
        text = yaml.safe_dump_all(objects, default_flow_style=False)
        return self.plane.kubectl("apply", *options, "-f", "-", stdin=text)

    def wait_called(self) -> None:
        """Wait until the API server has heard of the webhook."""
        where = self.namespace()
        probe = policy("probe", where, SPLIT)

        def called() -> bool:
            self.apply(probe, options=["--dry-run=server"])
            return any(entry.get("namespace") == where for entry in list(self.webhook.entries))

        wait_for(called, "the API server calls the webhook")


@contextmanager
def admitting(
    plane: ControlPlane, tls: Path, *arguments: str | Path, name: str, **fields: object
) -> Iterator[Admission]:
    """A webhook with the cluster in view, registered; `fields` go into its registration."""
    with running(tls, *arguments, kubeconfig=plane.kubeconfig()) as webhook:
        admission = Admission(plane, webhook, name)
        url = f"https://127.0.0.1:{webhook.port}/validate"
        plane.apply(registration(name, url, tls / "tls.crt", **fields))
        try:
            wait_for(lambda: webhook.operations("/readyz").status_code == 200, "ready")
            admission.wait_called()
            yield admission
        finally:
            plane.kubectl("delete", "validatingwebhookconfiguration", name)


def registration(name: str, url: str, ca: Path, **fields: object) -> Body:
    """A ValidatingWebhookConfiguration for the namespaces with our label."""
    rule = {
        "apiGroups": ["networking.k8s.io"],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE", "DELETE"],
        "resources": ["networkpolicies"],
        "scope": "Namespaced",
    }
    bundle = base64.b64encode(ca.read_bytes()).decode()
    webhook = {
        "name": f"{name}.netlint.dev",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": url, "caBundle": bundle},
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "namespaceSelector": {"matchLabels": {LABEL: name}},
        "rules": [rule],
        "sideEffects": "None",
        "timeoutSeconds": 10,
        **fields,
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [webhook],
    }


def namespace_object(name: str, labels: dict[str, str] | None = None) -> Body:
    metadata = {"name": name, "labels": labels or {}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def policy(name: str, namespace: str, spec: str) -> Body:
    """A NetworkPolicy; the spec is YAML."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": yaml.safe_load(spec),
    }


def pod(name: str, namespace: str, labels: dict[str, str]) -> Body:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [{"name": "main", "image": "registry.example.com/main:1"}]},
    }


def example(folder: Path, namespace: str) -> tuple[list[Body], dict[str, Body]]:
    """The objects of an example, in another namespace: what runs there, and policies by name.

    No controller runs here: a Deployment's pod is made of its template.
    """
    around, policies = [], {}
    for file in sorted(folder.glob("*.yaml")):
        text = re.sub(
            r"\b(namespace|name): shop$", rf"\1: {namespace}", file.read_text(), flags=re.M
        )
        for body in yaml.safe_load_all(text):
            if body["kind"] == "NetworkPolicy":
                policies[body["metadata"]["name"]] = body
            elif body["kind"] == "Deployment":
                around.append(_pod_of(body))
            elif body["kind"] != "Namespace":
                around.append(body)
    return around, policies


def _pod_of(deployment: Body) -> Body:
    template = deployment["spec"]["template"]
    metadata = {**deployment["metadata"], "labels": template["metadata"]["labels"]}
    metadata["name"] += "-0"
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def audit(plane: ControlPlane, namespace: str) -> list[Body]:
    """The audit events of policies in a namespace, in order."""
    lines = plane.audit_log.read_text().splitlines()
    events = [json.loads(line) for line in lines]
    return [event for event in events if event["objectRef"].get("namespace") == namespace]


def give_address(plane: ControlPlane, where: str, name: str, address: str) -> None:
    """What a kubelet would do, if there is a pod of that name."""
    status = f'{{"status": {{"phase": "Running", "podIPs": [{{"ip": "{address}"}}]}}}}'
    plane.kubectl("patch", "pod", name, "-n", where, "--subresource=status", "-p", status)


def wait_seen(admission: Admission) -> None:
    """Wait until the webhook has everything in view that the API server has."""
    wanted = {kind: _count(admission.plane, path) for kind, path in _SEEN.items()}

    def seen() -> bool:
        metric = admission.webhook.metric
        return all(metric("netlint_cache_objects", kind=kind) == wanted[kind] for kind in wanted)

    wait_for(seen, f"the webhook sees {wanted}")


def _count(plane: ControlPlane, path: str) -> int:
    with plane.client() as api:
        return len(api.get(path).json()["items"])
