"""The two states that `netlint diff` compares: files, git revisions, or one of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from netlint_linter.compare.git import Repository, repository
from netlint_linter.errors import UsageError
from netlint_linter.settings import Settings
from netlint_linter.views import Seen, look
from netlint_rules.guess import closest
from netlint_rules.record import dataclass, replace

SettingsOf = Callable[[Sequence[str]], Settings]
"""The settings for some paths."""

_FORMS = "netlint diff OLD NEW, where each is a folder, a file or a git revision; or OLD..NEW"


@dataclass(frozen=True, slots=True)
class Side:
    """One state. `label` is how users call it; `tree` is the id of a revision's files, or empty.

    `folder` is what files are shown relative to; `prefix` goes before their names in places.
    `apart` is the file or folder of the other state, where both are on the disk.
    """

    label: str
    paths: tuple[str, ...]
    folder: Path
    prefix: str = ""
    tree: str = ""
    apart: Path | None = None

    @property
    def place(self) -> Path:
        """The file or folder of a state on the disk."""
        return Path(os.path.normpath(self.folder / self.paths[0]))

    def shown(self, file: str) -> str:
        """A file of this state as users know it."""
        return os.path.normpath(Path(self.prefix, file)) if self.prefix else file


def sides(words: Sequence[str], cwd: Path) -> tuple[Side, Side]:
    """The two states that the arguments name. Raises UsageError."""
    git = repository(cwd)
    first, *rest = words
    if ".." in first and not Path(first).exists():
        return _range(first, rest, git, cwd)
    old = _named(first, git, cwd)
    if old is None:
        raise _unknown(first, git)
    if not rest:
        if not old.tree:
            raise UsageError(f"compare {first} with what? {_FORMS}")
        return old, _work_tree((".",), cwd)
    new = _named(rest[0], git, cwd)
    if new is None:
        raise _unknown(rest[0], git)
    if old.tree and not new.tree:
        # A revision and paths: the same paths, then and now.
        return replace(old, paths=_own(old, rest)), _work_tree(tuple(rest), cwd)
    if rest[1:] and not (old.tree and new.tree):
        raise UsageError(f"only two can be compared, not {rest[1]} as well")
    if not (old.tree or new.tree):
        return replace(old, apart=new.place), replace(new, apart=old.place)
    return replace(old, paths=_own(old, rest[1:])), replace(new, paths=_own(new, rest[1:]))


def _own(side: Side, paths: Sequence[str]) -> tuple[str, ...]:
    """The paths that a revision is limited to; those in its own name win."""
    return tuple(paths) if paths and side.paths == (".",) else side.paths


def _range(text: str, paths: Sequence[str], git: Repository | None, cwd: Path) -> tuple[Side, Side]:
    """`OLD..NEW`; with three dots, what NEW changed since the two parted."""
    if git is None:
        raise UsageError(f"{text} needs a git repository around the working directory")
    old, dots, new = text.partition("..." if "..." in text else "..")
    old, new = old or "HEAD", new or "HEAD"
    for each in (old, new):
        if git.tree(each) is None:
            raise _unknown(each, git)
    if dots == "...":
        base = git.merge_base(old, new)
        first = _revision(base, git, cwd)
        start = replace(first, label=f"{old} where {new} left it") if first else None
    else:
        start = _revision(old, git, cwd)
    end = _revision(new, git, cwd)
    assert start is not None and end is not None
    return tuple(replace(side, paths=tuple(paths) or (".",)) for side in (start, end))  # type: ignore[return-value]


def _named(word: str, git: Repository | None, cwd: Path) -> Side | None:
    """A path that exists, else a revision, else nothing."""
    path = Path(word)
    if path.is_dir():
        return Side(word, (".",), path.absolute(), word)
    if path.exists():
        return Side(word, (path.name,), path.absolute().parent, os.path.dirname(word))  # noqa: PTH120 - "" for none
    return _revision(word, git, cwd) if git else None


def _revision(word: str, git: Repository, cwd: Path) -> Side | None:
    """A revision, or a folder or file of one: `main:deploy`."""
    name, _, path = word.partition(":")
    tree = git.tree(name)
    return Side(word, (path or ".",), cwd, tree=tree) if tree else None


def _work_tree(paths: tuple[str, ...], cwd: Path) -> Side:
    return Side("the working tree", paths, cwd)


def _unknown(word: str, git: Repository | None) -> UsageError:
    hint = closest(word, git.revisions()) if git else ""
    what = "neither a path nor a revision of this repository" if git else "no such file"
    return UsageError(f"{word} is {what}{hint}" if git else f"{what}: {word}")


def read(side: Side, settings_of: SettingsOf) -> Seen:
    """What a state holds. Raises UsageError."""
    if not side.tree:
        with chdir(side.folder):
            return look(settings_of(side.paths), side.paths, apart=side.apart)
    git = repository(side.folder)
    assert git is not None
    settings = settings_of((str(side.folder),))
    with _extracted(git, side.tree) as top:
        folder = top / git.prefix
        paths = [path for path in side.paths if (folder / path).exists()]
        if not paths:
            return Seen(())
        with chdir(folder):
            return look(_moved(settings, git.top, top), paths)


@contextmanager
def _extracted(git: Repository, tree: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="netlint-") as name:
        top = Path(name).resolve()
        git.extract(tree, top)
        yield top


def _moved(settings: Settings, top: Path, copy: Path) -> Settings:
    """The settings for the copy of a repository: globs are relative to the configuration."""
    root = Path(settings.root).absolute()
    if not root.is_relative_to(top):
        return settings
    return replace(settings, root=str(copy / root.relative_to(top)))
