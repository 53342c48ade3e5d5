"""Draining under load, and configurations that change."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx

from tests.webhook.load import Load
from tests.webhook.process import WAIT, post, running, wait_for
from tests.webhook.reviews import SPLIT_POLICY

RELOADED = "configuration loaded"
REFUSED = "new configuration refused, the old one stays"


def test_a_lame_duck_fails_no_call(tls: Path) -> None:
    with running(tls, "--drain-seconds", "4") as webhook:
        with Load(webhook.url, [tls / "tls.crt"]) as load:
            before = len(load.answers)
            webhook.process.send_signal(signal.SIGTERM)
            wait_for(lambda: webhook.operations("/readyz").status_code == 503)
            assert webhook.operations("/readyz").json()["draining"] is True
            # The rest of the cluster takes its time to notice.
            wait_for(lambda: len(load.answers) > before + 60)
        assert load.failures == []
        assert all(answer["connection"] == "close" for answer in load.answers[-20:])
        assert "connection" not in load.answers[0]
        assert webhook.process.wait(WAIT) == 0


def test_a_second_signal_ends_the_draining(tls: Path) -> None:
    with running(tls, "--drain-seconds", "600") as webhook:
        webhook.process.send_signal(signal.SIGTERM)
        wait_for(lambda: webhook.operations("/readyz").status_code == 503)
        webhook.process.send_signal(signal.SIGTERM)
        webhook.process.wait(WAIT)


def test_configurations_are_reloaded(tls: Path, tmp_path: Path, calls: httpx.Client) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("preset: default\n")
    with running(tls, "--config", file) as webhook:
        assert post(webhook, calls, SPLIT_POLICY)["allowed"] is False
        file.write_text("preset: audit-only\n")
        webhook.entry(RELOADED, 2)
        assert post(webhook, calls, SPLIT_POLICY)["allowed"] is True
        assert webhook.metric("netlint_config_generation") == 2


def test_a_bad_configuration_keeps_the_old_one(
    tls: Path, tmp_path: Path, calls: httpx.Client
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("preset: audit-only\n")
    with running(tls, "--config", file) as webhook:
        file.write_text("preset: no-such\n")
        assert "config.yaml:1:1: preset must be" in webhook.entry(REFUSED)["error"]
        assert webhook.metric("netlint_config_reload_failures_total") == 1
        assert webhook.metric("netlint_config_refused") == 1
        assert webhook.metric("netlint_config_generation") == 1
        ready = webhook.operations("/readyz")
        assert ready.status_code == 200
        assert "preset must be" in ready.json()["configuration"]["error"]
        assert post(webhook, calls, SPLIT_POLICY)["allowed"] is True
        file.unlink()
        webhook.entry(REFUSED, 2)
        file.write_text("preset: default\n")
        webhook.entry(RELOADED, 2)
        assert webhook.operations("/readyz").json()["configuration"]["error"] == ""
        assert webhook.metric("netlint_config_refused") == 0
        assert post(webhook, calls, SPLIT_POLICY)["allowed"] is False


def test_the_preset_of_the_command_line_counts(
    tls: Path, tmp_path: Path, calls: httpx.Client
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("preset: default\n")
    with running(tls, "--config", file, "--preset", "audit-only") as webhook:
        assert post(webhook, calls, SPLIT_POLICY)["allowed"] is True
