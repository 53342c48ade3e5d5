"""A real API server asks for advice, as component `advise` tells it to."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from netlint_webhook.selfsigned import make_pair
from tests.deploy.rendering import kustomized, one, parsed
from tests.integration.controlplane import ControlPlane, wait_for
from tests.webhook.process import Webhook, running

CONFIG = "min-severity: info\nunproven: warn\n"
API_SERVICE = """
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.advice.example.com}
spec:
  group: advice.example.com
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {namespace: shop, name: hook, port: 443}
"""
LOCAL = """
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v2.advice.example.com}
spec: {group: advice.example.com, version: v2, groupPriorityMinimum: 100, versionPriority: 100}
"""
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: orders.advice.example.com}
spec:
  group: advice.example.com
  names: {kind: Order, plural: orders}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: default}
spec: {ports: [{port: 443}]}
"""
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.example.com
  clientConfig: {service: {name: hook, namespace: shop}}
  rules:
  - {apiGroups: [shop.io], apiVersions: [v1], resources: [orders], operations: [CREATE]}
  sideEffects: None
  admissionReviewVersions: [v1]
"""


def manifest(webhook: Webhook, certificate: Path) -> dict[str, Any]:
    """The configuration of the component, for a webhook at an address of this machine.

    A second entry asks to be asked about webhook configurations as well.
    """
    body = one(parsed(kustomized("advise")), "ValidatingWebhookConfiguration")
    hook = body["webhooks"][-1]
    path = hook["clientConfig"]["service"]["path"]
    url = webhook.url.partition("?")[0].replace("/validate", path)
    bundle = base64.b64encode(certificate.read_bytes()).decode()
    hook["clientConfig"] = {"url": url, "caBundle": bundle}
    rule = {"apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["*"]}
    other = hook | {
        "name": "all.netlint.dev",
        "rules": [rule | {"apiGroups": ["admissionregistration.k8s.io"]}],
        "matchConditions": [],
    }
    return body | {"metadata": {"name": "netlint-advice"}, "webhooks": [hook, other]}


def test_the_api_server_passes_advice_on(control_plane: ControlPlane, tmp_path: Path) -> None:
    def created(text: str, *arguments: str) -> str:
        result = control_plane.kubectl("create", *arguments, "-f", "-", stdin=text)
        assert result.returncode == 0, result.stderr
        return result.stderr

    def is_warned() -> bool:
        return "Warning: NP506" in created(API_SERVICE, "--dry-run=server")

    pair = make_pair(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG)
    with running(tmp_path, "--advise", "--config", tmp_path / "config.yaml") as webhook:
        control_plane.apply(manifest(webhook, pair.certificate))
        try:
            wait_for(is_warned, "the API server asks the new webhook")
            for text in (LOCAL, DEFINITION, WEBHOOK, SERVICE):
                created(text, "--dry-run=server")
            wait_for(lambda: any(each.get("name") == "hook" for each in webhook.entries), "asked")
            names = {each["name"] for each in webhook.entries if each["message"] == "advised"}
            assert names == {"v1.advice.example.com", "hook"}, "what leads to a Service"
        finally:
            control_plane.kubectl("delete", "validatingwebhookconfiguration", "netlint-advice")
