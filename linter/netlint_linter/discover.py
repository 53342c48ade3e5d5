"""Which files a run reads. Paths are absolute, with forward slashes, unless they are `shown`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache

from netlint_linter.errors import UsageError
from netlint_linter.ignore import excluding
from netlint_linter.paths import (
    Where,
    abspath,
    and_above,
    dirname,
    exists,
    isabs,
    isdir,
    isfile,
    join,
)
from netlint_linter.walk import KUSTOMIZATIONS, Walk, is_wanted, unreadable
from netlint_rules.bundle.paths import glob_expression, is_below
from netlint_rules.record import dataclass
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

STDIN = "-"
_GLOB = frozenset("*?[")
_PIPES = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")


class NotFound(UsageError):  # noqa: N818 - what it is, in the caller's words
    """A path that doesn't exist, or a glob that matches nothing."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, or standard input. `shown` is its path as users see it.

    `named` files have their findings reported; the others are read as context. `explicit` ones
    were named one by one, not by a folder or a glob.
    """

    path: str
    shown: str
    named: bool = True
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a run in order, and `(shown path, reason)` of what can't be read."""

    files: tuple[SourceFile, ...]
    problems: tuple[tuple[str, str], ...] = ()


def find(paths: Sequence[str], *, exclude: Sequence[str] = (), cwd: Where) -> Found:
    """The files that the user's paths stand for.

    Folders are searched for manifests and Markdown, without what .gitignore or `exclude` leaves
    out. Where only files are named, the rest of their project comes as context: what other files
    allow or deny decides what these do. Raises NotFound.
    """
    search = _Search(_slashes(abspath(cwd)), exclude)
    for path in sorted(set(paths)):
        search.add(path)
    if not search.has_view:
        search.add_context()
    return search.found()


def extra(missing: Iterable[str], *, cwd: Where) -> tuple[SourceFile, ...]:
    """The files, as context, that kustomizations in view refer to outside of it.

    A folder stands for its kustomization. What doesn't exist or isn't named like a manifest is
    left out: no reference can make a run read any file of the machine.
    """
    candidates = [
        [shown, *(f"{shown}/{name}" for name in KUSTOMIZATIONS)] for shown in sorted(set(missing))
    ]
    present = (
        next((name for name in names if is_wanted(name) and isfile(join(cwd, name))), None)
        for names in candidates
    )
    return tuple(
        SourceFile(_slashes(join(cwd, shown)), shown, named=False) for shown in present if shown
    )


def matches(shown: str, globs: Sequence[str], root: Where) -> bool:
    """Whether one of the globs, relative to `root`, matches a file or a folder that it is in."""
    path = _slashes(os.path.relpath(shown, root))
    return _expression(tuple(globs)).match(path) is not None


@lru_cache
def _expression(globs: tuple[str, ...]) -> re.Pattern[str]:
    return glob_expression(globs)


class _Search:
    """Collects files by their path: one that is found twice counts once."""

    def __init__(self, cwd: str, exclude: Sequence[str]) -> None:
        self._cwd = cwd
        self._excludes = excluding(exclude, cwd)
        self._files: dict[str, SourceFile] = {}
        self._problems: dict[str, str] = {}
        self.has_view = False

    def found(self) -> Found:
        files = sorted(self._files.values(), key=lambda file: file.shown)
        return Found(tuple(files), tuple(sorted(self._problems.items())))

    def add(self, typed: str) -> None:
        """Add what one argument stands for. Raises NotFound."""
        if typed == STDIN:
            self._files[STDIN] = SourceFile(STDIN, STDIN, explicit=True)
            return
        path = _slashes(os.path.normpath(join(self._cwd, typed)))
        shown = self._shown(path, absolute=isabs(typed))
        if isdir(path):
            self.has_view = True
            self._add_all(self._walk().files(path, shown))
        elif os.path.lexists(path):
            self._add_named(path, shown)
        elif not _GLOB.isdisjoint(typed):
            self._add_glob(path, typed)
        else:
            from netlint_linter import suggest

            raise NotFound(suggest.missing(typed))

    def add_context(self) -> None:
        """Add what else is in the projects of the files; without a project, in their folders."""
        folders = {
            path.rpartition("/")[0]: file.shown.startswith("/")
            for path, file in self._files.items()
            if path != STDIN and not path.startswith(_PIPES)
        }
        for folder, absolute in sorted(folders.items()):
            project = _project(folder or "/")
            top = project or folder or "/"
            shown = self._shown(top, absolute=absolute)
            deep = project is not None
            self._add_all(self._walk(deep=deep).files(top, shown), named=False)

    def _shown(self, path: str, *, absolute: bool) -> str:
        """A path as users see it: relative, unless they typed an absolute one elsewhere."""
        if absolute and not is_below(path, self._cwd):
            return path
        shown = _slashes(os.path.relpath(path, self._cwd))
        return "" if shown == "." else shown

    def _walk(self, *, deep: bool = True, every: bool = False) -> Walk:
        return Walk(self._cwd, self._excludes, self._problems, deep=deep, every=every)

    def _add_all(self, files: Iterable[tuple[str, str]], *, named: bool = True) -> None:
        for path, shown in files:
            if path not in self._files:
                self._files[path] = SourceFile(path, shown, named)

    def _add_named(self, path: str, shown: str) -> None:
        reason = unreadable(path)
        if reason and not path.startswith(_PIPES):
            self._problems[shown] = reason
        else:
            self._files[path] = SourceFile(path, shown, explicit=True)

    def _add_glob(self, path: str, typed: str) -> None:
        """Add what a glob matches; shells that find nothing, and quotes, hand it over as it is."""
        parts = path.split("/")
        folders = ("/".join(parts[:at]) for at in range(len(parts), 0, -1))
        top = next(folder for folder in folders if isdir(folder or "/"))
        start = len(top) + 1
        matched = glob_expression([path[start:]]).match
        shown = self._shown(top or "/", absolute=isabs(typed))
        found = [
            (file, name)
            for file, name in self._walk(every="." in parts[-1]).files(top or "/", shown)
            if (match := matched(file, start)) and (match.end() == len(file) or is_wanted(name))
        ]
        if not found:
            raise NotFound(f"no file matches {typed}")
        self._add_all(found)


def _project(folder: str) -> str | None:
    """The folder of the project that a folder is in: what its configuration or .git is in."""
    from netlint_linter.configfile import locate

    configuration = locate(folder)
    top = dirname(configuration) if configuration else ""
    for above in and_above(abspath(folder)):
        if above == top or exists(join(above, ".git")):
            return _slashes(above)
    return None


def _slashes(path: str) -> str:
    return path.replace(os.sep, "/")
