"""The plain block style that nearly all manifests are written in, read a line at a time.

Far quicker than a YAML parser: lines repeat from manifest to manifest, and each is looked at
once. Whatever isn't certain to mean the same to the parser is left to that: anchors, tags, block
scalars, values over several lines, repeated keys, unusual characters, and all mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from netlint_rules.source.scalars import HINTS, NAMES, VALUES, IrregularError

_MAX_DEPTH = 50
_MAX_FLOW = 2000
_MOST_LINES = 20_000
_LONGEST = 120

_QUOTED = r"'(?:[ -&(-~]|'')*'|\"[ !#-\[\]-~]*\""
_NAME = r"[A-Za-z_][A-Za-z0-9_./-]{0,250}"
_KEY = re.compile(rf"(?:({_NAME})|\"({_NAME})\"):(?= |\Z)")
_PLAIN = r"(?:[$(+./0-9;<=A-Z\\^_a-z~]|-(?=[!-~]))(?:[!-9;-~]|:(?=[!-~])| +(?=[!\"$-~]))*"
_VALUE = re.compile(rf"({_PLAIN})|{_QUOTED}")
_START = re.compile(rf" *(?:- +)*(?:{_NAME}: +)?[\[{{]")
_UNQUOTED = re.compile(rf"( *)((?:- +)*)({_NAME}:(?: +|\Z))?(?:{_PLAIN} *)?")
_FLOWING = r"[A-Za-z0-9_./+%=$()<>~*;'\"-]"
_AROUND = " ,:[]{}"
_WORD = re.compile(
    rf"((?:[A-Za-z0-9_./+]|--?(?=[A-Za-z0-9])){_FLOWING}*(?: {_FLOWING}+)*)|{_QUOTED}"
)


class _Line(NamedTuple):
    """What one line says. `dashes` are the columns of its dashes, `column` where its key stands.

    `key` is None for an item that is a scalar or in flow style.
    """

    indent: int
    dashes: tuple[int, ...]
    column: int
    key: str | None
    value: object


class _Flow(NamedTuple):
    """A value in flow style, made anew for each document: objects may be changed."""

    text: str


class _Lines(dict[str, _Line | None]):
    """What each line says, None for blanks and comments. Raises IrregularError for any other."""

    def __missing__(self, text: str) -> _Line | None:
        line = _line(text)
        if len(self) < _MOST_LINES and len(text) < _LONGEST:
            self[text] = line
        return line


_LINES = _Lines()
_OPENING = object()
"""The value of a key whose line has none: the lines below it may."""


def read(text: str) -> dict[str, object] | None:
    """The mapping that a text is; None where a parser has to look at it."""
    lines = text.split("\n")
    try:
        return _read(filter(None, map(_LINES.__getitem__, lines)))
    except IrregularError:
        pass
    joined = _joined(lines)
    if len(joined) == len(lines):
        return None
    try:
        return _read(filter(None, map(_LINES.__getitem__, joined)))
    except IrregularError:
        return None


def _joined(lines: Iterable[str]) -> list[str]:
    """The lines with values that go on below written on one: in flow style, or unquoted text."""
    whole: list[str] = []
    for line in lines:
        if whole and _goes_on(whole[-1], line):
            whole[-1] = f"{whole[-1].rstrip(' ')} {line.lstrip(' ')}"
        else:
            whole.append(line)
    return whole


def _goes_on(above: str, below: str) -> bool:
    rest = below.lstrip(" ")
    if _START.match(above) and "#" not in above:
        opened = sum(map(above.count, "[{")) - sum(map(above.count, "]}"))
        in_text = above[-1:] not in _AROUND and rest[:1].isalnum()
        return opened > 0 and (in_text or (above.endswith(",") and rest[:1] not in ("", "#")))
    start = _UNQUOTED.fullmatch(above)
    if start is None or not _VALUE.fullmatch(rest) or rest[0] in "'\"":
        return False
    margin, dashes, key = start.groups()
    column = len(margin + dashes) if key else len((margin + dashes).rstrip(" ")) - 1
    return bool(dashes or key) and len(below) - len(rest) > column


def _read(lines: Iterable[_Line]) -> dict[str, object]:
    root: dict[str, object] = {}
    stack: list[tuple[int, Any]] = [(0, root)]
    node: Any = root
    top, pending = 0, None
    for line in lines:
        indent, dashes, _, key, value = line
        if indent != top or dashes or node.__class__ is list:
            node = _moved(stack, pending, line)
            top = stack[-1][0]
        if value.__class__ is _Flow:
            value = _flow(value)
        pending = None
        if key is None:
            node.append(value)
        elif key in node:
            raise IrregularError
        elif value is _OPENING:
            node[key], pending = None, key
        else:
            node[key] = value
    return root


def _moved(stack: list[tuple[int, Any]], pending: str | None, line: _Line) -> Any:
    """The mapping that a line's key is for, or the list that its item is for.

    `stack` holds the open lists and mappings with their columns, `pending` the key in the last
    one that has no value yet. A list may stand in the column of the key that it belongs to.
    """
    indent, dashes, column, key, _ = line
    top, node = stack[-1]
    if pending is not None and (indent > top or (dashes and indent == top)):
        stack.append((indent, _added(node, pending, [] if dashes else {})))
    while stack[-1][0] > indent:
        stack.pop()
    if not dashes and stack[-1][0] == indent and stack[-1][1].__class__ is list:
        stack.pop()
    top, node = stack[-1]
    if top != indent or (node.__class__ is list) != bool(dashes) or len(stack) > _MAX_DEPTH:
        raise IrregularError
    for inner in dashes[1:]:
        node = _added(node, None, [])
        stack.append((inner, node))
    if dashes and key is not None:
        node = _added(node, None, {})
        stack.append((column, node))
    return node


def _added(parent: Any, key: str | None, child: Any) -> Any:
    if key is None:
        parent.append(child)
    else:
        parent[key] = child
    return child


def _line(text: str) -> _Line | None:
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
    if match:
        key = NAMES[match[1] or match[2]]
        return _Line(indent, tuple(dashes), at, key, _value_after(text, match.end()))
    if not dashes:
        raise IrregularError
    return _Line(indent, tuple(dashes), at, None, _value(text, at))


def _value_after(text: str, colon: int) -> object:
    at = _skip(text, colon)
    if at < len(text) and text[at] != "#":
        return _value(text, at)
    _check_end(text, colon)
    return _OPENING


def _value(text: str, at: int) -> object:
    if text[at : at + 1] in ("[", "{"):
        end = _flow_at(text, at, 0)[1]
        _check_end(text, end)
        return _Flow(text[at:end])
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


def _flow(value: _Flow) -> object:
    if value.text == "{}":
        return {}
    return _flow_at(value.text, 0, 0)[0]


def _flow_at(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value at `at` in flow style, and its end."""
    opening = text[at : at + 1]
    if opening not in ("[", "{"):
        match = _WORD.match(text, at)
        if match is None:
            raise IrregularError
        return _scalar(match), match.end()
    if depth > _MAX_DEPTH or len(text) > _MAX_FLOW:
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
