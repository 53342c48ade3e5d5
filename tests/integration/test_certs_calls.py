"""The API server, whose TLS is Go's, calls a webhook that serves with a pair of the command."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlint_webhook.certs.pki import read_bundle, write_bundle
from tests.integration.controlplane import ControlPlane, environment, wait_for
from tests.webhook.process import Webhook, running
from tests.webhook.reviews import SPLIT_POLICY


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with what the command makes."""
    command = [sys.executable, "-m", "netlint_webhook", "certs", "--namespace", "any"]
    command += ["--dns-name", "localhost", "--out", str(tmp_path / "first")]
    subprocess.run(command, env=environment(), check=True, capture_output=True, timeout=120)
    return tmp_path / "first"


@pytest.fixture
def webhook(pair: Path) -> Iterator[Webhook]:
    with running(pair) as started:
        yield started


def configure(plane: ControlPlane, namespace: str, webhook: Webhook, bundle: bytes) -> None:
    """Have the API server ask the webhook about the namespace's policies, and obey."""
    url = webhook.url.partition("?")[0]
    asked = {"apiGroups": ["networking.k8s.io"], "apiVersions": ["v1"], "operations": ["CREATE"]}
    hook = {
        "name": "calls.netlint.example",
        "clientConfig": {"url": url, "caBundle": b64encode(bundle).decode()},
        "rules": [asked | {"resources": ["networkpolicies"]}],
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",
    }
    plane.apply(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": f"calls-{namespace}"},
            "webhooks": [hook],
        }
    )


@pytest.fixture
def cleaned(control_plane: ControlPlane, namespace: str) -> Iterator[None]:
    yield
    control_plane.kubectl("delete", "validatingwebhookconfiguration", f"calls-{namespace}")


def answer(plane: ControlPlane, namespace: str) -> str:
    """What kubectl says to a policy that the webhook denies."""
    metadata = {**SPLIT_POLICY["metadata"], "namespace": namespace}
    policy = json.dumps({**SPLIT_POLICY, "metadata": metadata})
    return plane.kubectl("create", "--dry-run=server", "-f", "-", stdin=policy).stderr


def wait_for_answer(plane: ControlPlane, namespace: str, words: str) -> None:
    wait_for(lambda: words in answer(plane, namespace), words, 20)


@pytest.mark.usefixtures("cleaned")
def test_go_trusts_the_pair_by_its_bundle_only(
    control_plane: ControlPlane, namespace: str, webhook: Webhook, pair: Path
) -> None:
    bundle = (pair / "ca.crt").read_bytes()
    configure(control_plane, namespace, webhook, bundle)
    wait_for_answer(control_plane, namespace, "NP201")
    other = read_bundle(control_plane.ca.read_bytes())
    configure(control_plane, namespace, webhook, write_bundle(other))
    wait_for_answer(control_plane, namespace, "certificate signed by unknown authority")
    configure(control_plane, namespace, webhook, write_bundle([*other, *read_bundle(bundle)]))
    wait_for_answer(control_plane, namespace, "NP201")
