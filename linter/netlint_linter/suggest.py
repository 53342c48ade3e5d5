"""Guesses what a mistyped path was meant to be."""

from __future__ import annotations

from pathlib import Path

from netlint_rules.guess import nearest


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
    match = path.name if path.name in names else nearest(path.name, names)
    return folder / match if match else None
