"""The accounts of the manifests: their rights are enough for what runs as them, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlint_webhook.cache.kinds import EVERY
from netlint_webhook.selfsigned import make_pair
from tests.deploy.rendering import Objects, configuration, kustomized, of_kind, one, parsed
from tests.integration.controlplane import ControlPlane, environment, wait_for
from tests.webhook.process import running

HOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
NAMESPACES = "/api/v1/namespaces"
HOOK = "ValidatingWebhookConfiguration"
RUNNING = {"Deployment", "Job", "CronJob"}


@pytest.fixture
def self_managed(control_plane: ControlPlane) -> Iterator[Objects]:
    """The overlay in the cluster, for real, but for what runs."""
    objects = parsed(kustomized("overlays/self-managed-certs"))
    still = [body for key, body in objects.items() if key.kind not in RUNNING]
    apply(control_plane, *still)
    yield objects
    control_plane.kubectl("delete", HOOK, "netlint-webhook")
    for secret in of_kind(objects, "Secret"):
        control_plane.kubectl("-n", "netlint", "delete", "secret", secret["metadata"]["name"])


def apply(cluster: ControlPlane, *objects: object) -> None:
    """Apply objects as the documentation says."""
    content = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    ended = cluster.kubectl("apply", "--server-side", "-f", "-", stdin=content)
    assert ended.returncode == 0, ended.stderr


def account(cluster: ControlPlane, objects: Objects, kind: str) -> Path:
    """A kubeconfig for whom the pods of a kind run as."""
    (body,) = of_kind(objects, kind)
    name = body["spec"]["template"]["spec"]["serviceAccountName"]
    return cluster.kubeconfig(cluster.token("netlint", name))


def test_the_webhook_sees_all_of_the_cluster(
    self_managed: Objects, control_plane: ControlPlane, tmp_path: Path
) -> None:
    make_pair(tmp_path)
    config = tmp_path / "webhook.yaml"
    config.write_text(configuration(self_managed))
    kubeconfig = account(control_plane, self_managed, "Deployment")
    with running(tmp_path, "--config", config, kubeconfig=kubeconfig) as webhook:
        wait_for(lambda: webhook.operations("/readyz").status_code == 200, "it is ready")
        for kind in EVERY:
            assert webhook.metric("netlint_cache_synced", kind=kind.label) == 1.0, kind.label
        assert webhook.metric("netlint_cache_objects", kind="Namespace") >= 4
        partial = [each for each in webhook.entries if each["message"] == "cluster view is partial"]
    assert partial == []


def test_and_no_secrets(self_managed: Objects, control_plane: ControlPlane) -> None:
    config = account(control_plane, self_managed, "Deployment")
    for what in ("secrets", "configmaps"):
        ended = control_plane.kubectl("get", what, "-n", "netlint", config=config)
        assert "forbidden" in ended.stderr.lower()


def test_the_certificates_job_can_do_its_work(
    self_managed: Objects, control_plane: ControlPlane
) -> None:
    (job,) = of_kind(self_managed, "Job")
    spec = job["spec"]["template"]["spec"]
    config = ("--kubeconfig", str(account(control_plane, self_managed, "Job")))
    ended = subprocess.run(
        [sys.executable, "-m", "netlint_webhook", *spec["containers"][0]["args"], *config],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    with control_plane.client() as api:
        hooks = api.get(f"{HOOKS}/netlint-webhook").json()["webhooks"]
        data = api.get(f"{NAMESPACES}/netlint/secrets/netlint-webhook-tls").json()["data"]
    (bundle,) = {hook["clientConfig"]["caBundle"] for hook in hooks}
    assert bundle == data["ca.crt"]
    volumes = one(self_managed, "Deployment")["spec"]["template"]["spec"]["volumes"]
    (items,) = (volume["secret"]["items"] for volume in volumes if "secret" in volume)
    assert all(data[item["key"]] for item in items)


def test_applying_again_keeps_the_certificates(
    self_managed: Objects, control_plane: ControlPlane
) -> None:
    test_the_certificates_job_can_do_its_work(self_managed, control_plane)
    before = control_plane.kubectl("get", "-n", "netlint", "secrets", "-o", "jsonpath={..data}")
    again = [body for key, body in self_managed.items() if key.kind in {"Secret", HOOK}]
    apply(control_plane, *again)
    after = control_plane.kubectl("get", "-n", "netlint", "secrets", "-o", "jsonpath={..data}")
    assert before.stdout == after.stdout != ""
    hook = control_plane.kubectl("get", HOOK, "netlint-webhook", "-o", "jsonpath={..caBundle}")
    assert len(hook.stdout.split()) == 2
