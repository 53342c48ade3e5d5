"""Guesses what a mistyped path was meant to be."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from netlint_linter.cli import COMMANDS
from netlint_rules.guess import nearest
from netlint_rules.registry import find


def missing(path: str) -> str:
    """The message for a path that doesn't exist, with the existing path most like it.

    Raises OSError for one that can't be looked at.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        Path(path).lstat()
    match = _existing(Path(path))
    if match is not None:
        return f"no such file: {path} (did you mean {match}{'/' if match.is_dir() else ''}?)"
    return f"no such file: {path}{_elsewhere(path)}"


def _elsewhere(word: str) -> str:
    """A remark on a word that is a rule's, or nearly a command."""
    if find(word):
        return f" (did you mean netlint explain {word}?)"
    command = nearest(word, COMMANDS)
    return f" (did you mean netlint {command}?)" if command else ""


def _existing(path: Path) -> Path | None:
    folder = path.parent if path.parent.is_dir() else _existing(path.parent)
    if folder is None or not path.name:
        return None
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return None
    match = path.name if path.name in names else nearest(path.name, names)
    return folder / match if match else None
