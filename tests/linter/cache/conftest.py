"""A project that is large enough for the cache, and runs in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.cache.marking import Lint, write
from tests.linter.test_cli import BROKEN, CLEAN, WARNED

LIST = """\
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: one, namespace: listed}
  # netlint: ignore[NP401] until=2999-01-01
  spec: {podSelector: {matchLabels: {app: one}}, policyTypes: [Ingress]}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: two, namespace: listed}
  spec: {podSelector: {matchLabels: {app: one}}, policyTypes: [Ingrss]}
"""
JSON = """\
{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
 "metadata": {"name": "äpi\\ud83d\\ude00", "namespace": "json"},
 "spec": {"podSelector": {"matchLabels": {"app": "api"}}, "podSelector": {}, "egress": [{}]}}
"""
KUSTOMIZATION = """\
namespace: kustomized
resources: [policy.yaml, ../../outside/more.yaml]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with findings of every kind of text, large enough for the cache."""
    top = tmp_path / "project"
    for number in range(70):
        write(top / f"teams/{number}.yaml", CLEAN.replace("shop", f"team-{number}"))
    write(top / "teams/warned.yaml", WARNED)
    write(top / "broken.yaml", BROKEN + "a: [\n")
    write(top / "list.yaml", LIST)
    write(top / "policy.json", JSON)
    write(
        top / "README.md", f"# Doc\n\n> ```yaml\n> {WARNED.replace(chr(10), chr(10) + '> ')}```\n"
    )
    write(top / "latin.yaml", "").write_bytes(WARNED.encode() + b"# \xe9\n")
    write(top / "k/kustomization.yaml", KUSTOMIZATION)
    write(top / "k/policy.yaml", WARNED.replace("namespace: shop", ""))
    write(
        tmp_path / "outside/more.yaml", WARNED.replace("app: api", "app: more").replace("shop", "x")
    )
    return top


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def lint(run_netlint: RunNetlint, project: Path, cache: Path) -> Lint:
    """Run in the project, and give everything that it prints with the exit code."""

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path = project
    ) -> str:
        result = run_netlint(
            *arguments, cwd=cwd, env={"NETLINT_CACHE_DIR": str(cache)} | dict(env or {})
        )
        return f"{result.stdout}{result.stderr}{result.returncode}"

    return run
