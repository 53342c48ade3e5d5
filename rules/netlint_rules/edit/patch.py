"""RFC 6902: JSON patches, applied to decoded values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Path

Operation = Mapping[str, object]
"""One operation as JSON: `op`, `path`, and `value` or `from`."""


class PatchError(ValueError):
    """An operation that doesn't fit the value: a path that isn't there, a failed test."""


class Change(NamedTuple):
    """One step of a patch on a value: what becomes of `path`.

    `op` is `insert` (a new field, or an item before the index; the list's length appends),
    `set`, `remove`, or `rename` (the field's new name is `value`).
    """

    op: str
    path: Path
    value: object = None


def patched(value: object, operations: Sequence[Operation]) -> object:
    """The value after all operations; the given one is left as it is. Raises PatchError."""
    for operation in operations:
        for change in changes(value, operation):
            value = changed(value, change)
    return value


def changes(value: object, operation: Operation) -> list[Change]:
    """The steps that carry out one operation on a value. Raises PatchError."""
    op = operation.get("op")
    path = pointed(operation.get("path"), value)
    match op:
        case "add":
            return [_added(value, path, operation.get("value"))]
        case "remove":
            at(value, path)
            return [Change("remove", path)]
        case "replace":
            at(value, path)
            return [Change("set", path, operation.get("value"))]
        case "copy":
            return [_added(value, path, at(value, pointed(operation.get("from"), value)))]
        case "move":
            return _moved(value, pointed(operation.get("from"), value), operation)
        case "test":
            if not same(at(value, path), operation.get("value")):
                raise PatchError(f"{operation.get('path')} is not what the fix expects")
            return []
    raise PatchError(f"unknown operation {op}")


def _added(value: object, path: Path, new: object) -> Change:
    if not path:
        return Change("set", path, new)
    parent = at(value, path[:-1])
    if isinstance(parent, list):
        return Change("insert", path, new)
    if not isinstance(parent, dict):
        raise PatchError(f"there is no field {path[-1]} to add: its parent is no mapping")
    return Change("set" if path[-1] in parent else "insert", path, new)


def _moved(value: object, source: Path, operation: Operation) -> list[Change]:
    moved = at(value, source)
    target = pointed(operation.get("path"), value)
    parent = at(value, source[:-1]) if source else None
    if isinstance(parent, dict) and target[:-1] == source[:-1] and target[-1] not in parent:
        return [Change("rename", source, target[-1])]
    removed = Change("remove", source)
    rest = changed(value, removed)
    return [removed, _added(rest, pointed(operation.get("path"), rest), moved)]


def changed(value: object, change: Change) -> object:
    """A copy of the value after one step.

    What the step leaves alone is not copied. Equal parts may be one object, which stays as it is.
    """
    if not change.path:
        return change.value
    at(value, change.path[:-1])
    root: Any = copy(value)
    parent = root
    for step in change.path[:-1]:
        parent[step] = copy(parent[step])
        parent = parent[step]
    last: Any = change.path[-1]
    match change.op:
        case "remove":
            del parent[last]
        case "rename":
            parent[change.value] = parent.pop(last)
        case "insert" if isinstance(parent, list):
            parent.insert(last, change.value)
        case _:
            parent[last] = change.value
    return root


def at(value: object, path: Path) -> object:
    """The value at a path. Raises PatchError where there is none."""
    here: Any = value
    for step in path:
        known = range(len(here)) if isinstance(here, list) else here
        if not isinstance(known, dict | range) or step not in known:
            raise PatchError(f"there is no {step} where the fix expects it")
        here = here[step]
    return here


def pointed(pointer: object, value: object) -> Path:
    """The path of an RFC 6901 pointer into a value; `-` is the list's length."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"{pointer} is no JSON pointer")
    path: list[str | int] = []
    here: Any = value
    for raw in pointer.split("/")[1:]:
        step: str | int = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list):
            step = _index(str(step), len(here))
            here = here[step] if step < len(here) else None
        else:
            here = here.get(step) if isinstance(here, dict) else None
        path.append(step)
    return tuple(path)


def _index(text: str, length: int) -> int:
    if text == "-":
        return length
    if not (text.isascii() and text.isdigit() and int(text) <= length):
        raise PatchError(f"there is no item {text} where the fix expects it")
    return int(text)


def same(left: object, right: object) -> bool:
    """Whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) is isinstance(right, bool) and left == right
