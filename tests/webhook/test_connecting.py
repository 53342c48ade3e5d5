"""Where a cluster's address and credentials come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_webhook.connecting import ConnectionFailedError, connect

KUBECONFIG = """
apiVersion: v1
kind: Config
clusters:
  - {name: near, cluster: {server: "https://near.example:6443"}}
  - {name: far, cluster: {server: "https://far.example:6443"}}
users:
  - {name: somebody, user: {token: secret}}
contexts:
  - {name: first, context: {cluster: near, user: somebody, namespace: apps}}
  - {name: second, context: {cluster: far, user: somebody}}
current-context: first
"""


@pytest.fixture
def kubeconfig(tmp_path: Path) -> str:
    path = tmp_path / "kubeconfig"
    path.write_text(KUBECONFIG)
    return str(path)


@pytest.mark.parametrize(
    ("context", "host", "namespace"),
    [
        (None, "https://near.example:6443", "apps"),
        ("first", "https://near.example:6443", "apps"),
        ("second", "https://far.example:6443", "default"),
    ],
)
def test_a_kubeconfig_says_where(
    kubeconfig: str, context: str | None, host: str, namespace: str
) -> None:
    cluster = connect(kubeconfig, context)
    assert (cluster.api.configuration.host, cluster.namespace) == (host, namespace)


def test_a_kubeconfig_comes_before_the_pod(
    kubeconfig: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    assert connect(kubeconfig).namespace == "apps"
    with pytest.raises(ConnectionFailedError, match="token"):
        connect()


@pytest.mark.parametrize("content", [None, "", "a: [", "kind: Config", "[]"])
def test_a_bad_kubeconfig_is_told_in_one_line(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConnectionFailedError) as caught:
        connect(str(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_an_unknown_context_is_named(kubeconfig: str) -> None:
    with pytest.raises(ConnectionFailedError, match="third"):
        connect(kubeconfig, "third")
