"""The folder of the cache: where it is, how it is made, and what is thrown out of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

from netlint_linter.paths import Where, abspath, dirname, expanduser, isabs, isdir, join

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


def chosen(given: Where | None) -> str | None:
    """The folder that `--cache-dir`, else the environment names, else the user's own.

    None where the user has no home.
    """
    named = given or os.environ.get(VARIABLE)
    if named:
        return abspath(named)
    try:
        return join(_of_user(), "netlint")
    except RuntimeError:
        return None


def _of_user() -> str:
    """Where programs keep what they can make again. Raises RuntimeError without a home."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or join(_home(), "AppData", "Local")
    if sys.platform == "darwin":
        return join(_home(), "Library", "Caches")
    known = os.environ.get("XDG_CACHE_HOME") or ""
    return known if isabs(known) else join(_home(), ".cache")


def _home() -> str:
    home = expanduser("~")
    if not isabs(home):
        raise RuntimeError("no home")
    return home


def runs_of(folder: str) -> str:
    """The folder of reports, whether or not it is there."""
    return join(folder, "runs")


def files_of(folder: str) -> str:
    """The folder of what files hold, whether or not it is there."""
    return join(folder, "files")


def prepare(inner: str) -> None:
    """Make a folder of entries where it is missing. Raises OSError.

    Neither backups nor git take it up. A folder that holds something else stays as it is.
    """
    if isdir(inner):
        return
    from pathlib import Path  # once in a cache's life

    outer = Path(dirname(inner))
    outer.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(outer.iterdir()):
        (outer / "CACHEDIR.TAG").write_text(_TAG, encoding="utf-8")
        (outer / ".gitignore").write_text("*\n", encoding="utf-8")
    Path(inner).mkdir(mode=0o700, exist_ok=True)


def prune(runs: Where, suffix: str, unfinished: str) -> None:
    """Remove entries that weren't used for a month, the oldest of too many, and leftovers.

    `unfinished` is the suffix of what a run that was killed leaves behind.
    """
    now, size = time.time(), 0
    for path, status in sorted(_files(runs), key=lambda each: -each[1].st_mtime):
        age = now - status.st_mtime
        if path.endswith(suffix):
            size += status.st_size
            outdated = age > _MONTH or size > _MOST
        else:
            outdated = path.endswith(unfinished) and age > _HOUR
        if outdated:
            with suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108 - without pathlib


def _files(folder: Where) -> Iterator[tuple[str, os.stat_result]]:
    """The regular files of a folder; others may be removing some of them meanwhile."""
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if entry.is_file(follow_symlinks=False):
                    yield os.fspath(entry.path), entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
