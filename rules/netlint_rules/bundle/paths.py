"""Paths and globs as text: always forward slashes, never the file system."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator


def normal(path: str) -> str:
    """A path without `.` and `x/..`; the top folder is ""."""
    has_odd_ends = path[:1] in ("", ".") or path[-1] == "/"
    if not has_odd_ends and "/." not in path and "//" not in path:
        return path  # nearly always
    path = posixpath.normpath(path)
    return "" if path == "." else path


def parent(path: str) -> str:
    """The folder of a path, "" at the top."""
    return path.rpartition("/")[0]


def ancestors(directory: str) -> Iterator[str]:
    """A folder, then each one above it, up to the top."""
    while directory:
        yield directory
        directory = parent(directory)
    yield ""


def join(directory: str, path: str) -> str:
    """A path written in a file of `directory`, seen from the top."""
    return normal(posixpath.join(directory, path))


def is_below(path: str, directory: str) -> bool:
    """Whether a path is the folder or below it."""
    return not directory or path == directory or path.startswith(f"{directory}/")


def glob_expression(globs: Collection[str]) -> re.Pattern[str]:
    """What any of the globs matches: files, and all that is below a folder that one matches.

    `*` and `?` stay within one name, `**` spans folders.
    """
    return re.compile("|".join(map(_one_glob, globs)) if globs else r"(?!)", re.DOTALL)


def _one_glob(glob: str) -> str:
    text = ""
    for part in filter(None, normal(glob).split("/")):
        if part == "**":
            text += "(?:[^/]+/)*"
        else:
            text += _one_name(part) + "/"
    start = "/" if glob.startswith("/") else ""
    if text.endswith("*"):
        return f"{start}{text}[^/]+$"
    return f"{start}{text.removesuffix('/')}(?:/|$)" if text else start


def _one_name(name: str) -> str:
    pieces = re.split(r"(\*+|\?|\[[!^]?\]?[^]/]*\])", name)
    return "".join(_one_piece(piece) for piece in pieces)


def _one_piece(piece: str) -> str:
    if piece.startswith("*"):
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if len(piece) > 2 and piece.startswith("[") and piece.endswith("]"):
        inner = piece[1:-1]
        sign, inner = ("^", inner[1:]) if inner[0] in "!^" else ("", inner)
        return _class(f"[{sign}{inner.translate(_IN_CLASS)}]") or re.escape(piece)
    return re.escape(piece)


def _class(text: str) -> str:
    """The text, or nothing where it is no class: `[z-a]`."""
    try:
        re.compile(text)
    except re.error:
        return ""
    return text


_IN_CLASS = {ord("\\"): r"\\", ord("["): r"\[", ord("]"): r"\]", ord("^"): r"\^"}
