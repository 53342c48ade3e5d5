"""The objects that `netlint-webhook certs` works on, with no more rights than it documents."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509

from netlint_webhook.certs.pki import read_bundle, signed_by
from netlint_webhook.certs.plan import Held
from tests.integration.controlplane import ControlPlane, environment

Body = dict[str, Any]
PAIR, CA, SERVICE = "hook-tls", "hook-tls-ca", "hook"
RBAC = "rbac.authorization.k8s.io"


def account(namespace: str) -> list[Body]:
    """A ServiceAccount with the documented rights; the configuration has the namespace's name."""
    subject = {"kind": "ServiceAccount", "name": "certs", "namespace": namespace}
    secrets = rule("", "secrets", [PAIR, CA], ["get", "update"])
    group = "admissionregistration.k8s.io"
    webhooks = rule(group, "validatingwebhookconfigurations", [namespace], ["get", "patch"])
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "certs", "namespace": namespace},
        },
        *granted("Role", {"name": "certs", "namespace": namespace}, secrets, subject),
        *granted("ClusterRole", {"name": namespace}, webhooks, subject),
    ]


def rule(group: str, resource: str, names: list[str], verbs: list[str]) -> Body:
    return {
        "apiGroups": [group],
        "resources": [resource],
        "resourceNames": names,
        "verbs": verbs,
    }


def granted(kind: str, metadata: Body, rights: Body, subject: Body) -> list[Body]:
    role = {"apiGroup": RBAC, "kind": kind, "name": metadata["name"]}
    body = {"apiVersion": f"{RBAC}/v1", "metadata": metadata}
    return [
        body | {"kind": kind, "rules": [rights]},
        body | {"kind": f"{kind}Binding", "roleRef": role, "subjects": [subject]},
    ]


def empty(namespace: str, name: str) -> Body:
    """A Secret as the manifests apply it: what they don't name stays as it is."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "Opaque",
    }


def configuration(namespace: str) -> Body:
    """Two webhooks of the Service, and two of others."""
    ours: Body = {"service": {"name": SERVICE, "namespace": namespace, "path": "/validate"}}
    other: Body = {"service": {"name": "other", "namespace": namespace}}
    configs = [ours, ours, other, {"url": "https://hook.example/validate"}]
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": namespace},
        "webhooks": [_hook(number, config) for number, config in enumerate(configs)],
    }


def _hook(number: int, config: Body) -> Body:
    return {
        "name": f"hook-{number}.example.com",
        "clientConfig": config,
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Ignore",
    }


@dataclass
class Set:
    """Everything the command works on, in a namespace of its own."""

    plane: ControlPlane
    namespace: str
    config: Path

    def command(self, *more: str) -> list[str]:
        named = ["--secret", PAIR, "--webhook", self.namespace, "--service", SERVICE]
        where = ["--namespace", self.namespace, "--kubeconfig", str(self.config)]
        return [sys.executable, "-m", "netlint_webhook", "certs", *named, *where, *more]

    def run(self, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*more),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def renewed(self, *more: str) -> str:
        """What a run that must go well prints."""
        ended = self.run(*more)
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    def get(self, path: str) -> Body:
        with self.plane.client() as api:
            answer = api.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def secret(self, name: str) -> Body:
        return self.get(f"/api/v1/namespaces/{self.namespace}/secrets/{name}")

    def data(self, name: str) -> dict[str, bytes]:
        held = self.secret(name).get("data") or {}
        return {key: b64decode(text) for key, text in held.items()}

    def hooks(self) -> Body:
        group = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
        return self.get(f"{group}/{self.namespace}")

    def bundles(self) -> list[bytes]:
        configs = [hook["clientConfig"] for hook in self.hooks()["webhooks"]]
        return [b64decode(config.get("caBundle", "")) for config in configs]

    def versions(self) -> list[str]:
        found = [self.secret(PAIR), self.secret(CA), self.hooks()]
        return [str(each["metadata"]["resourceVersion"]) for each in found]

    def put(self, held: Held) -> None:
        """Have things stand so."""
        for name, data in ((PAIR, held.serving), (CA, held.authority)):
            encoded = {key: b64encode(text).decode() for key, text in data.items()}
            path = f"/api/v1/namespaces/{self.namespace}/secrets/{name}"
            with self.plane.client() as api:
                answer = api.put(path, json=empty(self.namespace, name) | {"data": encoded})
            assert answer.status_code == 200, answer.text

    def is_trusted(self) -> bool:
        """Whether the API server trusts the pair that is there."""
        pair = x509.load_pem_x509_certificate(self.data(PAIR)["tls.crt"])
        return all(signed_by(pair, read_bundle(bundle)) for bundle in self.bundles()[:2])
