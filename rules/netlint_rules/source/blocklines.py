"""Single lines of plain block style: how they stand, their keys and their values.

What isn't certain to mean the same to a YAML parser raises IrregularError.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple
from netlint_rules.source.scalars import HINTS, NAMES, VALUES, IrregularError

_MAX_NESTING = 50
_MAX_FLOW = 2000
_MOST_LINES = 20_000
_LONGEST = 120

_QUOTED = r"'(?:[ -&(-~]|'')*'|\"[ !#-\[\]-~]*\""
_NAME = r"[A-Za-z_][A-Za-z0-9_./-]{0,250}"
_KEY = compiled(rf"(?:({_NAME})|\"({_NAME})\"):(?= |\Z)")
_PLAIN = r"(?:[$(+./0-9;<=A-Z\\^_a-z~]|-(?=[!-~]))(?:[!-9;-~]++|:(?=[!-~])| +(?=[!\"$-~]))*"
_VALUE = compiled(rf"({_PLAIN})|{_QUOTED}")
# Nearly all lines: dashes, a name, a value that isn't in flow style.
_USUAL = compiled(
    rf"( *(?:- +)*)(?:({_NAME}):(?: +|\Z))?(?:({_PLAIN})|'([ -&(-~]*)'|\"([ !#-\[\]-~]*)\")?"
)
# These two are for few lines, and compiled when one comes.
_START = rf" *(?:- +)*(?:{_NAME}: +)?[\[{{]"
_UNQUOTED = rf"( *)((?:- +)*)({_NAME}:(?: +|\Z))?(?:{_PLAIN} *)?"
_FLOWING = r"[A-Za-z0-9_./+%=$()<>~*;'\"-]"
_WORD = compiled(rf"((?:[A-Za-z0-9_./+]|--?(?=[A-Za-z0-9])){_FLOWING}*(?: {_FLOWING}+)*)|{_QUOTED}")


class Shape(NamedTuple):
    """How a line stands. `dashes` are the columns of its dashes, `column` that of what follows.

    `keyed` is false for an item that is a scalar or in flow style.
    """

    indent: int
    dashes: tuple[int, ...]
    column: int
    keyed: bool


Line = tuple[int, str | None, object]
"""What a line says: the number of its shape, its key if it has one, and the value."""

SHAPES: list[Shape] = []
_NUMBERS: dict[Shape, int] = {}


class _Lines(dict[str, Line | None]):
    """What each line says, None for blanks and comments. Raises IrregularError for any other.

    Values in flow style are shared by all documents with this line.
    """

    def __missing__(self, text: str) -> Line | None:
        line = _line(text)
        if len(self) < _MOST_LINES and len(text) < _LONGEST:
            self[text] = line
        return line


LINES = _Lines()
OPENING = object()
"""The value of a key whose line has none: the lines below it may."""


def is_regular(line: str) -> bool:
    """Whether a line means something by itself."""
    try:
        LINES[line]
    except IrregularError:
        return False
    return True


def is_open(line: str) -> bool:
    """Whether a value in flow style begins and doesn't end; `#` may be a comment."""
    opened = sum(map(line.count, "[{")) - sum(map(line.count, "]}"))
    return opened > 0 and "#" not in line and re.match(_START, line) is not None


def goes_on(above: str, below: str) -> bool:
    """Whether a line is more of the unquoted text above it."""
    rest = below.lstrip(" ")
    start = re.fullmatch(_UNQUOTED, above)
    if start is None or not _VALUE.fullmatch(rest) or rest[0] in "'\"":
        return False
    margin, dashes, key = start.groups()
    column = len(margin + dashes) if key else len((margin + dashes).rstrip(" ")) - 1
    return bool(dashes or key) and len(below) - len(rest) > column


def _line(text: str) -> Line | None:
    match = _USUAL.fullmatch(text)
    if match is None:
        return _odd_line(text)
    margin, name, plain, single, double = match.groups()
    value: object = OPENING
    if plain is not None:
        value = VALUES[plain] if plain[0] in HINTS else plain
    elif single is not None or double is not None:
        value = double if single is None else single
    elif name is None:
        return _odd_line(text)
    if name is not None:
        return _usual_shape(margin, True), NAMES[name], value
    if "-" not in margin:
        raise IrregularError
    return _usual_shape(margin, False), None, value


@lru_cache(maxsize=1024)
def _usual_shape(margin: str, keyed: bool) -> int:
    dashes = tuple(at for at, character in enumerate(margin) if character == "-")
    column = len(margin)
    return _number(Shape(dashes[0] if dashes else column, dashes, column, keyed))


def _number(shape: Shape) -> int:
    number = _NUMBERS.setdefault(shape, len(SHAPES))
    if number == len(SHAPES):
        SHAPES.append(shape)
    return number


def _odd_line(text: str) -> Line | None:
    rest = text.lstrip(" ")
    if not rest or rest[0] == "#":
        _check_end(f" {rest}", 0)
        return None
    at = indent = len(text) - len(rest)
    dashes: list[int] = []
    while text.startswith("- ", at):
        dashes.append(at)
        at = _skip(text, at + 1)
    match = _KEY.match(text, at)
    number = _number(Shape(indent, tuple(dashes), at, match is not None))
    if match:
        return number, NAMES[match[1] or match[2]], _value_after(text, match.end())
    if not dashes:
        raise IrregularError
    return number, None, _value(text, at)


def _value_after(text: str, colon: int) -> object:
    at = _skip(text, colon)
    if at < len(text) and text[at] != "#":
        return _value(text, at)
    _check_end(text, colon)
    return OPENING


def _value(text: str, at: int) -> object:
    if text[at : at + 1] in ("[", "{"):
        value, end = _flow_at(text, at, 0)
        _check_end(text, end)
        return value
    match = _VALUE.match(text, at)
    if match is None:
        raise IrregularError
    _check_end(text, match.end())
    return _scalar(match)


def _scalar(match: re.Match[str]) -> object:
    plain = match[1]
    if plain:
        return VALUES[plain] if plain[0] in HINTS else plain
    quote, inner = match[0][0], match[0][1:-1]
    return inner.replace("''", "'") if quote == "'" else inner


def _skip(text: str, at: int) -> int:
    while text.startswith(" ", at):
        at += 1
    return at


def _check_end(text: str, at: int) -> None:
    """Raise IrregularError unless only blanks or a comment follow."""
    rest = text[at:].lstrip(" ")
    spaced = len(rest) < len(text) - at and rest.replace("\t", " ").isprintable()
    if rest and (rest[0] != "#" or not spaced):
        raise IrregularError


def _flow_at(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value at `at` in flow style, and its end."""
    opening = text[at : at + 1]
    if opening not in ("[", "{"):
        match = _WORD.match(text, at)
        if match is None:
            raise IrregularError
        return _scalar(match), match.end()
    if depth > _MAX_NESTING or len(text) > _MAX_FLOW:
        raise IrregularError
    made: Any = [] if opening == "[" else {}
    at = _skip(text, at + 1)
    closing = "]" if opening == "[" else "}"
    while not (text.startswith(closing, at)):
        at = _flow_part(text, at, depth + 1, made)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
            if text.startswith(closing, at):
                raise IrregularError
        elif not text.startswith(closing, at):
            raise IrregularError
    return made, at + 1


def _flow_part(text: str, at: int, depth: int, made: Any) -> int:
    """Add the item or the entry at `at`; where the next character stands after it."""
    match = _KEY.match(text, at)
    if made.__class__ is list:
        if match:  # `[a: b]` is a list of a mapping
            item: dict[str, object] = {}
            made.append(item)
            return _flow_part(text, at, depth, item)
        made_item, end = _flow_at(text, at, depth)
        made.append(made_item)
        return _skip(text, end)
    if match is None or match.end() == len(text):
        raise IrregularError
    key = NAMES[match[1] or match[2]]
    if key in made:
        raise IrregularError
    made[key], end = _flow_at(text, _skip(text, match.end()), depth)
    return _skip(text, end)
