"""Goes through folders. Paths are absolute, with forward slashes; `shown` is how users see them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence

from netlint_linter.ignore import Ignored, from_above
from netlint_rules.record import NamedTuple

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_SUFFIXES = (".yaml", ".yml", ".json", ".md", ".markdown")
_SKIPPED = frozenset({".git", ".hg", ".svn", ".terraform", "__pycache__", "node_modules"})


def is_wanted(path: str) -> bool:
    """Whether a file is named like a manifest or Markdown."""
    return path.lower().endswith(_SUFFIXES) or path.rpartition("/")[2] in KUSTOMIZATIONS


def unreadable(path: str) -> str:
    """Why a path can't be read as a file, "" if it can."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - called for thousands of links
    except OSError as error:
        return _reason(error)
    return "" if stat.S_ISREG(mode) else "not a regular file"


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "broken link"
    if error.errno == errno.ELOOP:
        return "the link leads back to itself"
    return (error.strerror or str(error)).lower()


class _Folder(NamedTuple):
    path: str
    shown: str
    ignored: Ignored


class Walk:
    """Goes through folders; `problems` gets the reason for each shown path that can't be read.

    What is in `cwd` is shown as seen from there. A `deep` walk goes into subfolders; one for
    `every` file gives it whatever its name.
    """

    def __init__(
        self, cwd: str, excludes: Ignored, problems: dict[str, str], *, deep: bool, every: bool
    ) -> None:
        self._cwd = cwd
        self._excludes = excludes
        self._problems = problems
        self._deep = deep
        self._every = every
        self._todo: list[_Folder] = []
        self._links: list[_Folder] = []
        self._seen: set[tuple[int, int]] = set()

    def files(self, top: str, shown: str) -> Iterator[tuple[str, str]]:
        """The manifests and Markdown in a folder, as path and shown path.

        Links to folders are followed last, and a folder is read once: circles end, and a folder's
        own name wins over links to it.
        """
        self._todo.append(_Folder(top, shown, from_above(top, self._excludes)))
        while self._todo or self._links:
            folder = self._todo.pop() if self._todo else self._links.pop()
            entries = self._entries(folder)
            names = {entry.name for entry in entries}
            if ".gitignore" in names:
                folder = folder._replace(ignored=folder.ignored.below(folder.path))
            if folder.path == top or not _is_foreign(folder.path, names):
                yield from self._sort(folder, entries)

    def _entries(self, folder: _Folder) -> Sequence[os.DirEntry[str]]:
        """What is in a folder; nothing if it was read before."""
        try:
            status = os.stat(folder.path)  # noqa: PTH116 - called for thousands of folders
            with os.scandir(folder.path) as entries:
                found = list(entries)
        except OSError as error:
            self._problems[folder.shown or "."] = _reason(error)
            return ()
        place = (status.st_dev, status.st_ino)
        if place in self._seen:
            return ()
        self._seen.add(place)
        return found

    def _sort(
        self, folder: _Folder, entries: Iterable[os.DirEntry[str]]
    ) -> Iterator[tuple[str, str]]:
        """The files among the entries of a folder; its subfolders are put on their lists."""
        above = f"{folder.path.rstrip('/')}/"
        lead = f"{folder.shown.rstrip('/')}/" if folder.shown else ""
        for entry in entries:
            name = entry.name
            path, shown = above + name, lead + name
            if entry.is_dir(follow_symlinks=False):
                inner = "" if path == self._cwd else shown
                self._add(self._todo, _Folder(path, inner, folder.ignored), name)
            elif entry.is_symlink() and os.path.isdir(path):  # noqa: PTH112 - never raises
                self._add(self._links, _Folder(path, shown, folder.ignored), name)
            elif (self._every or is_wanted(name)) and not folder.ignored(path):
                reason = "" if entry.is_file(follow_symlinks=False) else unreadable(path)
                if reason:
                    self._problems[shown] = reason
                else:
                    yield path, shown

    def _add(self, folders: list[_Folder], folder: _Folder, name: str) -> None:
        # Kubernetes mounts ConfigMaps as links into a folder whose name starts with two dots.
        skipped = name in _SKIPPED or name.startswith("..")
        if self._deep and not skipped and not folder.ignored(folder.path, folder=True):
            folders.append(folder)


def _is_foreign(path: str, names: Collection[str]) -> bool:
    """Whether a folder is a virtual environment, or Go's copy of other projects."""
    return "pyvenv.cfg" in names or ("modules.txt" in names and path.endswith("/vendor"))
