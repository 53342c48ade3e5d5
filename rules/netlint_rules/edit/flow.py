"""Edits of mappings and lists in brackets: YAML's flow style, and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from netlint_rules.edit import emit
from netlint_rules.edit.block import quote_of
from netlint_rules.edit.style import Style
from netlint_rules.edit.text import (
    indentation,
    is_first,
    line_end,
    line_start,
    next_line,
    with_comments,
)
from netlint_rules.edit.tree import Kind, Written
from netlint_rules.record import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """Writes flow style in a document's habits. `is_json`: JSON's quotes and no trailing commas.

    `step` is the indentation of a JSON text that has one item a line, empty for one line.
    """

    style: Style
    is_json: bool = False
    step: str = ""

    def value(self, value: object, indent: str, quote: str = "") -> str:
        """A value, its lines but the first indented by `indent`."""
        if not self.is_json:
            return emit.inline(value, self.style, quote)
        if not (self.step and isinstance(value, dict | list | tuple)):
            return json.dumps(value, ensure_ascii=False)
        text = json.dumps(value, ensure_ascii=False, indent=self.step)
        return text.replace("\n", self.style.newline + indent)

    def compact(self) -> Flow:
        """For what goes between values on one line."""
        return Flow(self.style, self.is_json)

    def set(self, text: str, old: Written, value: object) -> str:
        """Write another value in the place of one."""
        quote = old.style if isinstance(value, str) and old.style in ('"', "'") else ""
        new = self.value(value, indentation(text, old.start), quote)
        gap = " " if old.start == old.end else ""
        return text[: old.start] + gap + new + text[old.end :]

    def insert_field(self, text: str, parent: Written, name: str, value: object) -> str:
        """Add a field after the last one."""
        keys = [entry.key.start for entry in parent.fields]
        quoted = bool(keys) and all(text[at] in "\"'" for at in keys)
        quote = text[keys[-1]] if quoted else ""
        ends = [entry.value.end for entry in parent.fields]
        head = json.dumps(name) if self.is_json else emit.key(name, self.style, quote)

        def written(flow: Flow, indent: str) -> str:
            return f"{head}: {flow.value(value, indent, quote)}"

        return self._insert(text, parent, (keys, ends), len(keys), written)

    def insert_item(self, text: str, parent: Written, index: int, value: object) -> str:
        """Add an item before the one at `index`, or after the last one."""
        starts = [item.start for item in parent.items]
        ends = [item.end for item in parent.items]
        quote = quote_of(parent)

        def written(flow: Flow, indent: str) -> str:
            return flow.value(value, indent, quote)

        return self._insert(text, parent, (starts, ends), index, written)

    def _insert(
        self,
        text: str,
        parent: Written,
        places: tuple[Sequence[int], Sequence[int]],
        index: int,
        written: Callable[[Flow, str], str],
    ) -> str:
        starts, ends = places
        if not starts:
            return self._insert_alone(text, parent, written)
        here = starts[min(index, len(starts) - 1)]
        own_line = is_first(text, here) and "\n" in text[parent.start : here]
        indent = indentation(text, here)
        newline = self.style.newline
        multi = own_line and "\n" in text[here : ends[starts.index(here)]]
        flow = self if multi or (own_line and self.is_json) else self.compact()
        new = written(flow, indent)
        if index < len(starts):
            return text[:here] + new + (f",{newline}{indent}" if own_line else ", ") + text[here:]
        end = ends[-1]
        if not own_line:
            return f"{text[:end]}, {new}{text[end:]}"
        # A comma may already follow, and a comment behind it: it stays with its line.
        stop = line_end(text, end)
        rest = text[end:stop]
        if rest.lstrip().startswith(","):
            return f"{text[:stop]}{newline}{indent}{new},{text[stop:]}"
        if rest.strip() and not rest.lstrip().startswith("#"):
            return f"{text[:end]}, {new}{text[end:]}"
        return f"{text[:end]},{rest}{newline}{indent}{new}{text[stop:]}"

    def _insert_alone(self, text: str, parent: Written, written: Callable[[Flow, str], str]) -> str:
        """Into empty brackets."""
        outer = indentation(text, parent.start)
        inner = written(self, outer + self.step)
        if self.is_json and self.step:
            newline = self.style.newline
            inner = f"{newline}{outer}{self.step}{inner}{newline}{outer}"
        elif self.style.padded and parent.kind is Kind.MAPPING:
            inner = f" {inner} "
        return f"{text[: parent.content + 1]}{inner}{text[parent.end - 1 :]}"

    def remove(self, text: str, parent: Written, index: int) -> str:
        """Remove a field or an item that isn't the only one, with the comments of its lines."""
        if parent.kind is Kind.LIST:
            starts = [item.start for item in parent.items]
            ends = [item.end for item in parent.items]
        else:
            starts = [entry.key.start for entry in parent.fields]
            ends = [entry.value.end for entry in parent.fields]
        start, end = starts[index], ends[index]
        last = index == len(starts) - 1
        if _is_alone(text, start, end):
            begin = with_comments(text, start)
            if last:
                comma = text.find(",", ends[index - 1], start)
                kept = "" if text[end : line_end(text, end)].lstrip().startswith(",") else ","
                if not kept or comma < 0:
                    return text[:begin] + text[next_line(text, end) :]
                return text[:comma] + text[comma + 1 : begin] + text[next_line(text, end) :]
            return text[:begin] + text[next_line(text, end) :]
        if last:
            return text[: ends[index - 1]] + text[end:]
        return text[:start] + text[starts[index + 1] :]


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether an entry has its lines for itself, but for a comma and a comment."""
    if not is_first(text, start) or line_start(text, start) == 0:
        return False
    rest = text[end : line_end(text, end)].lstrip().removeprefix(",").lstrip()
    return not rest or rest.startswith("#")
