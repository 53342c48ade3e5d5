"""The hooks through the real pre-commit: installed from a commit of this checkout, then committed
with. pip fetches the hook's dependencies once; everything else is local."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

if not shutil.which("git"):
    pytest.skip("git is not installed", allow_module_level=True)
pytest.importorskip("pre_commit", reason="pre-commit is not installed")

DISTRIBUTED = (
    ".pre-commit-hooks.yaml",
    "LICENSE",
    "README.md",
    "linter",
    "pyproject.toml",
    "rules",
    "webhook",
)
"""What pip needs to build netlint."""

CONFIGURATION = """\
repos:
  - repo: {checkout}
    rev: {commit}
    hooks:
      - id: {hook}
        args: [--format, concise]
"""
EXAMPLES = ROOT / "docs" / "examples"


class Scratch:
    """A repository that a user commits to."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.environment = folder, environment
        self.git("init", "--quiet", "--initial-branch=main")

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    def git(self, *arguments: str | Path) -> str:
        result = self.run("git", *arguments)
        assert result.returncode == 0, result.stdout
        return result.stdout.strip()

    def pre_commit(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def commit(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Commit everything, as `git commit` does with the hook installed."""
        self.git("add", "--all")
        return self.run("git", "commit", "--message", "Change", *options)

    def commits(self) -> int:
        return len(self.git("rev-list", "--all").split())

    def copy(self, example: str) -> None:
        shutil.copytree(EXAMPLES / example, self.folder / example)

    def append(self, path: str, text: str) -> None:
        with (self.folder / path).open("a") as file:
            file.write(text)

    def use(self, checkout: Scratch, hook: str) -> None:
        commit = checkout.git("rev-parse", "HEAD")
        text = CONFIGURATION.format(checkout=checkout.folder, commit=commit, hook=hook)
        (self.folder / ".pre-commit-config.yaml").write_text(text)
        installed = self.pre_commit("install")
        assert installed.returncode == 0, installed.stdout


def findings(output: str) -> set[tuple[str, str]]:
    """The files and codes of the findings in what pre-commit printed."""
    return set(re.findall(r"^(\S+?):\d+:\d+: \w+ (NP\d+) ", output, re.MULTILINE))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def environment(shared: Path) -> dict[str, str]:
    """The user's environment, without what would change how git and pre-commit behave."""
    foreign = ("GIT_", "PRE_COMMIT", "PYTHON", "SKIP", "COLUMNS", "GITHUB_ACTIONS")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    names = {f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {
        **kept,
        **dict.fromkeys(sorted(names), "test@example.com"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "PRE_COMMIT_HOME": str(shared / "pre-commit"),
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="session")
def checkout(
    shared: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Scratch:
    """This checkout as it is now, committed; made by whichever worker comes first."""
    made = Scratch(tmp_path_factory.mktemp("checkout") / "netlint", environment)
    for name in DISTRIBUTED:
        source, target = ROOT / name, made.folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    committed = made.commit()
    assert committed.returncode == 0, committed.stdout
    try:
        made.folder = made.folder.rename(shared / "netlint")
    except OSError:  # another worker was faster
        made.folder = shared / "netlint"
    return made


@pytest.fixture
def scratch(tmp_path: Path, environment: dict[str, str]) -> Scratch:
    """An empty repository."""
    return Scratch(tmp_path / "scratch", environment)


def test_good_policies_are_committed(scratch: Scratch, checkout: Scratch) -> None:
    scratch.use(checkout, "netlint")
    scratch.copy("good")
    result = scratch.commit()
    assert result.returncode == 0, result.stdout
    assert "Passed" in result.stdout
    assert scratch.commits() == 1


def test_a_bad_policy_blocks_the_commit(scratch: Scratch, checkout: Scratch) -> None:
    scratch.use(checkout, "netlint")
    scratch.copy("bad/split-peer")
    result = scratch.commit()
    assert result.returncode == 1
    assert findings(result.stdout) == {("bad/split-peer/policies.yaml", "NP201")}
    assert scratch.commits() == 0


def test_a_deleted_allow_dns_blocks_the_commit(scratch: Scratch, checkout: Scratch) -> None:
    scratch.copy("good")
    assert scratch.commit().returncode == 0
    scratch.use(checkout, "netlint")
    scratch.git("rm", "--quiet", "good/allow-dns.yaml")
    result = scratch.commit()
    assert result.returncode == 1
    assert {code for _, code in findings(result.stdout)} == {"NP101"}
    assert scratch.commits() == 1


def test_changed_files_are_judged_with_the_unchanged_ones(
    scratch: Scratch, checkout: Scratch
) -> None:
    scratch.copy("bad/webhook-port")
    assert scratch.commit().returncode == 0
    scratch.use(checkout, "netlint-changed")
    scratch.append("bad/webhook-port/policies.yaml", "# The port of the webhook is in app.yaml.\n")
    result = scratch.commit()
    assert result.returncode == 1
    assert findings(result.stdout) == {("bad/webhook-port/policies.yaml", "NP502")}


def test_findings_in_unchanged_files_are_left_out(scratch: Scratch, checkout: Scratch) -> None:
    scratch.copy("good")
    scratch.copy("bad/split-peer")
    assert scratch.commit().returncode == 0
    scratch.use(checkout, "netlint-changed")
    scratch.append("good/api-policy.yaml", "# default-deny.yaml and allow-dns.yaml cover this.\n")
    result = scratch.commit()
    assert result.returncode == 0, result.stdout
    assert "Passed" in result.stdout
    everything = scratch.pre_commit("run", "--all-files")
    assert ("bad/split-peer/policies.yaml", "NP201") in findings(everything.stdout)


def test_the_hook_can_be_tried(scratch: Scratch, checkout: Scratch) -> None:
    scratch.copy("bad/split-peer")
    scratch.git("add", "--all")
    result = scratch.pre_commit("try-repo", checkout.folder, "netlint", "--all-files")
    assert result.returncode == 1
    assert "NP201" in result.stdout
