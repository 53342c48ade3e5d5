"""Edits of mappings and lists in block style."""

from __future__ import annotations

from netlint_rules.edit import emit
from netlint_rules.edit.style import Style, column
from netlint_rules.edit.text import (
    has_comment,
    is_first,
    joined,
    line_end,
    line_start,
    next_line,
    with_comments,
    without,
)
from netlint_rules.edit.tree import Kind, Written


def insert_field(text: str, parent: Written, lines: list[str], style: Style) -> str:
    """Add a field, given in lines from the first column on, after the last one."""
    indent = " " * column(text, parent.fields[0].key.start)
    at = line_end(text, parent.end)
    return f"{text[:at]}{style.newline}{indent}{joined(lines, indent, style.newline)}{text[at:]}"


def insert_item(text: str, parent: Written, index: int, lines: list[str], style: Style) -> str:
    """Add an item, given in lines from the dash's column on, before the one at `index` or last."""
    indent = " " * column(text, parent.dashes[0])
    item = joined(lines, indent, style.newline)
    if index:
        at = line_end(text, parent.items[index - 1].end)
        return f"{text[:at]}{style.newline}{indent}{item}{text[at:]}"
    first = parent.dashes[0]
    if not is_first(text, first):
        return f"{text[:first]}{item}{style.newline}{indent}{text[first:]}"
    at = with_comments(text, first)
    return f"{text[:at]}{indent}{item}{style.newline}{text[at:]}"


def item_lines(parent: Written, value: object, style: Style) -> list[str]:
    """The lines of an item that looks like the others."""
    if isinstance(value, dict | list | tuple) and all(item.flow for item in parent.items):
        return ["-" + " " * style.gap + emit.inline(value, style)]
    quote = quote_of(parent)
    if isinstance(value, str) and quote:
        return ["-" + " " * style.gap + emit.scalar(value, style, quote)]
    return emit.entry(value, style)


def quote_of(parent: Written) -> str:
    """The quote that every scalar of a list is written with, if there is one."""
    scalars = {item.style for item in parent.items if item.kind is Kind.SCALAR}
    return next(iter(scalars)) if len(scalars) == 1 and scalars <= {'"', "'"} else ""


def remove(text: str, parent: Written, index: int) -> str:
    """Remove a field or an item that isn't the only one, with the comments that belong to it."""
    if parent.kind is Kind.LIST:
        starts, ends = parent.dashes, [item.end for item in parent.items]
    else:
        starts = [entry.key.start for entry in parent.fields]
        ends = [entry.value.end for entry in parent.fields]
    start, end = starts[index], ends[index]
    if is_first(text, start):
        return without(text, with_comments(text, start), next_line(text, end))
    # The first entry stands behind the dash of an item: the next one takes its place.
    following = starts[index + 1]
    if not has_comment(text, next_line(text, end), line_start(text, following)):
        return text[:start] + text[following:]
    return text[:start].rstrip(" ") + text[line_end(text, end) :]


def set_field(text: str, parent: Written, index: int, value: object, style: Style) -> str:
    """Write another value behind a key."""
    entry = parent.fields[index]
    old = entry.value
    colon = text.index(":", entry.key.end) + 1
    indent = column(text, entry.key.start)
    if emit.is_inline(value, style) or (old.flow and not old.is_empty_collection):
        return _set_inline(text, colon, old, emit.inline(value, style, _kept_quote(old, value)))
    deeper = style.step if isinstance(value, dict) else style.dash
    lines = joined(emit.block(value, style), " " * (indent + deeper), style.newline)
    new = style.newline + " " * (indent + deeper) + lines
    if text.find("\n", colon, old.start) < 0:
        rest = text[old.end : line_end(text, old.end)].rstrip()
        return text[:colon] + rest + new + text[line_end(text, old.end) :]
    head = text[: line_end(text, colon)]
    return head + new + text[old.end :]


def _set_inline(text: str, colon: int, old: Written, new: str) -> str:
    if text.find("\n", colon, old.start) < 0:
        gap = text[colon : old.start] if old.start > colon else " "
        return text[:colon] + gap + new + text[old.end :]
    end = line_end(text, colon)
    return f"{text[:colon]} {new}{text[colon:end]}{text[line_end(text, old.end) :]}"


def set_item(text: str, parent: Written, index: int, value: object, style: Style) -> str:
    """Write another item behind a dash."""
    old, dash = parent.items[index], parent.dashes[index]
    quote = _kept_quote(old, value)
    gap = text[dash + 1 : old.start] or " " * style.gap
    flow = old.flow and not old.is_empty_collection
    if emit.is_inline(value, style) or flow:
        lines = [emit.inline(value, style, quote)]
    else:
        lines = emit.block(value, style)
    at = dash + 1 + len(gap)
    after_dash = text.find("\n", dash, old.start) < 0
    indent = column(text, dash) + 1 + len(gap) if after_dash else column(text, old.start)
    end = old.end
    if len(lines) > 1 and line_end(text, end) > end:
        # What follows a value on its line can't follow the last line of another one.
        rest = text[end : line_end(text, end)].strip()
        lines[0] += f"  {rest}" if rest else ""
        end = line_end(text, end)
    new = joined(lines, " " * indent, style.newline)
    return (text[: dash + 1] + gap if after_dash else text[: max(at, old.start)]) + new + text[end:]


def _kept_quote(old: Written, value: object) -> str:
    return old.style if isinstance(value, str) and old.style in ('"', "'") else ""
