"""Single lines of plain block style: how they stand, their keys and their values.

What isn't certain to mean the same to a YAML parser raises IrregularError.
"""

from __future__ import annotations

import re

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple
from netlint_rules.source.scalars import HINTS, NAMES, VALUES, IrregularError
from netlint_rules.typed import Any

_MAX_NESTING = 50
_MAX_JOINED = 2000
_MOST_PARTS = 10_000
_LONGEST = 80

_QUOTED = r"'(?:[ -&(-~]|'')*'|\"[ !#-\[\]-~]*\""
_NAME = r"[A-Za-z_][A-Za-z0-9_./-]{0,250}"
_PLAIN = r"(?:[$(+./0-9;<=A-Z\\^_a-z~]|-(?=[!-~]))(?:[!-9;-~]++|:(?=[!-~])| +(?=[!\"$-~]))*"
VALUE = compiled(rf"({_PLAIN})|{_QUOTED}")
# What stands before the colon in nearly all lines with a key.
_START = compiled(rf"( *(?:- +)*)(?:({_NAME})|\"({_NAME})\")")
_ITEM = compiled(r" *(?:- +)+")
# These two are for few lines, and compiled when one comes.
_FLOW = rf" *(?:- +)*(?:{_NAME}: +)?[\[{{]"
_UNQUOTED = rf"( *)((?:- +)*)({_NAME}:(?: +|\Z))?(?:{_PLAIN} *)?"
_FLOWING = r"[A-Za-z0-9_./+%=$()<>~*;'\"-]"
_WORD = rf"((?:[A-Za-z0-9_./+]|--?(?=[A-Za-z0-9])){_FLOWING}*(?: {_FLOWING}+)*)"
# A key, a scalar, or a key with a scalar in flow style, or what stands before a bracket.
PART = compiled(rf" *(?:(?:({_NAME})|\"({_NAME})\"): +)?(?:(?:{_WORD}|({_QUOTED})) *|(?=[\[{{]))")


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


OPENING = object()
"""The value of a key whose line has none: the lines below it may."""


def read_line(text: str) -> Line | None:
    """What a line says, None for blanks and comments. Raises IrregularError for any other.

    Nearly all lines are made of two parts that others are made of too. Values in flow style are
    shared by all documents with such a part.
    """
    start, colon, rest = text.partition(": ")
    if colon:
        known = _STARTS[start]
        if known is not None:
            return known[0], known[1], WRITTEN[rest]
    elif text.endswith(":"):
        known = _STARTS[text[:-1]]
        if known is not None:
            return known[0], known[1], OPENING
    elif match := _ITEM.match(text):
        value = WRITTEN[text[match.end() :]]
        if value is OPENING:
            raise IrregularError
        return _ITEMS[match[0]], None, value
    return _odd_line(text)


class _Starts(dict[str, tuple[int, str] | None]):
    """What a line with a key says before its colon; None for what is no key in this style."""

    def __missing__(self, text: str) -> tuple[int, str] | None:
        match = _START.fullmatch(text)
        if match is None:
            return None
        start = _number(match[1], True), NAMES[match[2] or match[3]]
        if len(self) < _MOST_PARTS:
            self[text] = start
        return start


class _Items(dict[str, int]):
    """The numbers of the shapes of items, by what stands before their value."""

    def __missing__(self, margin: str) -> int:
        number = _number(margin, False)
        if len(self) < _MOST_PARTS:
            self[margin] = number
        return number


class _Values(dict[str, object]):
    """What a text stands for after a colon or a dash. Raises IrregularError for unusual ones."""

    def __missing__(self, text: str) -> object:
        match = VALUE.fullmatch(text)
        if match is None:
            value = _value_after(f" {text}", 0)
        elif match[1] is None:
            value = _unquoted(text)
        else:
            value = VALUES[text] if text[0] in HINTS else text
        if len(text) < _LONGEST:
            if len(self) > _MOST_PARTS:
                self.clear()
            self[text] = value
        return value


_STARTS = _Starts()
_ITEMS = _Items()
WRITTEN = _Values()
"""What values mean, by how they are written."""


def forget() -> None:
    """Free what is remembered of values."""
    WRITTEN.clear()


def value_of(text: str) -> object:
    """The value in a line. Raises IrregularError."""
    line = read_line(text)
    return line[2] if line else OPENING


def is_regular(line: str) -> bool:
    """Whether a line means something by itself."""
    try:
        read_line(line)
    except IrregularError:
        return False
    return True


def is_open(line: str) -> bool:
    """Whether a value in flow style begins and doesn't end; `#` may be a comment."""
    opened = sum(map(line.count, "[{")) - sum(map(line.count, "]}"))
    begun = opened > 0 and "#" not in line and len(line) <= _MAX_JOINED
    return begun and re.match(_FLOW, line) is not None


def goes_on(above: str, below: str) -> bool:
    """Whether a line is more of the unquoted text above it."""
    rest = below.lstrip(" ")
    start = re.fullmatch(_UNQUOTED, above) if len(above) <= _MAX_JOINED else None
    if start is None or not VALUE.fullmatch(rest) or rest[0] in "'\"":
        return False
    margin, dashes, key = start.groups()
    column = len(margin + dashes) if key else len((margin + dashes).rstrip(" ")) - 1
    return bool(dashes or key) and len(below) - len(rest) > column


def _number(margin: str, keyed: bool) -> int:
    """The number of a shape, of which `margin` is what stands before the key or the item."""
    dashes = tuple(at for at, character in enumerate(margin) if character == "-")
    column = len(margin)
    shape = Shape(dashes[0] if dashes else column, dashes, column, keyed)
    number = _NUMBERS.setdefault(shape, len(SHAPES))
    if number == len(SHAPES):
        SHAPES.append(shape)
    return number


def _odd_line(text: str) -> Line | None:
    rest = text.lstrip(" ")
    if not rest or rest[0] == "#":
        _check_end(f" {rest}", 0)
        return None
    margin = _ITEM.match(text)
    if margin is None:
        raise IrregularError
    return _ITEMS[margin[0]], None, _value(text, margin.end())


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
    match = VALUE.match(text, at)
    if match is None:
        raise IrregularError
    _check_end(text, match.end())
    return WRITTEN[match[0]]


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner.replace("''", "'") if text[0] == "'" else inner


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
    """The list or mapping at `at` in flow style, and its end."""
    if depth > _MAX_NESTING or len(text) > _MAX_JOINED:
        raise IrregularError
    is_list = text[at] == "["
    made: Any = [] if is_list else {}
    closing = "]" if is_list else "}"
    at = _skip(text, at + 1)
    if text.startswith(closing, at):
        return made, at + 1
    while True:
        key, value, at = _part(text, at, depth)
        if is_list:  # `[a: b]` is a list of a mapping
            made.append(value if key is None else {key: value})
        elif key is None or key in made:
            raise IrregularError
        else:
            made[key] = value
        if text.startswith(closing, at):
            return made, at + 1
        if not text.startswith(",", at):
            raise IrregularError
        at += 1


def _part(text: str, at: int, depth: int) -> tuple[str | None, object, int]:
    """The key and value of an entry or item at `at`, and where the next character stands."""
    match = PART.match(text, at)
    if match is None:
        raise IrregularError
    name, quoted_name, plain, quoted = match.groups()
    key = name or quoted_name
    at = match.end()
    value: object
    if plain:
        value = VALUES[plain] if plain[0] in HINTS else plain
    elif quoted:
        value = _unquoted(quoted)
    else:
        value, at = _flow_at(text, at, depth + 1)
        at = _skip(text, at)
    return NAMES[key] if key else None, value, at
