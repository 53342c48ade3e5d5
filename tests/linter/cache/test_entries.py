"""What lies in the cache, and where: nothing that is wrong with it shows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from netlint_linter.cache import entry, folder, replay
from netlint_linter.cache.identity import name_of
from netlint_linter.request import Request
from netlint_linter.settings import Settings
from tests.linter.cache.marking import MARK, Lint, entries, is_replayed, mark, write


@pytest.mark.parametrize("size", [0, 30, 400, -1])
def test_what_is_half_an_entry_is_replaced(lint: Lint, cache: Path, size: int) -> None:
    cold = lint()
    (path,) = entries(cache)
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    assert lint() == cold
    assert path.read_bytes()[:20] == whole[:20]
    mark(cache)
    assert is_replayed(lint()), "it was written anew"


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.clear(),
        lambda value: value.update(look=[1]),
        lambda value: value.update(day="x"),
        lambda value: value["report"].update(findings=[[1]]),
        lambda value: value["report"].update(texts=[["a", 1, 1, 1]]),
        lambda value: value["report"].update(documents=[]),
        lambda value: value["report"]["summary"].append(1),
    ],
)
def test_an_entry_with_anything_else_in_it_is_replaced(
    lint: Lint, cache: Path, change: Callable[[dict[str, object]], None]
) -> None:
    cold = lint()
    (path,) = entries(cache)
    value = entry.read(path)
    change(value)
    entry.write(path, value)
    assert lint() == cold
    assert entry.read(path) != value


def test_entries_that_are_links_or_pipes_are_replaced(lint: Lint, cache: Path) -> None:
    cold = lint()
    (path,) = entries(cache)
    kept = path.rename(path.with_suffix(".elsewhere"))
    content = kept.read_bytes()
    path.symlink_to(kept)
    assert lint() == cold
    assert not path.is_symlink()
    assert kept.read_bytes() == content
    path.unlink()
    os.mkfifo(path)
    assert lint() == cold
    assert path.is_file()


def test_a_folder_that_cannot_be_written_is_done_without(
    lint: Lint, project: Path, tmp_path: Path
) -> None:
    cold = lint("--no-cache")
    (tmp_path / "file").write_text("")
    assert lint("--cache-dir", tmp_path / "file/cache") == cold
    assert lint("--cache-dir", "/proc/cache") == cold
    assert lint(env={"NETLINT_CACHE_DIR": "", "XDG_CACHE_HOME": "/proc/none"}) == cold


def test_a_folder_that_can_only_be_read_is_read(
    project: Path, cache: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere, so the refusal is played."""
    lint()
    mark(cache)
    monkeypatch.chdir(project)
    settings = Settings()
    path = cache / "runs" / f"{name_of(Request(('.',), settings))}{entry.SUFFIX}"
    assert path in entries(cache)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    for name in ("utime", "replace", "rename"):
        monkeypatch.setattr(os, name, refuse)
    report = replay.lint(Request((".",), settings), cache)
    assert report.summary.suppressed == MARK


def test_the_cache_may_be_behind_a_link_and_in_the_project(
    lint: Lint, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (project / "link").symlink_to(tmp_path / "real")
    cold = lint("--no-cache")
    for _ in range(2):
        assert lint("--cache-dir", "link") == cold
    assert len(entries(tmp_path / "real")) == 1


def test_a_folder_with_other_things_stays_as_it_is(lint: Lint, project: Path, cache: Path) -> None:
    lint("--cache-dir", ".")
    assert not (project / ".gitignore").exists()
    assert len(entries(project)) == 1
    lint()
    assert (cache / ".gitignore").read_text() == "*\n"
    assert (cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")


def test_the_default_is_the_users_own_folder(lint: Lint, project: Path, tmp_path: Path) -> None:
    lint(env={"NETLINT_CACHE_DIR": "", "XDG_CACHE_HOME": str(tmp_path / "xdg")})
    home = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": "", "NETLINT_CACHE_DIR": ""}
    lint(env=home)
    assert len(entries(tmp_path / "xdg/netlint")) == 1
    if sys.platform == "linux":
        assert len(entries(tmp_path / "home/.cache/netlint")) == 1
    assert not any(path.name.startswith(".") for path in project.iterdir())


def test_runs_at_the_same_time_do_not_disturb_each_other(
    lint: Lint, project: Path, cache: Path
) -> None:
    cold = lint("--no-cache", "--format", "concise")
    command = [sys.executable, "-m", "netlint_linter", "--format", "concise"]
    env = {**os.environ, "NETLINT_CACHE_DIR": str(cache), "NO_COLOR": "1"}
    for _ in range(3):
        runs = [
            subprocess.Popen(command, cwd=project, env=env, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        assert {run.communicate(timeout=60)[0] for run in runs} == {cold[:-1]}
        os.utime(project / "teams/1.yaml")
    assert len(entries(cache)) == 1
    assert list((cache / "runs").glob(f"*{entry.UNFINISHED}")) == []


def test_old_entries_and_leftovers_are_thrown_out(tmp_path: Path) -> None:
    ages = {"old.entry": 31 * 24, "young.entry": 1, "left.new": 2, "fresh.new": 0, "mine.txt": 9999}
    for name, hours in ages.items():
        path = write(tmp_path / name, "")
        os.utime(path, (time.time() - hours * 3600,) * 2)
    folder.prune(tmp_path, entry.SUFFIX, entry.UNFINISHED)
    assert {path.name for path in tmp_path.iterdir()} == {"young.entry", "fresh.new", "mine.txt"}
