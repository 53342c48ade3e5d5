"""Telling a replay from a run: what the cache holds is changed so that it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from netlint_linter.cache import entry
from netlint_rules.report import Summary

MARK = 4_242
"""A number of suppressed findings that no run comes to: what shows it was replayed."""

Lint = Callable[..., str]
"""Runs in the project, and gives everything that it prints with the exit code."""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def entries(cache: Path) -> list[Path]:
    return sorted((cache / "runs").glob(f"*{entry.SUFFIX}"))


def mark(cache: Path) -> None:
    """Change what the cache says, so that a replay can be told from a run."""
    for path in entries(cache):
        value = entry.read(path)
        value["report"]["summary"][Summary.__match_args__.index("suppressed")] = MARK
        entry.write(path, value)


def is_replayed(said: str) -> bool:
    return f"{MARK:,} findings suppressed" in said
