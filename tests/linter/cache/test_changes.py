"""Runs in which nothing has changed give what was said before, and no others do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from netlint_linter.cache import entry, states
from netlint_linter.cache.states import Stamp, Trace
from netlint_linter.discover import Found, SourceFile
from netlint_linter.output import FORMATS
from netlint_rules.registry import all_rules
from tests.conftest import RunNetlint
from tests.linter.cache.marking import Lint, entries, is_replayed, mark, write
from tests.linter.test_cli import WARNED


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_replay_says_the_same_in_every_format(lint: Lint, cache: Path, fmt: str) -> None:
    arguments = ("--format", fmt, "--pedantic", "--statistics", "-v", "--color", "always")
    cold = lint(*arguments, "--no-cache")
    assert not cache.exists()
    assert lint(*arguments) == cold
    assert lint(*arguments) == cold
    if fmt == "text":
        mark(cache)
        assert is_replayed(lint(*arguments))


def test_whatever_rules_find_can_be_kept(
    run_netlint: RunNetlint, cache: Path, tmp_path: Path
) -> None:
    for rule in all_rules():
        for number, example in enumerate((*rule.bad, *rule.good)):
            write(tmp_path / f"examples/{rule.name}-{number}/example.yaml", example.text)
    flags = ("examples", "--pedantic", "-v", "--format")
    for fmt in ("text", "json", "sarif"):
        cold = run_netlint(*flags, fmt, "--no-cache").stdout
        assert run_netlint(*flags, fmt, "--cache-dir", cache).stdout == cold
        assert len(entries(cache)) == 1
        assert run_netlint(*flags, fmt, "--cache-dir", cache).stdout == cold
    mark(cache)
    assert is_replayed(run_netlint(*flags, "text", "--cache-dir", cache).stdout)


def test_no_cache_reads_and_writes_none(lint: Lint, cache: Path) -> None:
    lint()
    mark(cache)
    before = entries(cache)[0].read_bytes()
    assert is_replayed(lint())
    assert not is_replayed(lint("--no-cache"))
    assert entries(cache)[0].read_bytes() == before


def test_baselines_thresholds_and_exit_codes_come_after_the_cache(lint: Lint, cache: Path) -> None:
    lint()
    assert len(entries(cache)) == 1
    assert lint("--write-baseline", "known.json").endswith("0")
    for flags in (["--exit-zero"], ["--baseline", "known.json"], ["--fail-on", "error"], ["-q"]):
        assert lint(*flags) == lint(*flags, "--no-cache"), flags
    # Written with the baseline: it is a file that was added.
    assert len(entries(cache)) == 1


@pytest.mark.parametrize(
    "flags",
    [
        ["--ignore", "NP401"],
        ["--pedantic"],
        ["-n", "shop"],
        ["--complete"],
        ["--cluster-cidr", "10.0.0.0/8"],
        ["--exclude", "teams/1.yaml"],
        ["teams"],
    ],
)
def test_other_settings_are_other_runs(lint: Lint, cache: Path, flags: list[str]) -> None:
    lint()
    mark(cache)
    assert is_replayed(lint())
    assert lint(*flags) == lint(*flags, "--no-cache")


def test_paths_may_come_in_any_order(lint: Lint, cache: Path) -> None:
    lint("teams", "k")
    mark(cache)
    assert is_replayed(lint("k", "teams", "k"))


def changed_text(project: Path) -> None:
    write(project / "teams/1.yaml", WARNED)


def changed_in_place(project: Path) -> None:
    """Same size, same modification time."""
    path = project / "teams/1.yaml"
    status = path.stat()
    path.write_text(path.read_text().replace("policyTypes", "policyTypos"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def added(project: Path) -> None:
    write(project / "teams/new.yaml", WARNED)


def removed(project: Path) -> None:
    (project / "teams/warned.yaml").unlink()


def ignored(project: Path) -> None:
    write(project / ".gitignore", "warned.yaml\n")


def configured(project: Path) -> None:
    write(project / "netlint.yaml", "ignore: [NP401]\n")


def changed_outside(project: Path) -> None:
    write(project.parent / "outside/more.yaml", WARNED.replace("app: api", "app: other"))


def removed_outside(project: Path) -> None:
    (project.parent / "outside/more.yaml").unlink()


def unreadable(project: Path) -> None:
    (project / "teams/1.yaml").unlink()
    (project / "teams/1.yaml").symlink_to("nowhere")


@pytest.mark.parametrize(
    "change",
    [
        changed_text,
        changed_in_place,
        added,
        removed,
        ignored,
        configured,
        changed_outside,
        removed_outside,
        unreadable,
    ],
)
def test_a_change_is_never_missed(
    lint: Lint, project: Path, cache: Path, change: Callable[[Path], None]
) -> None:
    before = lint()
    mark(cache)
    assert is_replayed(lint())
    change(project)
    after = lint()
    assert after == lint("--no-cache")
    assert after != before
    assert lint() == after


def test_settled_files_are_told_by_their_stamps(lint: Lint, project: Path, cache: Path) -> None:
    time.sleep(3.1)  # the inodes' own times can't be set
    lint()
    assert entry.read(entries(cache)[0])["look"][1]
    for change in (changed_in_place, changed_outside, changed_text, removed):
        mark(cache)
        assert is_replayed(lint())
        change(project)
        assert lint() == lint("--no-cache"), change.__name__


def test_what_appears_outside_is_never_missed(lint: Lint, project: Path, cache: Path) -> None:
    removed_outside(project)
    lint()
    mark(cache)
    assert is_replayed(lint())
    write(project.parent / "outside/more.yaml", WARNED)
    assert lint() == lint("--no-cache")


def test_touched_files_and_copies_of_the_same_content_are_no_change(
    lint: Lint, project: Path, cache: Path
) -> None:
    lint()
    mark(cache)
    for path in project.rglob("*.yaml"):
        text = path.read_text(errors="surrogateescape")
        path.unlink()
        path.write_text(text, errors="surrogateescape")
    assert is_replayed(lint())


def test_files_that_changed_a_moment_ago_are_compared_by_content() -> None:
    source = SourceFile("a", "a")
    began = 1_000_000_000_000
    trace = Trace(Stamp(1, began - 2_000_000_000, 0, 0, 0), "content")
    assert states.seen(Found((source,)), [trace], began).stamps == ""
    assert states.seen(Found((source,)), [trace], began + 2_000_000_000).stamps != ""


@pytest.mark.parametrize(
    "changed", ["netlint_rules/facts/data/dns_profiles.json", "netlint_rules/checks/dns_egress.py"]
)
def test_another_netlint_is_another_run(
    lint: Lint, root: Path, cache: Path, tmp_path: Path, changed: str
) -> None:
    """Rules and facts count as they are installed, whatever time and size their files have."""
    copy = tmp_path / "installed"
    for package in ("rules/netlint_rules", "linter/netlint_linter"):
        shutil.copytree(root / package, copy / Path(package).name)
    env = {"PYTHONPATH": str(copy)}
    lint(env=env)
    mark(cache)
    assert is_replayed(lint(env=env))
    status = (copy / changed).stat()
    text = (copy / changed).read_text()
    (copy / changed).write_text(text.replace("a", "b", 1) if changed[-1] == "n" else text + "\n")
    os.utime(copy / changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not is_replayed(lint(env=env))


def test_few_files_are_linted_without_it(lint: Lint, cache: Path) -> None:
    lint("k")
    assert not cache.exists()


def test_what_can_be_read_only_once_is_read_once(project: Path, cache: Path) -> None:
    command = f"cat teams/warned.yaml | {sys.executable} -m netlint_linter /dev/stdin"
    result = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=project,
        env={**os.environ, "NETLINT_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "NP401" in result.stdout
    assert not cache.exists()
