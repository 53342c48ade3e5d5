"""What happens when the webhook is down, or its configuration changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.admission import SPLIT, admitting, policy
from tests.integration.controlplane import ControlPlane, wait_for
from tests.webhook.mount import Mount


@pytest.mark.parametrize(("failure_policy", "admits"), [("Ignore", True), ("Fail", False)])
def test_when_the_webhook_is_down_the_failure_policy_decides(
    control_plane: ControlPlane, tls: Path, failure_policy: str, admits: bool
) -> None:
    name = f"down-{failure_policy.lower()}"
    with admitting(control_plane, tls, name=name, failurePolicy=failure_policy) as made:
        where = made.namespace()
        assert made.apply(policy("api", where, SPLIT)).returncode == 1
        made.webhook.process.kill()
        made.webhook.process.wait()
        applied = made.apply(policy("api", where, SPLIT))
        assert (applied.returncode == 0) is admits, applied.stderr
        assert admits or "failed calling webhook" in applied.stderr


def test_the_configuration_changes_while_it_runs(
    control_plane: ControlPlane, tls: Path, tmp_path: Path
) -> None:
    mounted = Mount(tmp_path / "config")
    mounted.put({"config.yaml": b"preset: default\n"})
    with admitting(
        control_plane, tls, "--config", mounted.folder / "config.yaml", name="reloading"
    ) as made:
        where = made.namespace()

        def denies() -> bool:
            tried = made.apply(policy("api", where, SPLIT), options=["--dry-run=server"])
            return tried.returncode == 1

        assert denies()
        mounted.put({"config.yaml": b"preset: audit-only\n"})
        wait_for(lambda: not denies(), "the new configuration counts")
        mounted.put({"config.yaml": b"preset: strikt\n"})
        wait_for(
            lambda: made.webhook.metric("netlint_config_reload_failures_total") == 1,
            "the broken configuration is seen",
        )
        assert not denies()
        assert made.webhook.operations("/readyz").status_code == 200
        mounted.put({"config.yaml": b"preset: strict\n"})
        wait_for(denies, "the mended configuration counts")
