"""Whatever happens to the files, the cache says what a run says."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from netlint_linter.cache import replay
from netlint_linter.output import Style, render
from netlint_linter.request import Request
from netlint_linter.run import lint
from netlint_linter.settings import Settings
from netlint_rules.config import Config
from netlint_rules.registry import all_rules
from netlint_rules.report import Report
from tests.linter.cache.marking import write
from tests.linter.test_cli import BROKEN, CLEAN, WARNED

_TEXTS = (
    CLEAN,
    WARNED,
    BROKEN,
    "",
    "a: b\n",
    "resources: [policy.yaml]\n",
    "resources: [policy.yaml, ../../outside/more.yaml]\nnamespace: other\n",
    "resources: [../teams]\nnamePrefix: x-\n",
)
_NAMES = (
    *("teams/1.yaml", "teams/2.yaml", "teams/new.yaml", "k/kustomization.yaml", "k/policy.yaml"),
    *("README.md", "../outside/more.yaml", "../outside/kustomization.yaml", "deep/down/a.yaml"),
    *(".gitignore", "teams/.gitignore"),
)
_IGNORED = ("", "1.yaml\n", "*.md\n", "k/\n", "!2.yaml\n*.yaml\n")

Change = Callable[[Path, Random], object]


def rewrite(path: Path, random: Random) -> None:
    remove(path, random)
    write(path, random.choice(_IGNORED if path.name == ".gitignore" else _TEXTS))


def rewrite_in_secret(path: Path, random: Random) -> None:
    """Another text of the same size, with the old time."""
    if path.exists() and path.stat().st_size:
        status = path.stat()
        data = bytearray(path.read_bytes())
        data[random.randrange(len(data))] = random.choice(b"a #\n:")
        path.write_bytes(data)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def touch(path: Path, random: Random) -> None:
    if path.exists():
        os.utime(path, (random.randrange(2**31),) * 2)


def remove(path: Path, random: Random) -> None:
    path.unlink(missing_ok=True)


def link(path: Path, random: Random) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(random.choice(("nowhere", "../teams/2.yaml", "../k/policy.yaml")))


def nothing(path: Path, random: Random) -> None:
    pass


CHANGES: tuple[Change, ...] = (
    *(rewrite, rewrite, rewrite_in_secret, touch, remove, link, nothing, nothing),
)


def said(report: Report) -> str:
    style = Style(statistics=True, verbose=1)
    assert not report.errors
    return "".join(
        render(report, fmt, all_rules(), style, Config()) for fmt in ("text", "json", "sarif")
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_cache_says_what_a_run_says(
    seed: int, project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    random = Random(seed)
    replays = 0
    for _ in range(25):
        for _ in range(random.randrange(3)):
            random.choice(CHANGES)(project / random.choice(_NAMES), random)
        paths = random.choice(((".",), (".",), ("teams", "k"), ("teams/3.yaml", "k")))
        request = Request(paths, Settings())
        before = {path: path.stat().st_ino for path in cache.glob("runs/*")}
        report = replay.lint(request, cache)
        replays += before == {path: path.stat().st_ino for path in cache.glob("runs/*")}
        assert said(report) == said(lint(request))
    assert replays, "else nothing was tested"
