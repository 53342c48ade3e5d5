"""The folder of the cache: where it is, how it is made, and what is thrown out of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from netlint_linter.paths import Where

VARIABLE = "NETLINT_CACHE_DIR"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# netlint's cache: it can be deleted at any time.\n"
    "# For information about cache directory tags, see https://bford.info/cachedir/\n"
)
_MOST = 128_000_000
"""Bytes of all entries together."""
_MONTH = 30 * 24 * 3600
_HOUR = 3600


def chosen(given: Where | None) -> Path | None:
    """The folder that `--cache-dir`, else the environment names, else the user's own.

    None where the user has no home.
    """
    named = given or os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    try:
        return _of_user() / "netlint"
    except RuntimeError:
        return None


def _of_user() -> Path:
    """Where programs keep what they can make again. Raises RuntimeError without a home."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    known = Path(os.environ.get("XDG_CACHE_HOME") or "")
    return known if known.is_absolute() else Path.home() / ".cache"


def runs_of(folder: Path) -> Path:
    """The folder of reports, whether or not it is there."""
    return folder / "runs"


def files_of(folder: Path) -> Path:
    """The folder of what files hold, whether or not it is there."""
    return folder / "files"


def prepare(inner: Path) -> None:
    """Make a folder of entries where it is missing. Raises OSError.

    Neither backups nor git take it up. A folder that holds something else stays as it is.
    """
    if inner.is_dir():
        return
    outer = inner.parent
    outer.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(outer.iterdir()):
        (outer / "CACHEDIR.TAG").write_text(_TAG, encoding="utf-8")
        (outer / ".gitignore").write_text("*\n", encoding="utf-8")
    inner.mkdir(mode=0o700, exist_ok=True)


def prune(runs: Path, suffix: str, unfinished: str) -> None:
    """Remove entries that weren't used for a month, the oldest of too many, and leftovers.

    `unfinished` is the suffix of what a run that was killed leaves behind.
    """
    now, size = time.time(), 0
    for path, status in sorted(_files(runs), key=lambda each: -each[1].st_mtime):
        age = now - status.st_mtime
        if path.suffix == suffix:
            size += status.st_size
            outdated = age > _MONTH or size > _MOST
        else:
            outdated = path.suffix == unfinished and age > _HOUR
        if outdated:
            path.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The regular files of a folder; others may be removing some of them meanwhile."""
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if entry.is_file(follow_symlinks=False):
                    yield Path(entry.path), entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
