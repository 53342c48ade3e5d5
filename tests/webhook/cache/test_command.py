"""The command with a cluster: readiness, verdicts, metrics, and what goes wrong at the start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from netlint_webhook.cache.kinds import NAMESPACE, POD, POLICY, SERVICE
from tests.webhook.cache.fake import FakeApi, serving, status
from tests.webhook.process import Webhook, post, running, wait_for
from tests.webhook.reviews import namespace, pod, policy

DENY = policy("{podSelector: {}, policyTypes: [Ingress, Egress]}", name="default-deny")


def kubeconfig(folder: Path, url: str) -> Path:
    path = folder / "kubeconfig"
    content = {
        "clusters": [{"name": "test", "cluster": {"server": url}}],
        "users": [{"name": "bearer", "user": {"token": "the-token"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "bearer"}}],
        "current-context": "test",
    }
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", **content}))
    return path


@pytest.fixture
def api(tmp_path: Path) -> Iterator[tuple[FakeApi, Path]]:
    with serving() as (api, url):
        for kind in (POLICY, NAMESPACE, POD, SERVICE):
            api.objects[kind.path] = {}
        api.put(NAMESPACE.path, namespace("shop"))
        api.put(POD.path, pod("api-1", "{app: api}"))
        yield api, kubeconfig(tmp_path, url)


@contextmanager
def ready(tls: Path, config: Path, *arguments: str) -> Iterator[Webhook]:
    with running(tls, *arguments, kubeconfig=config) as webhook:
        wait_for(lambda: webhook.operations("/readyz").status_code == 200)
        yield webhook


def test_a_webhook_that_sees_the_cluster(
    api: tuple[FakeApi, Path], tls: Path, calls: httpx.Client
) -> None:
    server, config = api
    with ready(tls, config) as webhook:
        opens = "this opens Pod api-1 to every connection"
        response = post(webhook, calls, None, DENY)
        assert any(opens in line for line in response["warnings"])
        server.put(POLICY.path, {**DENY, "metadata": {"name": "another", "namespace": "shop"}})
        wait_for(lambda: webhook.metric("netlint_cache_objects", kind="NetworkPolicy") == 1)
        assert "warnings" not in post(webhook, calls, None, DENY)
        assert server.headers[0]["authorization"] == "Bearer the-token"


def test_it_is_ready_when_all_is_read(api: tuple[FakeApi, Path], tls: Path) -> None:
    server, config = api
    server.refusals[POD.path].extend([(500, status(500))] * 1000)
    with running(tls, kubeconfig=config) as webhook:
        webhook.entry("cluster view fails to follow")
        assert webhook.operations("/readyz").json()["cluster"] == {"synced": False}
        assert webhook.operations("/readyz").status_code == 503
        server.refusals[POD.path].clear()
        wait_for(lambda: webhook.operations("/readyz").status_code == 200)
        assert webhook.entry("cluster view synced")["objects"] == {"Namespace": 1, "Pod": 1}


def test_what_may_not_be_read_is_logged_with_the_missing_right(
    api: tuple[FakeApi, Path], tls: Path
) -> None:
    server, config = api
    server.refusals[POD.path].extend([(403, status(403, "pods is forbidden"))] * 1000)
    with ready(tls, config) as webhook:
        entry = webhook.entry("cluster view is partial")
        assert (entry["kind"], entry["level"]) == ("Pod", "warning")
        assert entry["grant"] == "list and watch on pods of API group core"
        assert webhook.entry("cluster view synced")["unknown"] == ["Pod"]


def test_the_metrics_of_the_view(api: tuple[FakeApi, Path], tls: Path) -> None:
    server, config = api
    with ready(tls, config) as webhook:
        assert webhook.metric("netlint_cache_objects", kind="Pod") == 1
        assert webhook.metric("netlint_cache_synced", kind="Pod") == 1
        assert webhook.metric("netlint_cache_synced", kind="CiliumNetworkPolicy.cilium.io") == 1
        assert webhook.metric("netlint_cache_last_event_timestamp_seconds", kind="Pod") > 1e9
        assert webhook.metric("netlint_cache_relists_total", kind="Pod", reason="start") >= 1
        server.compact()
        server.version += 1
        server.compact()
        series = {"kind": "Pod", "reason": "expired"}
        wait_for(lambda: webhook.metric("netlint_cache_relists_total", **series) == 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kubeconfig", "absent"], "netlint-webhook: absent: "),
        (["--kubeconfig", "kubeconfig", "--context", "other"], "netlint-webhook: kubeconfig: "),
    ],
)
def test_a_mistake_at_the_start_is_one_line(
    api: tuple[FakeApi, Path], tls: Path, arguments: list[str], message: str
) -> None:
    _, config = api
    command = [sys.executable, "-m", "netlint_webhook", "--tls-dir", str(tls), "--port", "0"]
    ended = subprocess.run(
        [*command, *arguments],
        cwd=config.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith(message)
    assert len(ended.stderr.splitlines()) == 1
