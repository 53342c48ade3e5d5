"""What every test may use: the corpus where it is present, and the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

RunNetlint = Callable[..., subprocess.CompletedProcess[str]]
"""`run_netlint(*arguments, cwd=…, stdin=…, env=…)`; see the fixture."""


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real manifests."""
    return _shared("corpus")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of documents that describe policies."""
    return _shared("seeds")


def _shared(name: str) -> Path:
    folder = Path(os.environ.get("NETLINT_SHARED") or ROOT.parent / "shared") / name
    if not folder.is_dir():
        pytest.skip("no corpus of real manifests (NETLINT_SHARED names its folder)")
    return folder


@pytest.fixture
def run_netlint(tmp_path: Path) -> RunNetlint:
    """Run the real command as a process, in an empty folder unless `cwd` says otherwise."""
    cache = str(tmp_path.with_name(f"{tmp_path.name}-cache"))

    def run(
        *arguments: str | Path,
        cwd: Path = tmp_path,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "netlint_linter", *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            env=_plain_environment() | {"NETLINT_CACHE_DIR": cache} | dict(env or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run


def _plain_environment() -> dict[str, str]:
    unset = {"FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "PYTHONSAFEPATH"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return kept | {"NO_COLOR": "1", "PYTHONUTF8": "1"}
