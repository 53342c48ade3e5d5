"""What must hold for the project as a whole: packaging, tools, examples, size."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from netlint_rules.version import __version__
from netlint_webhook.schema import schema as webhook_schema
from tests.conftest import ROOT, RunNetlint

PACKAGES = {
    "netlint_rules": ROOT / "rules",
    "netlint_linter": ROOT / "linter",
    "netlint_webhook": ROOT / "webhook",
}
EXAMPLES = ROOT / "docs" / "examples"
MISTAKES = {
    "dns-cut-off": ("dns-egress", "dns-missing"),
    "split-peer": ("or-split-peers", "or-split-peers"),
    "ipblock-on-pods": ("ipblock-cluster-cidr", "ipblock-pod"),
    "no-default-deny": ("default-deny", "default-deny-ingress-missing"),
    "webhook-port": ("webhook-ingress", "webhook-service-port-used"),
}


def tool(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [shutil.which(str(command[0]), path=path) or command[0], *command[1:]],
        cwd=cwd,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as released: built from the source distribution, not from the checkout."""
    built = tmp_path_factory.mktemp("dist")
    result = tool("python", "-m", "build", "--no-isolation", "--outdir", built, ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def shipped_files() -> set[str]:
    found = set()
    for package, root in PACKAGES.items():
        for path in (root / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                found.add(path.relative_to(root).as_posix())
    return found


def test_the_wheel_holds_the_three_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == shipped_files()
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def test_the_wheel_works_from_elsewhere(
    wheel: Path, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "lib")
    result = run_netlint(EXAMPLES / "good", env={"PYTHONPATH": str(tmp_path / "lib")})
    assert (result.returncode, result.stderr) == (0, "")


def test_metadata(metadata: Message) -> None:
    assert metadata["Name"] == "kube-netlint"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert "make test" in str(metadata.get_payload()), "the README is the project's page"


def test_the_command_and_the_changelog_know_the_version(run_netlint: RunNetlint) -> None:
    assert __version__ in run_netlint("version").stdout
    assert __version__ in (ROOT / "CHANGELOG.md").read_text()


def imported(path: Path) -> Iterator[str]:
    """Top-level names of what a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_the_command_needs_only_the_declared_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    declared = {re.split(r"[<>=~\[]", line)[0].lower() for line in wanted}
    known = sys.stdlib_module_names | {"netlint_rules", "netlint_linter", "yaml"} | declared
    paths = sources(ROOT / "rules", ROOT / "linter")
    found = {name: path.name for path in paths for name in imported(path)}
    assert {name: path for name, path in found.items() if name not in known} == {}
    assert "pyyaml" in declared


def test_dockerfile_is_clean() -> None:
    result = tool("hadolint", "Dockerfile")
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    "target", ["run", "test", "fuzz", "check", "generate", "lock", "image", "bench", "clean"]
)
def test_make_has_the_target(target: str) -> None:
    result = tool("make", "--dry-run", target)
    assert result.returncode == 0, result.stderr


def test_the_published_schema_of_the_webhook_is_current() -> None:
    published = (ROOT / "docs" / "webhook.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == webhook_schema(), "run `make generate`"


def test_hooks_call_the_command() -> None:
    hooks = {}
    for block in (ROOT / ".pre-commit-hooks.yaml").read_text().split("- id: ")[1:]:
        hooks[block.splitlines()[0]] = block
    assert set(hooks) == {"netlint", "netlint-changed"}
    assert "pass_filenames: false" in hooks["netlint"]
    assert "always_run: true" in hooks["netlint"]
    assert "require_serial: true" in hooks["netlint-changed"]


def test_pre_commit_accepts_the_hooks() -> None:
    result = tool("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_project_stands_alone() -> None:
    listed = tool("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    if listed.returncode:
        pytest.skip("not a git checkout")
    private = re.compile(rb"(/work|\.\.)/shared|/root/\.")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    named = [path for path in paths if path.is_file() and private.search(path.read_bytes())]
    assert [path for path in named if path != Path(__file__)] == []


def findings(result: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    """(rule, name) of every finding."""
    assert result.returncode in (0, 1), result.stderr
    return [(found["rule"], found["name"]) for found in json.loads(result.stdout)["findings"]]


@pytest.mark.parametrize("folder", MISTAKES)
def test_a_bad_example_has_its_mistake_and_no_other(folder: str, run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "json", EXAMPLES / "bad" / folder)
    assert findings(result) == [MISTAKES[folder]]
    assert result.returncode == 1


def test_the_bad_examples_do_not_mix(run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "json", EXAMPLES / "bad")
    assert sorted(findings(result)) == sorted(MISTAKES.values())


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        ("", []),
        ("default-deny.yaml", [("default-deny", "default-deny-ingress-missing")]),
        ("allow-dns.yaml", [("dns-egress", "dns-missing")]),
    ],
)
def test_the_good_example_needs_each_of_its_policies(
    removed: str, expected: list[tuple[str, str]], tmp_path: Path, run_netlint: RunNetlint
) -> None:
    bundle = shutil.copytree(EXAMPLES / "good", tmp_path / "good", ignore=lambda *_: {removed})
    result = run_netlint("--format", "json", bundle)
    assert findings(result) == expected


def function_lengths(path: Path) -> list[int]:
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_short() -> None:
    lengths = {path: function_lengths(path) for path in sources(*PACKAGES.values())}
    everything = sorted(length for found in lengths.values() for length in found)
    long = {path.name: max(found) for path, found in lengths.items() if max(found, default=0) > 40}
    assert long == {}
    assert statistics.median(everything) <= 10
    assert everything[len(everything) * 9 // 10] <= 30


def test_files_are_short() -> None:
    paths = sources(*PACKAGES.values(), ROOT / "tests")
    assert [path for path in paths if len(path.read_text().splitlines()) > 300] == []
