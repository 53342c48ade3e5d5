"""Guesses what a mistyped word or path was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def closest(word: str, known: Iterable[str]) -> str:
    """` (did you mean x?)`, or nothing where no known word is near."""
    match = _nearest(word, known)
    return f" (did you mean {match}?)" if match else ""


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=0.6)), "")


def missing(path: str) -> str:
    """The message for a path that doesn't exist, with the existing path most like it."""
    match = _existing(Path(path))
    if match is None:
        return f"no such file: {path}"
    return f"no such file: {path} (did you mean {match}{'/' if match.is_dir() else ''}?)"


def _existing(path: Path) -> Path | None:
    folder = path.parent if path.parent.is_dir() else _existing(path.parent)
    if folder is None or not path.name:
        return None
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError:
        return None
    match = path.name if path.name in names else _nearest(path.name, names)
    return folder / match if match else None
