"""Lines and comments around an offset of a text."""

from __future__ import annotations

import re

_COMMENT_LINE = re.compile(r"[ \t]*#")


def line_start(text: str, at: int) -> int:
    """Where the line of a character starts."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of a character ends, before its line break."""
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if end > at and text[end - 1] == "\r" else end


def next_line(text: str, at: int) -> int:
    """Where the line after that of a character starts; the text's end where there is none."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def is_first(text: str, at: int) -> bool:
    """Whether only blanks stand before a character on its line."""
    return not text[line_start(text, at) : at].strip(" \t")


def indentation(text: str, at: int) -> str:
    """The blanks that the line of a character starts with."""
    begin = line_start(text, at)
    line = text[begin : line_end(text, begin)]
    return line[: len(line) - len(line.lstrip(" \t"))]


def with_comments(text: str, at: int) -> int:
    """Where the line of an entry starts, or the first comment line directly above it.

    Only comments that are indented like the entry belong to it.
    """
    begin = line_start(text, at)
    column = at - begin
    while begin > 0:
        above = line_start(text, begin - 1)
        line = text[above : begin - 1]
        if not _COMMENT_LINE.match(line) or len(line) - len(line.lstrip(" \t")) != column:
            break
        begin = above
    return begin


def has_comment(text: str, start: int, end: int) -> bool:
    """Whether a comment's line lies between two places that hold no value."""
    return any(_COMMENT_LINE.match(line) for line in text[start:end].split("\n"))


def without(text: str, start: int, end: int) -> str:
    """The text without some of its lines; a last line that had no line break still has none."""
    rest = text[:start] + text[end:]
    if end >= len(text) and not text.endswith("\n"):
        return rest.rstrip("\r\n")
    return rest


def joined(lines: list[str], indent: str, newline: str) -> str:
    """Lines, all but the first indented."""
    first, *rest = lines
    return newline.join((first, *(indent + line if line else "" for line in rest)))
