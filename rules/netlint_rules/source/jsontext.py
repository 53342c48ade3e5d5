"""JSON text: values, and where they are written.

`json` reads values far faster than a YAML parser. Positions are found when they are asked for, by
walking from the root and letting `json` skip what is not on the path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from netlint_rules.record import NamedTuple
from netlint_rules.source.broken import MAX_DEPTH, TOO_DEEP, BrokenError
from netlint_rules.source.document import Comment, Path, Span
from netlint_rules.source.lines import Lines, Range
from netlint_rules.source.pieces import Piece
from netlint_rules.source.places import Content, Fault
from netlint_rules.source.trouble import TroubleKind, repeated_key

_BLANK = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Field(NamedTuple):
    """A field of an object: its name, and the ranges of key and value."""

    name: str
    key: Range
    value: Range


def parse(piece: Piece, start: int) -> list[Content]:
    """The values from character `start` on: usually one, several if concatenated or one a line.

    The items of an array are values of their own. Raises BrokenError.
    """
    lines = Lines(piece)
    found: list[Content] = []
    at = _skip(lines.text, start)
    while at < len(lines.text):
        value, end, repeated = _decoded(lines.text, at)
        place = JsonPlace(lines, Range(at, end))
        if isinstance(value, list) and value:
            found += map(Content, value, place.items(len(value)))
        else:
            faults = _faults(lines, at) if repeated else ()
            found.append(Content(value, place, tuple(faults)))
        at = _skip(lines.text, end)
    return found


def _decoded(text: str, at: int) -> tuple[object, int, bool]:
    """The value at `at`, its end, and whether a key is written twice somewhere in it."""
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            repeated.append("")
        return made

    decoder = json.JSONDecoder(object_pairs_hook=collect, parse_constant=_refuse)
    try:
        value, end = decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise BrokenError(f"{error.msg[:1].lower()}{error.msg[1:]}", error.pos) from error
    except RecursionError as error:
        raise BrokenError(TOO_DEEP, at) from error
    except ValueError as error:
        raise BrokenError("a number is no number, or has thousands of digits", at) from error
    if _depth(value) > MAX_DEPTH:
        raise BrokenError(TOO_DEEP, at)
    return _mended(value) if _SURROGATE.search(text, at, end) else value, end, bool(repeated)


def _faults(lines: Lines, at: int) -> Iterator[Fault]:
    for path, field, other in _repeats(lines.text, at):
        yield Fault(
            TroubleKind.DUPLICATE_KEY,
            repeated_key(path),
            path,
            lines.entry(field.key, field.value),
            lines.entry(other.key, other.value),
        )


def _refuse(name: str) -> object:
    raise ValueError(name)


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level:
        depth += 1
        level = [child for parent in level for child in _children(parent)]
    return depth


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _mended(value: object) -> object:
    """The value with half surrogate pairs replaced, as Go does: they can't be printed."""
    if isinstance(value, dict):
        return {str(_mended(key)): _mended(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


_SCAN = json.JSONDecoder().raw_decode


def end_of(text: str, at: int) -> int:
    """Where the value ends that begins at `at`."""
    return _SCAN(text, at)[1]


def fields(text: str, at: int) -> Iterator[Field]:
    """The fields of the object that begins at `at`."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, end = _SCAN(text, at)
        begin = _skip(text, _skip(text, end) + 1)
        stop = _SCAN(text, begin)[1]
        yield Field(name, Range(at, end), Range(begin, stop))
        at = _next(text, stop)


def elements(text: str, at: int) -> Iterator[Range]:
    """The items of the array that begins at `at`."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = _SCAN(text, at)[1]
        yield Range(at, end)
        at = _next(text, end)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _next(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _repeats(text: str, at: int, path: Path = ()) -> Iterator[tuple[Path, Field, Field]]:
    """Every field that is written again in its object: path, the later and the earlier one."""
    if text[at] == "{":
        known: dict[str, Field] = {}
        for field in fields(text, at):
            if field.name in known:
                yield (*path, field.name), field, known[field.name]
            known[field.name] = field
            yield from _repeats(text, field.value.start, (*path, field.name))
    elif text[at] == "[":
        for number, item in enumerate(elements(text, at)):
            yield from _repeats(text, item.start, (*path, number))


class JsonPositions:
    """Positions in one JSON value."""

    def __init__(self, lines: Lines, root: Range) -> None:
        self.lines = lines
        self.root = root

    def span(self, path: Path) -> Span | None:
        """The range to underline for `path`, or for its nearest written ancestor."""
        key, value = None, self.root
        for step in path:
            found = self._child(value, step)
            if found is None:
                break
            key, value = found
        return self.lines.entry(key, value) if key else self._item(value)

    def extent(self, path: Path) -> Span | None:
        """The whole range of the value at `path`, None where it is not written."""
        value = self.root
        for step in path:
            found = self._child(value, step)
            if found is None:
                return None
            value = found[1]
        return self.lines.span(*value)

    def comments(self) -> Sequence[Comment]:
        """JSON has none."""
        return ()

    def line(self, number: int) -> str | None:
        """A line of the file (1-based) without its end, None outside the JSON text."""
        return self.lines.line(number)

    def _item(self, item: Range) -> Span:
        return self.lines.span(item.start, min(item.end, self.lines.line_end(item.start)))

    def _child(self, parent: Range, step: str | int) -> tuple[Range | None, Range] | None:
        text, at = self.lines.text, parent.start
        if isinstance(step, int) and text[at] == "[":
            found = [item for number, item in enumerate(elements(text, at)) if number == step]
            return (None, found[0]) if found else None
        if isinstance(step, str) and text[at] == "{":
            named = [field for field in fields(text, at) if field.name == step]
            return (named[-1].key, named[-1].value) if named else None
        return None


class JsonPlace(NamedTuple):
    """A JSON value in its text."""

    lines: Lines
    range: Range

    @property
    def bounds(self) -> tuple[int, int]:
        """Its first and last line in the file."""
        return self.lines.number(self.range.start), self.lines.number(self.range.end - 1)

    @property
    def positions(self) -> JsonPositions:
        """Positions in the value."""
        return JsonPositions(self.lines, self.range)

    def items(self, count: int) -> Iterator[JsonPlace]:
        """Where the `count` items of a list object are written, or those of an array."""
        text, at = self.lines.text, self.range.start
        if text[at] == "{":
            at = [field for field in fields(text, at) if field.name == "items"][-1].value.start
        return (JsonPlace(self.lines, item) for item in islice(elements(text, at), count))
