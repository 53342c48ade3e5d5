"""The tests' own API server does what the other tests rely on."""

from __future__ import annotations

import os

from tests.integration.controlplane import ControlPlane
from tests.integration.tools.build import TOOLS


def test_the_version_is_the_pinned_one(control_plane: ControlPlane) -> None:
    with control_plane.client() as api:
        version = api.get("/version").json()["gitVersion"]
    assert version == TOOLS["kube-apiserver"].version or os.environ.get("KUBEBUILDER_ASSETS")


def test_objects_outlive_restarts(control_plane: ControlPlane, namespace: str) -> None:
    control_plane.restart_etcd()
    control_plane.restart_api_server()
    assert control_plane.kubectl("get", "namespace", namespace).returncode == 0


def test_accounts_have_no_rights_of_their_own(control_plane: ControlPlane, namespace: str) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount"}
    control_plane.apply(account | {"metadata": {"name": "reader", "namespace": namespace}})
    config = control_plane.kubeconfig(control_plane.token(namespace, "reader"))
    refused = control_plane.kubectl("get", "pods", "-n", namespace, config=config)
    assert "forbidden" in refused.stderr.lower()


def test_strict_validation_is_on(control_plane: ControlPlane, namespace: str) -> None:
    policy = f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: typo, namespace: {namespace}}}
spec: {{podselector: {{}}}}
"""
    refused = control_plane.kubectl("apply", "-f", "-", stdin=policy)
    assert 'unknown field "spec.podselector"' in refused.stderr
