"""The manifests of a git revision, read from the repository without touching the work tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from netlint_linter.errors import UsageError
from netlint_linter.walk import is_wanted
from netlint_rules.record import NamedTuple, dataclass

_LINK = "120000"
_FILE = "100"


class _Entry(NamedTuple):
    mode: str
    blob: str
    path: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository around a folder; `prefix` is the folder seen from its top, `""` or `a/b/`."""

    top: Path
    prefix: str

    def tree(self, revision: str) -> str | None:
        """The id of a revision's files, None where the repository has no such revision."""
        return _answer(self.top, "rev-parse", "--verify", "--quiet", *_safe(f"{revision}^{{tree}}"))

    def merge_base(self, one: str, other: str) -> str:
        """The newest revision that both go back to. Raises UsageError where there is none."""
        found = _answer(self.top, "merge-base", *_safe(one, other))
        if found is None:
            raise UsageError(f"{one} and {other} have no revision in common")
        return found

    def revisions(self) -> list[str]:
        """The names of branches and tags, to guess what a mistyped one was meant to be."""
        names = _answer(
            self.top, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags"
        )
        return (names or "").split()

    def extract(self, tree: str, folder: Path) -> None:
        """Write the manifests of a tree into an empty folder, and what says which to leave out.

        Raises UsageError where git can't read them.
        """
        (folder / ".git").mkdir()  # a named file is read with the rest of its project
        entries = [entry for entry in self._entries(tree) if _is_needed(entry)]
        for entry, content in zip(entries, self._contents(entries), strict=True):
            target = folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.mode == _LINK:
                _link(target, os.fsdecode(content), folder)
            else:
                target.write_bytes(content)

    def _entries(self, tree: str) -> Iterator[_Entry]:
        listed = _git(self.top, "ls-tree", "-r", "-z", "--full-tree", tree)
        for line in os.fsdecode(listed).split("\0"):
            if line:
                head, _, path = line.partition("\t")
                mode, _, blob = head.split()
                yield _Entry(mode, blob, path)

    def _contents(self, entries: Iterable[_Entry]) -> Iterator[bytes]:
        """What is in each of the files, from one process for all of them."""
        wanted = "".join(f"{entry.blob}\n" for entry in entries).encode()
        data = memoryview(_git(self.top, "cat-file", "--batch", input=wanted))
        at = 0
        while at < len(data):
            end = bytes(data[at : at + 200]).index(b"\n") + at
            size = int(bytes(data[at:end]).split()[2])
            yield bytes(data[end + 1 : end + 1 + size])
            at = end + size + 2


def repository(folder: Path) -> Repository | None:
    """The repository that a folder is in; None where it is in none, or git isn't there."""
    answer = _answer(folder, "rev-parse", "--show-toplevel", "--show-prefix")
    if answer is None:
        return None
    top, _, prefix = answer.partition("\n")
    return Repository(Path(top), prefix.strip())


def _is_needed(entry: _Entry) -> bool:
    path = PurePosixPath(entry.path)
    inside = not path.is_absolute() and ".." not in path.parts and ".git" not in path.parts
    wanted = is_wanted(entry.path) or path.name == ".gitignore" or entry.mode == _LINK
    return inside and wanted and (entry.mode == _LINK or entry.mode.startswith(_FILE))


def _link(target: Path, meant: str, folder: Path) -> None:
    """Make a link, unless it leads out of the folder: that would be read from today's disk."""
    end = os.path.normpath(target.parent / meant)
    if not PurePosixPath(meant).is_absolute() and Path(end).is_relative_to(folder):
        target.symlink_to(meant)


def _safe(*revisions: str) -> tuple[str, ...]:
    return ("--end-of-options", *revisions)


def _answer(folder: Path, *arguments: str) -> str | None:
    """What git says, None where it fails."""
    try:
        done = _run(folder, arguments)
    except OSError:
        return None
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None


def _git(folder: Path, *arguments: str, input: bytes = b"") -> bytes:  # noqa: A002 - as subprocess calls it
    done = _run(folder, arguments, input)
    if done.returncode != 0:
        reason = " ".join(os.fsdecode(done.stderr).split())
        raise UsageError(f"git {arguments[0]} failed: {reason or 'it does not say why'}")
    return done.stdout


def _run(
    folder: Path, arguments: Iterable[str], text: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", *arguments], cwd=folder, input=text, capture_output=True, check=False
    )
