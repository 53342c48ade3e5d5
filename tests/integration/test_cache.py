"""The webhook's view of the cluster against a real API server, whatever happens to it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx

from netlint_webhook.cache import ClusterCache
from netlint_webhook.cache.access import find
from netlint_webhook.cache.kinds import EVERY, NAMESPACE, POD, POLICY, SERVICE
from netlint_webhook.cache.state import Phase
from tests.integration.controlplane import ControlPlane, wait_for
from tests.integration.proxy import Proxy, proxying
from tests.webhook.cache.following import QUICK, contents, following
from tests.webhook.cache.storms import KINDS, SPACES, storm

Body = dict[str, Any]
_PAGED = replace(QUICK, page=3)


@contextmanager
def watching(
    control_plane: ControlPlane, token: str = "", server: str = "", **options: Any
) -> Iterator[ClusterCache]:
    """A cache of the real cluster, in sync."""
    given = {"token": token} if token else {}
    kubeconfig = control_plane.kubeconfig(server=server, **given)
    with following(find(str(kubeconfig), None), EVERY, _PAGED, **options) as cache:
        wait_for(lambda: cache.synced, "the cache is in sync")
        yield cache


class Storm:
    """Random changes, in namespaces of their own."""

    def __init__(self, control_plane: ControlPlane) -> None:
        self._control_plane = control_plane
        self._prefix = f"storm-{uuid.uuid4().hex[:6]}-"
        self._seed = 0
        namespaces = [{"metadata": {"name": self._prefix + name}} for name in SPACES]
        kind = {"apiVersion": "v1", "kind": "Namespace"}
        control_plane.apply(*(kind | each for each in namespaces))

    def blow(self, count: int = 120) -> None:
        """Create, update and delete objects."""
        self._seed += 1
        with self._control_plane.client() as api:
            for kind, body, goes in storm(self._seed, count):
                self._change(api, f"{kind.path.removesuffix(kind.collection)}", body, goes)

    def _change(self, api: httpx.Client, base: str, body: Body, goes: bool) -> None:
        metadata = {**body["metadata"]}
        plural = {each.kind: each.collection for each in KINDS}[body["kind"]]
        if "namespace" in metadata:
            metadata["namespace"] = self._prefix + metadata["namespace"]
            path = f"{base}namespaces/{metadata['namespace']}/{plural}"
        else:
            metadata["name"] = self._prefix + metadata["name"]
            path = base + plural
        if body["kind"] == "Namespace" and goes:
            return  # without a controller manager they would never be gone
        one = f"{path}/{metadata['name']}"
        if goes:
            api.request("DELETE", one, params={"gracePeriodSeconds": 0})
        elif api.post(path, json={**body, "metadata": metadata}).status_code == 409:
            labels = {**metadata.get("labels", {}), "seen": random.choice("abc")}
            patch = {"metadata": {"labels": labels}}
            answer = api.patch(
                one, json=patch, headers={"content-type": "application/merge-patch+json"}
            )
            assert answer.status_code == 200, answer.text


def assert_equal_to_a_fresh_list(control_plane: ControlPlane, cache: ClusterCache) -> None:
    with watching(control_plane) as fresh:
        expected = contents(fresh)
        wait_for(lambda: contents(cache) == expected, "the cache equals a fresh list")
    assert expected["policies"]
    assert expected["workloads"]


def test_a_storm(control_plane: ControlPlane) -> None:
    changes = Storm(control_plane)
    with watching(control_plane) as cache:
        for _ in range(3):
            changes.blow()
        assert_equal_to_a_fresh_list(control_plane, cache)
        assert cache.states[POLICY].phase is Phase.SYNCED


def test_the_api_server_restarts(control_plane: ControlPlane) -> None:
    changes = Storm(control_plane)
    with watching(control_plane) as cache:
        changes.blow()
        control_plane.restart_api_server()
        changes.blow()
        assert_equal_to_a_fresh_list(control_plane, cache)


def test_etcd_restarts(control_plane: ControlPlane) -> None:
    changes = Storm(control_plane)
    with watching(control_plane) as cache:
        changes.blow()
        control_plane.restart_etcd()
        changes.blow()
        assert_equal_to_a_fresh_list(control_plane, cache)


@contextmanager
def behind_a_proxy(control_plane: ControlPlane) -> Iterator[tuple[Proxy, ClusterCache]]:
    port = urlsplit(control_plane.url).port
    assert port is not None
    with (
        proxying(port) as proxy,
        watching(control_plane, server=f"https://127.0.0.1:{proxy.port}") as cache,
    ):
        yield proxy, cache


def test_connections_that_are_half_open(control_plane: ControlPlane) -> None:
    changes = Storm(control_plane)
    with behind_a_proxy(control_plane) as (proxy, cache):
        changes.blow()
        proxy.frozen = True
        changes.blow()
        generation = cache.world.generation
        proxy.frozen = False
        assert_equal_to_a_fresh_list(control_plane, cache)
        assert cache.world.generation > generation


def test_a_version_that_etcd_has_forgotten(control_plane: ControlPlane) -> None:
    changes = Storm(control_plane)
    with behind_a_proxy(control_plane) as (proxy, cache):
        relists = cache.metrics.cache_relists.labels("Pod", "expired")
        proxy.frozen = True
        changes.blow()
        _compact(control_plane)
        control_plane.restart_api_server()
        proxy.frozen = False
        assert_equal_to_a_fresh_list(control_plane, cache)
        assert _value(relists) >= 1


def _compact(control_plane: ControlPlane) -> None:
    """Have etcd forget every version but the newest."""
    with httpx.Client(base_url=control_plane.etcd_url, trust_env=False) as etcd:
        answer = etcd.post("/v3/kv/range", json={"key": "AA==", "range_end": "AA==", "limit": 1})
        revision = answer.json()["header"]["revision"]
        answer = etcd.post("/v3/kv/compaction", json={"revision": revision, "physical": True})
        assert answer.status_code == 200, answer.text


def _value(counter: Any) -> float:
    return float(next(iter(counter.collect())).samples[0].value)


def test_an_account_sees_what_it_may(control_plane: ControlPlane, namespace: str) -> None:
    """Pods are forbidden first; once they aren't, the view becomes whole."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount"}
    role = f"netlint-{namespace}"
    control_plane.apply(account | {"metadata": {"name": "viewer", "namespace": namespace}})
    _allow(control_plane, role, namespace, [NAMESPACE, SERVICE, POLICY])
    token = control_plane.token(namespace, "viewer")
    with watching(control_plane, token=token) as cache:
        assert cache.states[POD].phase is Phase.DENIED
        assert cache.states[POLICY].phase is Phase.SYNCED
        _allow(control_plane, role, namespace, [NAMESPACE, SERVICE, POLICY, POD])
        wait_for(lambda: cache.states[POD].phase is Phase.SYNCED, "pods are in view")


def _allow(control_plane: ControlPlane, name: str, namespace: str, kinds: list[Any]) -> None:
    rules = [
        {"apiGroups": [kind.group], "resources": [kind.collection], "verbs": ["list", "watch"]}
        for kind in kinds
    ]
    group = "rbac.authorization.k8s.io"
    control_plane.apply(
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRole",
            "metadata": {"name": name},
            "rules": rules,
        },
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": "viewer", "namespace": namespace}],
        },
    )


def test_a_custom_resource_definition_that_comes_and_goes(
    control_plane: ControlPlane, namespace: str
) -> None:
    definition = _definition()
    with watching(control_plane) as cache:
        control_plane.apply(definition)
        ended = control_plane.kubectl("wait", "--for=condition=established", "crd", "--all")
        assert ended.returncode == 0, ended.stderr
        policy = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy"}
        control_plane.apply(policy | {"metadata": {"name": "x", "namespace": namespace}})
        wait_for(lambda: namespace in cache.world.around.unmodelled, "it is in view")
        control_plane.kubectl("delete", "crd", definition["metadata"]["name"])
        wait_for(lambda: namespace not in cache.world.around.unmodelled, "it is gone")
        series = b'timestamp_seconds{kind="CiliumNetworkPolicy.cilium.io"} 0.0'
        wait_for(lambda: series in cache.metrics.text(), "nothing is awaited any more")


def _definition() -> Body:
    names = {
        "kind": "CiliumNetworkPolicy",
        "listKind": "CiliumNetworkPolicyList",
        "plural": "ciliumnetworkpolicies",
        "singular": "ciliumnetworkpolicy",
    }
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "ciliumnetworkpolicies.cilium.io"},
        "spec": {
            "group": "cilium.io",
            "names": names,
            "scope": "Namespaced",
            "versions": [{"name": "v2", "served": True, "storage": True, "schema": schema}],
        },
    }
