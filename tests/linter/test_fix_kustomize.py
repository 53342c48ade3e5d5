"""Fixes in what kustomizations take up: each overlay goes on building."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.test_fix import FIXED, SPLIT

BASE = SPLIT.replace(", namespace: shop", "")
MENDED = FIXED.replace(", namespace: shop", "")
DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
ALL = ("--fix", "--unsafe-fixes")


def tree(folder: Path, prod: str) -> Path:
    """A base with an overlay that is plain, and one with more in its kustomization."""
    for name in ("base", "dev", "prod"):
        (folder / name).mkdir()
    (folder / "base/kustomization.yaml").write_text("resources: [api.yaml]\n")
    (folder / "dev/kustomization.yaml").write_text("namespace: dev\nresources: [../base]\n")
    (folder / "prod/kustomization.yaml").write_text(
        f"namespace: prod\nresources: [../base, deny.yaml]\n{prod}"
    )
    (folder / "prod/deny.yaml").write_text(DENY)
    (folder / "base/api.yaml").write_text(BASE)
    return folder / "base/api.yaml"


def patch(path: str, op: str = "replace") -> str:
    operation = f"{{op: {op}, path: {path}, value: {{}}}}"
    return f"patches: [{{target: {{name: api}}, patch: '[{operation}]'}}]\n"


@pytest.mark.parametrize(
    ("path", "fixed"),
    [
        ("/spec/ingress/0/from/1/podSelector/matchLabels", False),
        ("/spec/ingress/0/from/1", False),
        ("/spec/ingress/0/from/0/namespaceSelector", True),
        ("/spec/ingress/0/ports/0", True),
        ("/spec/egress", True),
    ],
)
def test_what_an_overlay_patches_stays_where_it_is(
    path: str, fixed: bool, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    file = tree(tmp_path, patch(path))
    result = run_netlint("--select=NP201", *ALL)
    assert file.read_text() == (MENDED if fixed else BASE)
    reason = "is not fixed: prod patches this place: change both by hand"
    assert (reason in result.stderr) is not fixed


def test_no_overlay_gets_a_policy_twice(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tree(tmp_path, "")
    result = run_netlint("--select=NP401", *ALL)
    assert file.read_text() == BASE
    reason = "is not fixed: prod would have two NetworkPolicies default-deny: add it where there is"
    assert reason in result.stderr


def test_namespaces_of_all_overlays_count(tmp_path: Path, run_netlint: RunNetlint) -> None:
    tree(tmp_path, "")
    assert "in 5 files · 2 policies · 2 namespaces" in run_netlint("--select=NP401").stdout
