"""A field that goes elsewhere takes its text along: comments, quotes and brackets."""

from __future__ import annotations

from collections import Counter

from netlint_rules.edit import block
from netlint_rules.edit.patch import Operation, at, pointed, same
from netlint_rules.edit.style import Style, column, style_of
from netlint_rules.edit.text import indentation, is_first, line_end, line_start, with_comments
from netlint_rules.edit.tree import EditError, Written, holder
from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Path
from netlint_rules.source.pieces import Piece
from netlint_rules.source.positions import YamlPositions


class Carry(NamedTuple):
    """A field that is added elsewhere, and removed where it was.

    `target` is the field in another mapping, or the new item of a list that holds it alone.
    `removed` is the field, or the list's item that holds nothing else.
    """

    source: Path
    target: Path
    removed: Path


def carry_of(value: object, first: Operation, second: Operation) -> Carry | None:
    """What two operations carry from one place to another, if they do. Raises PatchError."""
    match first.get("op"), second.get("op"):
        case "add", "remove":
            add, remove = first, second
        case "remove", "add":
            add, remove = second, first
        case _:
            return None
    removed, target = (pointed(each.get("path"), value) for each in (remove, add))
    if not removed or not target:
        return None
    gone, new = at(value, removed), add.get("value")
    if isinstance(removed[-1], int):
        source = (*removed, target[-1])
        alone = remove is second and same(gone, {target[-1]: new})
        return Carry(source, target, removed) if alone else None
    into_end = isinstance(target[-1], int) and target == pointed(_end(add), value)
    carried = into_end and same(new, {removed[-1]: gone})
    return Carry(removed, target, removed) if carried else None


def _end(operation: Operation) -> str:
    """The pointer to behind the last item of the list that an operation adds to."""
    return f"{str(operation.get('path')).rpartition('/')[0]}/-"


def with_field(text: str, tree: Written, carry: Carry, style: Style) -> str:
    """The text with a copy of the field at its new place. Raises EditError."""
    parent, last = holder(tree, carry.target[:-1]), carry.target[-1]
    if not parent.is_block:
        raise EditError("there are no lines to carry it to")
    lines = _field_lines(text, tree, carry)
    if isinstance(last, str):
        return block.insert_field(text, parent, lines, style)
    return block.insert_item(text, parent, last, _as_item(lines, style), style)


def with_notes(before: str, after: str, tree: Written, carry: Carry) -> str:
    """The text after a field was carried without its comments, with these above its new line."""
    lost = Counter(_comments(before)) - Counter(_comments(after))
    if not lost:
        return after
    target = _settled(carry)
    parent = holder(tree, target[:-1])
    index = parent.position(target[-1])
    if index is None:
        raise EditError("it isn't written there")
    start = parent.fields[index].key.start if parent.fields else parent.items[index].start
    lead, newline = indentation(after, start), style_of(after, tree).newline
    notes = [note for note in dict.fromkeys(_comments(before)) if note in lost]
    above = line_start(after, start)
    return after[:above] + "".join(f"{lead}{note}{newline}" for note in notes) + after[above:]


def _settled(carry: Carry) -> Path:
    """Where the target is once an item before it is gone."""
    *above, last = carry.removed
    depth = len(above)
    step = carry.target[depth] if carry.target[:depth] == tuple(above) else None
    if not (isinstance(last, int) and isinstance(step, int) and last < step):
        return carry.target
    return (*above, step - 1, *carry.target[depth + 1 :])


def _comments(text: str) -> list[str]:
    return [comment.text for comment in YamlPositions(Piece(text.encode())).comments()]


def _field_lines(text: str, tree: Written, carry: Carry) -> list[str]:
    """The lines of the field as written, from the first column on, comments above it first.

    Raises EditError where it isn't in block style.
    """
    parent = holder(tree, carry.source[:-1])
    index = parent.position(carry.source[-1])
    if parent.flow or index is None:
        raise EditError("it has no lines of its own")
    entry = parent.fields[index]
    start = entry.key.start
    if carry.removed != carry.source:
        step = carry.removed[-1]
        assert isinstance(step, int)
        items = holder(tree, carry.removed[:-1])
        if items.flow:
            raise EditError("it has no lines of its own")
        start = items.dashes[step]
    notes = text[with_comments(text, start) : entry.key.start] if is_first(text, start) else ""
    written = text[entry.key.start : line_end(text, entry.value.end)]
    first, *rest = written.split("\n")
    indent = " " * column(text, entry.key.start)
    return [*_notes(notes), first.rstrip(), *(_dedented(line.rstrip(), indent) for line in rest)]


def _notes(text: str) -> list[str]:
    """The comments in a text that holds nothing else, but for a dash."""
    lines = [line.lstrip(" \t-").rstrip() for line in text.split("\n")]
    return [line for line in lines if line]


def _dedented(line: str, indent: str) -> str:
    if line.startswith(indent) or not line:
        return line.removeprefix(indent)
    if line.lstrip().startswith("#"):
        return line.lstrip()
    raise EditError("it is indented too oddly to be carried")


def _as_item(lines: list[str], style: Style) -> list[str]:
    """The lines of a field as those of an item of a list, behind its dash."""
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    dash = "-" + " " * style.gap
    rest = [f"{' ' * len(dash)}{line}" if line else line for line in lines[first + 1 :]]
    return [*lines[:first], dash + lines[first], *rest]
