"""The manifests to install the webhook, as a real API server takes them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from netlint_webhook.configuration import read
from tests.conftest import ROOT
from tests.deploy import rendering
from tests.deploy.rendering import (
    WITHOUT_CUSTOM_RESOURCES,
    kustomized,
    of_kind,
    one,
    parsed,
    pod_templates,
)
from tests.integration.controlplane import ControlPlane, wait_for

POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "one"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}
HOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"


@pytest.fixture
def installed(control_plane: ControlPlane) -> ControlPlane:
    """A cluster with the namespace of netlint; nothing ends it, for want of controllers."""
    make_namespace(control_plane, kustomized("base"))
    return control_plane


def make_namespace(cluster: ControlPlane, text: str) -> None:
    """Apply the namespace, which a dry run of what is in it needs."""
    body = json.dumps(one(parsed(text), "Namespace", "netlint"))
    ended = cluster.kubectl("apply", "--server-side", "-f", "-", stdin=body)
    assert ended.returncode == 0, ended.stderr


def accepted(cluster: ControlPlane, text: str) -> None:
    """The API server takes the objects, and has no warning for any of them."""
    ended = cluster.kubectl(
        *("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"),
        stdin=text,
    )
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert ended.stdout.count("serverside-applied") == len(parsed(text))


@pytest.mark.parametrize("variant", WITHOUT_CUSTOM_RESOURCES)
def test_the_kustomizations_are_accepted(variant: str, installed: ControlPlane) -> None:
    make_namespace(installed, kustomized(variant))
    accepted(installed, kustomized(variant))


@pytest.mark.parametrize("values", [{}, {"preset": "strict", "failurePolicy": "Fail"}])
def test_the_chart_is_accepted(values: dict[str, Any], installed: ControlPlane) -> None:
    accepted(installed, rendering.rendered(values))


@pytest.mark.parametrize("variant", ["base", "overlays/self-managed-certs"])
def test_pod_security_admits_every_pod(variant: str, installed: ControlPlane) -> None:
    for _, template in pod_templates(parsed(kustomized(variant))):
        metadata = template["metadata"] | {"name": "pod", "namespace": "netlint"}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
        accepted(installed, json.dumps(pod))


def test_pod_security_is_enforced(installed: ControlPlane) -> None:
    (_, template) = next(pod_templates(parsed(kustomized("base"))))
    spec = template["spec"] | {"hostNetwork": True}
    metadata = {"name": "pod", "namespace": "netlint"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    ended = installed.kubectl("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(pod))
    assert 'violates PodSecurity "restricted:latest"' in ended.stderr


@pytest.fixture
def unreachable(installed: ControlPlane) -> Iterator[ControlPlane]:
    """A cluster where the webhook must be asked, and nobody answers."""
    (hook,) = of_kind(parsed(kustomized("overlays/fail-closed")), "ValidatingWebhookConfiguration")
    with installed.client() as api:
        assert api.post(HOOKS, json=hook).status_code == 201
        wait_for(lambda: create(api, "default", dry_run=True) == 500, "the webhook is asked")
    try:
        yield installed
    finally:
        command = emergency_switch()
        installed.kubectl(*command, "--ignore-not-found")
        with installed.client() as api:
            wait_for(lambda: create(api, "default", dry_run=True) == 201, "it is gone")


def emergency_switch() -> list[str]:
    """The arguments of kubectl that the documentation gives."""
    page = (ROOT / "docs/webhook/operations.md").read_text()
    found = re.search(r"^kubectl (delete validatingwebhookconfiguration .*)$", page, re.MULTILINE)
    assert found
    return found[1].split()


def create(api: httpx.Client, namespace: str, *, dry_run: bool = False, **metadata: Any) -> int:
    """Create the policy; the status."""
    body = POLICY | {"metadata": {"name": "one"} | metadata}
    return api.post(
        policies(namespace), json=body, params={"dryRun": "All"} if dry_run else {}
    ).status_code


def policies(namespace: str) -> str:
    return f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies"


def test_a_closed_door_is_closed(unreachable: ControlPlane, namespace: str) -> None:
    with unreachable.client() as api:
        answer = api.post(policies(namespace), json=POLICY)
    assert answer.status_code == 500
    assert 'failed calling webhook "changes.netlint.dev"' in answer.json()["message"]


@pytest.mark.parametrize("where", ["kube-system", "kube-public", "kube-node-lease", "netlint"])
def test_system_namespaces_never_wait(where: str, unreachable: ControlPlane) -> None:
    with unreachable.client() as api:
        assert create(api, where, dry_run=True) == 201


def test_nothing_but_policies_waits(unreachable: ControlPlane, namespace: str) -> None:
    unreachable.apply(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": namespace}}
    )


@pytest.fixture
def leaving(installed: ControlPlane, namespace: str) -> str:
    """The path of a policy that is being deleted, and has a finalizer."""
    path = f"{policies(namespace)}/one"
    with installed.client() as api:
        assert create(api, namespace, finalizers=["netlint.dev/test"]) == 201
        assert api.delete(path).status_code == 200
        assert api.get(path).json()["metadata"]["deletionTimestamp"]
    return path


def test_a_policy_that_is_being_deleted_can_go(leaving: str, unreachable: ControlPlane) -> None:
    with unreachable.client() as api:
        assert patched(api, leaving, {"metadata": {"finalizers": None}}) == 200
        assert api.get(leaving).status_code == 404


def test_and_can_not_change_meanwhile(leaving: str, unreachable: ControlPlane) -> None:
    with unreachable.client() as api:
        assert patched(api, leaving, {"spec": {"ingress": [{}]}}) == 500


def patched(api: httpx.Client, path: str, body: dict[str, Any]) -> int:
    headers = {"content-type": "application/merge-patch+json"}
    return api.patch(path, json=body, headers=headers).status_code


def test_removals_never_wait(leaving: str, unreachable: ControlPlane, namespace: str) -> None:
    with unreachable.client() as api:
        assert api.delete(leaving).status_code == 200


def test_the_emergency_switch_works(unreachable: ControlPlane, namespace: str) -> None:
    ended = unreachable.kubectl(*emergency_switch())
    assert (ended.returncode, ended.stderr) == (0, "")
    with unreachable.client() as api:
        wait_for(lambda: create(api, namespace, dry_run=True) == 201, "policies are admitted")


def test_the_softer_switches_work(unreachable: ControlPlane, namespace: str) -> None:
    page = (ROOT / "docs/webhook/operations.md").read_text()
    silence, dont_wait = (
        shlex.split(line)[1:]
        for line in re.findall(r"^kubectl .* patch .*$|^kubectl patch .*$", page, re.MULTILINE)
    )
    unreachable.apply(one(parsed(kustomized("base")), "ConfigMap"))
    assert unreachable.kubectl(*silence).returncode == 0
    shown = unreachable.kubectl(
        "get", "-n", "netlint", "configmap", "netlint-webhook", "-o", "json"
    )
    text = json.loads(shown.stdout)["data"]["webhook.yaml"]
    assert read(text.encode(), "webhook.yaml").preset == "audit-only"
    assert unreachable.kubectl(*dont_wait).returncode == 0
    with unreachable.client() as api:
        wait_for(lambda: create(api, namespace, dry_run=True) == 201, "policies are admitted")
    unreachable.kubectl("-n", "netlint", "delete", "configmap", "netlint-webhook")


def test_the_emergency_switch_is_the_one_in_the_manifest() -> None:
    text = (rendering.KUSTOMIZE / "base" / "validating-webhook-configuration.yaml").read_text()
    assert "kubectl " + " ".join(emergency_switch()) in text
    assert yaml.safe_load(text)["metadata"]["name"] == emergency_switch()[-1]
