"""`netlint kustomize` and `netlint helm`: what goes to whom, and what is reported."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.test_cli import WARNED

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
HELM = """\
#!/bin/sh
echo "$@" > helm-arguments
cat rendered.yaml
"""


@pytest.fixture
def helm(tmp_path: Path) -> dict[str, str]:
    """An environment with a helm that notes its arguments and prints a policy."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "helm"
    program.write_text(HELM)
    program.chmod(0o755)
    (tmp_path / "rendered.yaml").write_text(WARNED)
    return {"PATH": os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])}


def test_helm_gets_the_options_that_netlint_does_not_know(
    tmp_path: Path, helm: dict[str, str], run_netlint: RunNetlint
) -> None:
    result = run_netlint(
        *("helm", "chart", "-f", "values.yaml", "--format", "json", "--set", "a=b", "-n", "shop"),
        env=helm,
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert [found["code"] for found in json.loads(result.stdout)["findings"]] == ["NP401"]
    arguments = (tmp_path / "helm-arguments").read_text().split()
    assert arguments == ["template", "chart", "-f", "values.yaml", "--set", "a=b", "-n", "shop"]


def test_a_renderer_that_is_missing(tmp_path: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint("helm", "chart", env={"PATH": str(tmp_path)})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("netlint: can't render chart: helm isn't on the PATH")


@pytest.mark.skipif(not shutil.which("kubectl", path=PATH), reason="no kubectl")
def test_kustomize(tmp_path: Path, run_netlint: RunNetlint) -> None:
    folder = tmp_path / "overlay"
    folder.mkdir()
    (folder / "api.yaml").write_text(WARNED)
    (folder / "kustomization.yaml").write_text("namespace: other\nresources: [api.yaml]\n")
    result = run_netlint("kustomize", "overlay", "--format", "json", env={"PATH": PATH})
    assert (result.returncode, result.stderr) == (1, "")
    (found,) = json.loads(result.stdout)["findings"]
    assert (found["code"], found["file"]) == ("NP401", "overlay/api.yaml")
    assert found["object"]["namespace"] == "other"


def test_of_rendered_text_fixes_are_only_shown(
    tmp_path: Path, helm: dict[str, str], run_netlint: RunNetlint
) -> None:
    flags = ("helm", "chart", "--select", "NP401", "--unsafe-fixes")
    refused = run_netlint(*flags, "--fix", env=helm)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--diff shows what would be fixed" in refused.stderr
    shown = run_netlint(*flags, "--diff", env=helm)
    assert shown.returncode == 1
    assert shown.stdout.startswith("--- chart\n+++ chart\n")
    assert "\n+metadata: {name: default-deny, namespace: shop}\n" in shown.stdout
    assert (tmp_path / "rendered.yaml").read_text() == WARNED
