"""What .gitignore and excludes leave out, compared with git."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.linter.test_discover import look, write


def test_gitignore_counts_without_a_repository_too(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.json\n/build/\n!keep.json\n")
    write(tmp_path, "a.json", "keep.json", "build/a.yaml", "sub/build/b.yaml")
    assert look(tmp_path) == ["keep.json", "sub/build/b.yaml"]
    assert look(tmp_path, "sub") == ["sub/build/b.yaml"]


def test_an_ignored_folder_that_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="build/\n*.json\n")
    write(tmp_path, ".git/HEAD", "build/sub/a.yaml", "src/b.yaml", "src/c.json")
    assert look(tmp_path, "build/sub", "src") == ["build/sub/a.yaml", "src/b.yaml"]


def test_excludes_are_written_as_in_gitignore(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="!tests/\n!a.md")
    write(tmp_path, "tests/a.yaml", "k8s/tests/b.yaml", "a.md", "k8s/c.yaml", "top.yaml")
    write(tmp_path, "k8s/top.yaml")
    excluded = look(tmp_path, exclude=["tests/", "*.md", "/top.yaml"])
    assert excluded == ["k8s/c.yaml", "k8s/top.yaml"]


IGNORES = {
    ".gitignore": "#\n*.json\n/out\n!docs/*.json\nbuild/\n**/gen/**\nsp\\ ace.yaml\n[ab].yml\n",
    "k8s/.gitignore": "!keep.json\nlocal.*\n!/build/\nonly/this/x.yaml\n",
    "k8s/deep/.gitignore": "*\n!.gitignore\n!mine.yaml\n",
    "k8s/open/.gitignore": "!*\n",
    ".git/info/exclude": "secret.yaml\n!nothing\n",
}
TREE = [
    "a.yaml",
    "b.json",
    "a.yml",
    "c.yml",
    "keep.json",
    "out/x.yaml",
    "docs/a.json",
    "docs/sub/b.json",
    "build/x.yaml",
    "x/build/y.yaml",
    "gen/a.yaml",
    "x/gen/y/z.yaml",
    "k8s/keep.json",
    "k8s/other.json",
    "k8s/local.yaml",
    "k8s/build/x.yaml",
    "k8s/only/this/x.yaml",
    "only/this/x.yaml",
    "k8s/deep/a.yaml",
    "k8s/deep/mine.yaml",
    "k8s/deep/er/mine.yaml",
    "k8s/open/z.json",
    "k8s/open/local.yaml",
    "k8s/secret.yaml",
    "secret.yaml",
    "docs/out/y.yaml",
]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git to compare with")
@pytest.mark.parametrize("start", [".", "k8s", "docs", "k8s/open"])
def test_gitignore_means_what_git_says(tmp_path: Path, start: str) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True, env=environment)
    for path, text in IGNORES.items():
        write(tmp_path, path, text=text)
    write(tmp_path, *TREE, "sp ace.yaml")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard", start],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    ).stdout.split("\0")
    expected = sorted(path for path in listed if path and not path.endswith(".gitignore"))
    assert expected
    assert look(tmp_path, start) == expected


@pytest.mark.parametrize("line", ["!", "\\", "a\\", "[z-a]", "a[z-a]b"])
def test_lines_that_mean_nothing_are_passed_over(tmp_path: Path, line: str) -> None:
    write(tmp_path, ".gitignore", text=f"{line}\nb.yaml\n")
    write(tmp_path, "a.yaml", "b.yaml")
    assert look(tmp_path) == ["a.yaml"]
    assert look(tmp_path, exclude=[line, "a.yaml"]) == []
