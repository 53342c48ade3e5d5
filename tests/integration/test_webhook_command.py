"""`netlint webhook` is `netlint-webhook`, and says what it lacks."""

from __future__ import annotations

from pathlib import Path

from netlint_rules.version import __version__
from tests.conftest import RunNetlint


def test_the_webhook_takes_its_own_arguments(tmp_path: Path, run_netlint: RunNetlint) -> None:
    assert run_netlint("webhook", "--version").stdout == f"netlint-webhook {__version__}\n"
    assert "--no-cluster" in run_netlint("webhook", "--help").stdout
    (tmp_path / "config.yaml").write_text("preset: lax")
    result = run_netlint("webhook", "--check-config", "--config", "config.yaml")
    assert result.returncode == 2
    assert result.stderr.startswith("netlint-webhook: config.yaml:1:1: preset must be default,")


def test_the_help_names_it(run_netlint: RunNetlint) -> None:
    assert "  webhook     serve the admission webhook" in run_netlint("--help").stdout


def test_without_its_extra_it_says_what_to_install(tmp_path: Path, run_netlint: RunNetlint) -> None:
    absent = "raise ModuleNotFoundError(\"No module named 'prometheus_client'\", name=__name__)\n"
    (tmp_path / "prometheus_client.py").write_text(absent)
    env = {"PYTHONPATH": str(tmp_path)}
    result = run_netlint("webhook", "--no-cluster", "--self-signed", "--port", "0", env=env)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "netlint-webhook: no module prometheus_client:"
        " pip install 'kube-netlint[webhook,cluster]'\n"
    )
