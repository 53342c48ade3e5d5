"""A real API server asks for advice, with the manifest that the module's documentation shows."""

from __future__ import annotations

import base64
import textwrap
from pathlib import Path
from typing import Any

import yaml

from netlint_webhook import advice
from netlint_webhook.selfsigned import make_pair
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
    """The documented manifest, for a webhook at an address of this machine."""
    text = textwrap.dedent((advice.__doc__ or "").partition("::\n")[2])
    body: dict[str, Any] = yaml.safe_load(text)
    assert body["webhooks"][0]["clientConfig"]["service"]["path"] == "/advise"
    url = webhook.url.partition("?")[0].replace("/validate", "/advise")
    bundle = base64.b64encode(certificate.read_bytes()).decode()
    body["webhooks"][0]["clientConfig"] = {"url": url, "caBundle": bundle}
    everything = {"apiGroups": ["admissionregistration.k8s.io"], "apiVersions": ["v1"]}
    body["webhooks"][0]["rules"].append(
        {**everything, "operations": ["CREATE"], "resources": ["*"]}
    )
    return body


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
            created(WEBHOOK)
            assert is_warned()
            names = {each["name"] for each in webhook.entries if each["message"] == "advised"}
            assert names == {"v1.advice.example.com"}, "nobody is asked about configurations"
        finally:
            for name in ("netlint-advice", "orders"):
                control_plane.kubectl("delete", "validatingwebhookconfiguration", name)
