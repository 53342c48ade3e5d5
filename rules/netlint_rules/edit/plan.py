"""What a patch on a document changes in the lines of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from netlint_rules.edit import emit
from netlint_rules.edit.editor import EditError, Text
from netlint_rules.edit.patch import Operation
from netlint_rules.edit.style import style_of
from netlint_rules.record import NamedTuple, replace
from netlint_rules.source.document import Document, Path, json_pointer
from netlint_rules.source.jsontext import JsonPositions
from netlint_rules.source.lines import Lines
from netlint_rules.source.positions import ItemPositions, YamlPositions

_POINTERS = ("path", "from")


class Hunk(NamedTuple):
    """Lines of a file from `start` to before `end` (from 1), and what becomes of them.

    `lines` come without line feeds. Where `start` is `end` they go before that line.
    """

    start: int
    end: int
    lines: tuple[str, ...]

    def touches(self, other: Hunk) -> bool:
        """Whether two of them change the same lines, or insert at the same place."""
        return self.start <= other.end and other.start <= self.end


class _Place(NamedTuple):
    """A document's text; its path in it, or where its JSON value begins."""

    lines: Lines
    path: Path = ()
    json_at: int | None = None


def patch_hunks(document: Document, operations: Sequence[Operation]) -> tuple[Hunk, ...]:
    """What a patch on a document's object changes in its file. Raises EditError."""
    place = _place(document)
    prefix = json_pointer(place.path)
    moved = [
        {**each, **{key: f"{prefix}{each[key]}" for key in _POINTERS if key in each}}
        for each in operations
    ]
    text = place.lines.text
    return _hunks(place.lines, text, Text(text, place.json_at).patched(moved).text)


def appended_hunks(document: Document, body: Mapping[str, object]) -> tuple[Hunk, ...]:
    """What one more document behind that of `document` changes in the file. Raises EditError."""
    place = _place(document)
    if place.json_at is not None:
        raise EditError("a JSON file has no room for one more object")
    text = place.lines.text
    style = style_of(text, Text(text).tree())
    flow = frozenset((kind, depth) for kind, depth in style.flow if depth == 1)
    style = replace(style, flow=flow)  # what is short in one object makes long lines of a whole one
    made = style.newline.join(("", "---", *emit.block(body, style)))
    end = len(text.rstrip())
    return _hunks(place.lines, text, text[:end] + made + text[end:])


def _place(document: Document) -> _Place:
    match document.positions:
        case YamlPositions() as positions:
            return _Place(positions.lines)
        case ItemPositions() as positions:
            return _Place(positions.whole.lines, positions.path)
        case JsonPositions() as positions:
            return _Place(positions.lines, (), positions.root.start)
    raise EditError("its text isn't at hand")


def _hunks(place: Lines, before: str, after: str) -> tuple[Hunk, ...]:
    old, new = before.split("\n"), after.split("\n")
    if not old[-1] and not new[-1]:
        # What follows the last line end is the next document's, or nothing.
        del old[-1], new[-1]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Hunk(place.first + start, place.first + stop, _written(place, new[begin:end], start))
        for tag, start, stop, begin, end in matcher.get_opcodes()
        if tag != "equal"
    )


def _written(place: Lines, lines: Sequence[str], near: int) -> tuple[str, ...]:
    """Lines as the file has them: with what stands before the old lines at the same place."""
    lead = max(place.leads[max(near - 1, 0) : near + 1], key=len, default="")
    return tuple(lead + line if line.strip() else lead.rstrip() + line for line in lines)
