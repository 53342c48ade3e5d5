"""Every fix that real manifests offer: the runs settle, and touch what they mean to alone."""

from __future__ import annotations

import shutil
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.integration.test_corpus import lint, loud

FLAGS = ("--isolated", "--pedantic", "--fix", "--unsafe-fixes", "--format", "json")


def texts(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}


@pytest.mark.parametrize("which", ["corpus", "seeds"])
def test_fixes_of_real_manifests(
    which: str, tmp_path: Path, run_netlint: RunNetlint, request: pytest.FixtureRequest
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(request.getfixturevalue(which), copy)
    before, found = texts(copy), loud(lint(run_netlint, copy))
    first = run_netlint(*FLAGS, cwd=copy)
    assert first.returncode in {0, 1}, first.stderr
    after = texts(copy)
    changed = [file for file in before if before[file] != after[file]]
    assert changed and before.keys() == after.keys()
    for file in changed:
        check_lines(before[file], after[file])
    again = run_netlint(*FLAGS, cwd=copy)
    assert "fixed 0 findings in 0 files" in again.stderr
    assert texts(copy) == after
    assert loud(lint(run_netlint, copy)).total() < found.total()


def check_lines(before: str, after: str) -> None:
    """A few lines are other ones, and every comment is still there, in the same order."""
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    gone = [
        line
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag != "equal"
        for line in old[start:end]
    ]
    assert len(gone) < 40, gone
    assert [line for line in gone if line.lstrip().startswith("#")] == []
