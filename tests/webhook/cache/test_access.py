"""Where the address and the credentials come from, and what happens when they are renewed."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from kubernetes.client import Configuration

from netlint_webhook.cache import access
from netlint_webhook.cache.access import Token, find, of_configuration, of_pod
from netlint_webhook.cache.kinds import POLICY
from netlint_webhook.connecting import ConnectionFailedError
from netlint_webhook.selfsigned import make_pair
from tests.webhook.cache.fake import serving
from tests.webhook.cache.following import following
from tests.webhook.process import wait_for
from tests.webhook.reviews import policy


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    make_pair(tmp_path)
    (tmp_path / "tls.crt").rename(tmp_path / "ca.crt")
    (tmp_path / "token").write_text("first\n")
    return tmp_path


def test_a_pod_needs_what_the_kubelet_mounts(mounted: Path) -> None:
    found = of_pod("10.96.0.1", "443", mounted)
    assert (found.url, found.authorization()) == ("https://10.96.0.1:443", "Bearer first")
    assert found.tls().verify_mode is ssl.CERT_REQUIRED
    assert of_pod("fd00::1", "6443", mounted).url == "https://[fd00::1]:6443"


def test_a_pod_without_a_token(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailedError, match="does the pod mount"):
        of_pod("10.96.0.1", "443", tmp_path)


def test_the_token_is_read_again(mounted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = Token(mounted / "token")
    assert token() == "Bearer first"
    (mounted / "token").write_text("second")
    assert token() == "Bearer first"
    monkeypatch.setattr(access, "_REREAD_SECONDS", -1.0)
    assert token() == "Bearer second"


def test_inside_a_cluster_the_pod_s_own_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    with pytest.raises(ConnectionFailedError, match="does the pod mount"):
        find(None, None)
    with pytest.raises(ConnectionFailedError, match="absent"):
        find("absent", None)


def test_what_a_kubeconfig_says_is_heeded() -> None:
    configuration = Configuration(host="https://far.example")
    configuration.verify_ssl = False
    configuration.tls_server_name = "api.internal"
    configuration.proxy = "http://proxy.example:3128"
    found = of_configuration(configuration)
    assert (found.url, found.server_name) == ("https://far.example", "api.internal")
    assert (found.proxy, found.authorization()) == ("http://proxy.example:3128", "")
    assert found.tls().verify_mode is ssl.CERT_NONE


def test_a_new_ca_is_read_when_the_old_one_fails(tmp_path: Path) -> None:
    """The API server has a new certificate; the kubelet brings its CA a little later."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        make_pair(folder)
        (folder / "token").write_text("x")
    (old / "ca.crt").write_bytes((old / "tls.crt").read_bytes())
    pair = (new / "tls.crt", new / "tls.key")
    with serving(pair) as (api, url):
        api.put(POLICY.path, policy("{podSelector: {}}"))
        mine = of_pod("localhost", url.rpartition(":")[2], old)
        with following(mine, [POLICY]) as cache:
            tries = cache.metrics.cache_relists.labels(POLICY.kind, "start")
            wait_for(lambda: next(iter(tries.collect())).samples[0].value > 3)
            assert not cache.synced
            (old / "ca.crt").write_bytes((new / "tls.crt").read_bytes())
            wait_for(lambda: cache.synced)
            assert api.headers[0]["authorization"] == "Bearer x"
