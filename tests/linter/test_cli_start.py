"""What the command imports: start-up time is made of imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from netlint_linter.cli import parser_of
from netlint_linter.plainrun import options
from tests.linter.test_cli import CLEAN

HEAVY = {
    "argparse",
    "asyncio",
    "dataclasses",
    "difflib",
    "hashlib",
    "importlib.metadata",
    "inspect",
    "json",
    "jsonschema",
    "multiprocessing",
    "pathlib",
    "pathspec",
    "pkgutil",
    "rich",
    "shtab",
    "subprocess",
    "tomllib",
    "typing",
    "unittest",
    "urllib.request",
    "yaml",
}
"""Modules that only rare runs need."""

ONLY_FOR_ODD_POLICIES = {
    f"netlint_rules.apivalidation.{name}" for name in ("decoding", "metadata", "schema", "spec")
}


def imported(*arguments: str, folder: Path, code: int = 0) -> set[str]:
    """Every module that a run imports, which ends with an exit code."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "netlint_linter", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stderr
    lines = result.stderr.splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def test_a_file_is_linted_without_heavy_modules(tmp_path: Path) -> None:
    (tmp_path / "deny.yaml").write_text(CLEAN)
    modules = imported("deny.yaml", folder=tmp_path)
    assert "netlint_rules.source.blockstyle" in modules, "the file was read"
    assert modules & (HEAVY | ONLY_FOR_ODD_POLICIES) == set()
    assert {name for name in modules if name.startswith("netlint_rules.examples")} == set()


def test_findings_are_placed_without_a_yaml_parser(tmp_path: Path) -> None:
    (tmp_path / "allow.yaml").write_text(CLEAN.replace("Ingress", "Egress"))
    modules = imported("allow.yaml", folder=tmp_path, code=1)
    assert "netlint_rules.source.linespots" in modules, "a place was asked for"
    assert "yaml" not in modules


def test_the_version_needs_next_to_nothing(tmp_path: Path) -> None:
    modules = imported("--version", folder=tmp_path)
    ours = {name for name in modules if name.startswith("netlint")}
    assert ours <= {"netlint_linter", "netlint_rules", "netlint_rules.version"}
    assert modules.isdisjoint({"argparse", "dataclasses", "pathlib", "re", "typing", "yaml"})


def test_paths_alone_mean_what_the_parser_says() -> None:
    assert vars(options(["a", "b"])) == vars(parser_of("").read(["a", "b"]))
