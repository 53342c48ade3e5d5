"""Certificates that change, and clients that must show one."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from netlint_webhook.selfsigned import make_pair
from tests.webhook.mount import Mount, serial
from tests.webhook.process import (
    Webhook,
    client,
    post,
    running,
    trusting,
    wait_for,
)
from tests.webhook.reviews import GOOD_POLICY


def pairs(tmp_path: Path, count: int) -> list[Path]:
    """Folders with a pair each."""
    folders = [tmp_path / f"pair-{number}" for number in range(count)]
    for folder in folders:
        folder.mkdir()
        make_pair(folder, folder.name)
    return folders


def test_a_pair_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    first, second, third = pairs(tmp_path, 3)
    mount = Mount(tmp_path / "mount")
    mount.swap(first)
    shutil.copy(first / "tls.key", second / "tls.key")
    with running(mount.folder) as webhook, client(first / "tls.crt") as calls:
        mount.swap(second)
        webhook.entry("new certificate refused, the old one stays")
        assert webhook.metric("netlint_certificate_reload_failures_total") == 1
        assert webhook.metric("netlint_certificate_refused") == 1
        assert post(webhook, calls, GOOD_POLICY)["allowed"] is True
        assert serial(webhook, first / "tls.crt")
        mount.swap(third)
        webhook.entry("certificate loaded", 2)
        assert webhook.metric("netlint_certificate_refused") == 0
        assert serial(webhook, third / "tls.crt")


def test_an_ended_certificate_unreadies(tmp_path: Path) -> None:
    make_pair(tmp_path, lifetime=timedelta(minutes=-1))
    with running(tmp_path) as webhook:
        answer = webhook.operations("/readyz")
        assert answer.status_code == 503
        assert answer.json()["certificate"] == {"valid": False}
        assert webhook.operations("/healthz").status_code == 200


@pytest.fixture
def callers(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with pairs for clients; each is its own CA."""
    first, second = tmp_path / "caller-1", tmp_path / "caller-2"
    for folder in (first, second):
        folder.mkdir()
        make_pair(folder, folder.name)
    return first, second


def calling(tls: Path, caller: Path | None) -> httpx.Client:
    context = trusting(tls / "tls.crt")
    if caller:
        context.load_cert_chain(caller / "tls.crt", caller / "tls.key")
    return httpx.Client(verify=context, trust_env=False)


def is_let_in(webhook: Webhook, tls: Path, caller: Path | None) -> bool:
    with calling(tls, caller) as calls:
        try:
            return bool(post(webhook, calls, GOOD_POLICY)["allowed"])
        except httpx.TransportError:
            return False


def test_clients_must_show_a_certificate_of_the_ca(
    tls: Path, callers: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = callers
    mount = Mount(tmp_path / "ca")
    mount.swap(first)
    with running(tls, "--client-ca", mount.folder / "tls.crt") as webhook:
        assert is_let_in(webhook, tls, first)
        assert not is_let_in(webhook, tls, second)
        assert not is_let_in(webhook, tls, None)
        mount.swap(second)
        webhook.entry("certificate loaded", 2)
        assert is_let_in(webhook, tls, second)
        assert not is_let_in(webhook, tls, first)


@pytest.mark.parametrize(("name", "expected"), [("caller-1", True), ("caller-2", False)])
def test_clients_must_have_the_name(
    tls: Path, callers: tuple[Path, Path], name: str, expected: bool
) -> None:
    authority = callers[0] / "tls.crt"
    with running(tls, "--client-ca", authority, "--client-name", name) as webhook:
        assert is_let_in(webhook, tls, callers[0]) is expected
        wait_for(lambda: webhook.operations("/healthz").status_code == 200)
