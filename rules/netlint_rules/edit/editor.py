"""A patch on the text of a document: the values change as it says, and everything else stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from netlint_rules.edit import block, emit
from netlint_rules.edit.carry import Carry, carry_of, with_field, with_notes
from netlint_rules.edit.flow import Flow
from netlint_rules.edit.patch import (
    Change,
    Operation,
    PatchError,
    at,
    changed,
    changes,
    patched,
    same,
)
from netlint_rules.edit.style import Style, column, style_of
from netlint_rules.edit.tree import EditError, Kind, Written, holder, json_tree, shared, yaml_tree
from netlint_rules.record import dataclass
from netlint_rules.source.broken import BrokenError
from netlint_rules.source.compose import compose
from netlint_rules.source.document import Path
from netlint_rules.source.jsontext import end_of
from netlint_rules.source.values import decode

__all__ = ["EditError", "Text"]

_JSON_STEP = re.compile(r"[\[{]\r?\n([ \t]*)")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one YAML document, or with the JSON value that begins at `json_at` in it.

    An immutable value: each edit gives another one.
    """

    text: str
    json_at: int | None = None

    def value(self) -> object:
        """The decoded value. Raises EditError where the text can't be read."""
        try:
            if self.json_at is not None:
                return json.loads(self.text[self.json_at : end_of(self.text, self.json_at)])
            root, simple = compose(self.text.encode())
        except (BrokenError, ValueError) as error:
            raise EditError(f"the result can't be read: {error}") from error
        if root is None:
            return None
        decoded = decode(root, simple)
        if decoded.faults:
            raise EditError(f"it has another mistake: {decoded.faults[0].message}")
        return decoded.value

    def tree(self) -> Written:
        """Where its parts are written. Raises EditError."""
        if self.json_at is not None:
            return json_tree(self.text, self.json_at)
        root, _ = compose(self.text.encode())
        if root is None:
            raise EditError("it is empty")
        return yaml_tree(self.text, root)

    def patched(self, operations: Sequence[Operation]) -> Text:
        """The text with a patch applied. Raises EditError where that isn't possible safely."""
        text, value, rest = self, self.value(), list(operations)
        try:
            while rest:
                carry = carry_of(value, *rest[:2]) if len(rest) > 1 else None
                some = rest[: 2 if carry else 1]
                text = text._carried(carry, some, value) if carry else text._stepped(some, value)
                value = patched(value, some)
                del rest[: len(some)]
        except PatchError as error:
            raise EditError(str(error)) from error
        return text

    def _stepped(self, operations: Sequence[Operation], value: object) -> Text:
        """Some operations, each in small steps."""
        text = self
        for operation in operations:
            for change in changes(value, operation):
                for step in refined(value, change):
                    value = changed(value, step)
                    text = text._checked(step, value)
        return text

    def _carried(self, carry: Carry, operations: Sequence[Operation], value: object) -> Text:
        """Two operations with the text of what they carry, or else with its comments."""
        expected = patched(value, operations)
        try:
            return self._with_field(carry)._checked(Change("remove", carry.removed), expected)
        except EditError:
            after = self._stepped(operations, value)
        if self.json_at is not None:
            return after
        try:
            kept = Text(with_notes(self.text, after.text, after.tree(), carry))
            return kept if same(kept.value(), expected) else after
        except EditError:
            return after

    def _with_field(self, carry: Carry) -> Text:
        """With a copy of what is carried at its new place."""
        if self.json_at is not None:
            raise EditError("JSON has no lines")
        tree = self.tree()
        reason = shared(self.text, tree, carry.target[:-1], inside=False)
        if reason:
            raise EditError(reason)
        style = style_of(self.text, tree)
        return Text(with_field(self.text, tree, carry, style))

    def _checked(self, step: Change, expected: object) -> Text:
        """One step, read again: a text that means something else is never handed out."""
        result = Text(self._edited(step), self.json_at)
        if not same(result.value(), expected):
            raise EditError("the text can't be edited without changing something else")
        return result

    def _edited(self, step: Change) -> str:
        tree = self.tree()
        if not step.path:
            raise EditError("a whole document is never replaced")
        # A new field is nobody else's, even beside a merge.
        new = step.op == "insert"
        place = step.path[:-1] if new else step.path
        reason = shared(self.text, tree, place, inside=not new)
        if reason:
            raise EditError(reason)
        return _Edit(self, tree, step).result()


class _Edit:
    """One step on one text."""

    def __init__(self, text: Text, tree: Written, step: Change) -> None:
        self.text = text.text
        self.step = step
        self.tree = tree
        self.style: Style = style_of(self.text, tree)
        match = _JSON_STEP.search(self.text, text.json_at or 0)
        is_json = text.json_at is not None
        self.flow = Flow(self.style, is_json, _json_step(self.text, match) if is_json else "")
        self.parent = holder(tree, step.path[:-1])

    def result(self) -> str:
        match self.step.op:
            case "insert":
                return self._insert()
            case "remove":
                return self._remove()
            case "rename":
                return self._rename()
        return self._set(self.step.path, self.step.value)

    def _insert(self) -> str:
        last, value, parent = self.step.path[-1], self.step.value, self.parent
        if parent.is_empty_collection and self._in_block():
            whole: object = {last: value} if isinstance(last, str) else [value]
            return self._set(self.step.path[:-1], whole)
        if isinstance(last, str):
            if parent.flow:
                return self.flow.insert_field(self.text, parent, last, value)
            lines = emit.field(last, value, self.style)
            return block.insert_field(self.text, parent, lines, self.style)
        value = _ordered(value, parent)
        if parent.flow:
            return self.flow.insert_item(self.text, parent, last, value)
        lines = block.item_lines(parent, value, self.style)
        return block.insert_item(self.text, parent, last, lines, self.style)

    def _in_block(self) -> bool:
        """Whether no brackets stand around the parent."""
        above = self.step.path[:-1]
        return bool(above) and not holder(self.tree, above[:-1]).flow

    def _remove(self) -> str:
        index = self._index(self.parent, self.step.path[-1])
        if max(len(self.parent.fields), len(self.parent.items)) == 1:
            empty: object = [] if self.parent.kind is Kind.LIST else {}
            return self._set(self.step.path[:-1], empty)
        if self.parent.flow:
            return self.flow.remove(self.text, self.parent, index)
        return block.remove(self.text, self.parent, index)

    def _rename(self) -> str:
        entry = self.parent.fields[self._index(self.parent, self.step.path[-1])]
        quote = self.text[entry.key.start]
        name = emit.key(str(self.step.value), self.style, quote if quote in "\"'" else "")
        return self.text[: entry.key.start] + name + self.text[entry.key.end :]

    def _set(self, path: Path, value: object) -> str:
        if not path:
            raise EditError("a whole document is never replaced")
        parent = holder(self.tree, path[:-1])
        index = self._index(parent, path[-1])
        if parent.flow:
            old = parent.child(path[-1])
            assert old is not None
            return self.flow.set(self.text, old, value)
        change = block.set_field if parent.kind is Kind.MAPPING else block.set_item
        return change(self.text, parent, index, value, self.style)

    def _index(self, parent: Written, step: str | int) -> int:
        index = parent.position(step)
        if index is None:
            raise EditError(f"{step} isn't written there")
        return index


def _ordered(value: object, parent: Written) -> object:
    """An item with its fields in the order of the last one beside it."""
    names = [entry.name for entry in parent.items[-1].fields] if parent.items else []
    if not isinstance(value, dict) or not names:
        return value
    known = {name: value[name] for name in names if name in value}
    return known | value


def _json_step(text: str, match: re.Match[str] | None) -> str:
    """The indentation of a JSON text, empty where it is written on one line."""
    if match is None:
        return ""
    outer = text[match.start() - column(text, match.start()) : match.start()]
    outer = outer[: len(outer) - len(outer.lstrip(" \t"))]
    return match[1].removeprefix(outer) or "  "


def refined(value: object, change: Change) -> Iterator[Change]:
    """The same change in smaller steps, so that equal parts of old and new keep their text."""
    if change.op != "set":
        yield change
        return
    yield from _steps(at(value, change.path), change.value, change.path)


def _steps(old: Any, new: Any, path: Path) -> Iterator[Change]:
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old and new and old.keys() & new.keys():
        yield from (Change("remove", (*path, name)) for name in old if name not in new)
        for name, item in new.items():
            if name in old:
                yield from _steps(old[name], item, (*path, name))
            else:
                yield Change("insert", (*path, name), item)
    elif isinstance(old, dict) and isinstance(new, dict) and len(old) == 1 and new:
        # Its comments and quotes stay with the field that takes its place.
        ((name, item),), ((first, value), *more) = old.items(), new.items()
        yield Change("rename", (*path, name), first)
        yield from _steps(item, value, (*path, first))
        yield from (Change("insert", (*path, name), item) for name, item in more)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _list_steps(old, new, path)
    else:
        yield Change("set", path, new)


def _list_steps(old: list[Any], new: list[Any], path: Path) -> Iterator[Change]:
    left, right = ([json.dumps(item, sort_keys=True) for item in each] for each in (old, new))
    matched = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for _, start, stop, begin, end in reversed([each for each in matched if each[0] != "equal"]):
        both = min(stop - start, end - begin)
        for index in range(stop - 1, start + both - 1, -1):
            yield Change("remove", (*path, index))
        for offset in range(both, end - begin):
            yield Change("insert", (*path, start + offset), new[begin + offset])
        for offset in range(both):
            yield from _steps(old[start + offset], new[begin + offset], (*path, start + offset))
