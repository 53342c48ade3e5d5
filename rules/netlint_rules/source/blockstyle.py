"""The plain block style that nearly all manifests are written in, read a line at a time.

Far quicker than a YAML parser: lines repeat from manifest to manifest, and each is looked at
once. Whatever isn't certain to mean the same to the parser is left to that: anchors, tags, block
scalars, repeated keys, unusual characters, and all mistakes.

Documents may share the lists and mappings of values in flow style: nothing changes a body.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netlint_rules.record import NamedTuple
from netlint_rules.source.blocklines import (
    LINES,
    OPENING,
    SHAPES,
    Line,
    goes_on,
    is_open,
    is_regular,
)
from netlint_rules.source.scalars import IrregularError

_MAX_DEPTH = 50
_MOST_STATES = 5_000


class _Move(NamedTuple):
    """What the shape of a line does to the lists and mappings that are open, in this order.

    So many are closed (a negative number), one is made as the value of the key before, and some
    in lists; None where nothing of this is to be done. `opening` comes next if the line is a key
    without value, otherwise `filled`.
    """

    changes: tuple[int, type | None, tuple[type, ...]] | None
    opening: _State
    filled: _State


class _State(dict[int, _Move]):
    """The open lists and mappings with their columns, and what each shape of line does to them.

    `pending`: the key in the last one has no value yet.
    """

    def __init__(self, stack: _Stack, pending: bool) -> None:
        super().__init__()
        self._stack = stack
        self._pending = pending

    def __missing__(self, number: int) -> _Move:
        """Raises IrregularError for a line that can't stand here."""
        shape, stack, made = SHAPES[number], list(self._stack), None
        if self._pending and shape.indent >= stack[-1][0] + (not shape.dashes):
            made = list if shape.dashes else dict
            stack.append((shape.indent, made))
        while stack[-1][0] > shape.indent:
            stack.pop()
        # A list may stand in the column of the key that it belongs to.
        if stack[-1] == (shape.indent, list) and not shape.dashes:
            stack.pop()
        if stack[-1] != (shape.indent, list if shape.dashes else dict) or len(stack) > _MAX_DEPTH:
            raise IrregularError
        closed = 0 if made else len(stack) - len(self._stack)
        inner: list[tuple[int, type]] = [(column, list) for column in shape.dashes[1:]]
        if shape.dashes and shape.keyed:
            inner.append((shape.column, dict))
        after = (*stack, *inner)
        kinds = tuple(kind for _, kind in inner)
        changes = (closed, made, kinds) if closed or made or kinds else None
        move = _Move(changes, _state(after, True), _state(after, False))
        self[number] = move
        return move


_Stack = tuple[tuple[int, type], ...]
_STATES: dict[tuple[_Stack, bool], _State] = {}


def _state(stack: _Stack, pending: bool) -> _State:
    if len(_STATES) > _MOST_STATES:
        _STATES.clear()
    key = stack, pending
    return _STATES.get(key) or _STATES.setdefault(key, _State(*key))


def read(text: str) -> dict[str, object] | None:
    """The mapping that a text is; None where a parser has to look at it."""
    lines = text.split("\n")
    try:
        return _read(filter(None, map(LINES.__getitem__, lines)))
    except IrregularError:
        pass
    try:
        return _read(filter(None, map(LINES.__getitem__, _joined(lines))))
    except IrregularError:
        return None


def _joined(lines: Iterable[str]) -> list[str]:
    """The lines with values that go on below written on one: in flow style, or unquoted text.

    YAML reads a line break in them as a space.
    """
    whole: list[str] = []
    rest = iter(lines)
    for line in rest:
        if not is_regular(line):
            while is_open(line):
                below = next(rest, "").lstrip(" ")
                if below[:1] in ("", "#"):
                    raise IrregularError
                line = f"{line.rstrip(' ')} {below}"  # noqa: PLW2901
            if whole and goes_on(whole[-1], line):
                whole[-1] = f"{whole[-1].rstrip(' ')} {line.lstrip(' ')}"
                continue
        whole.append(line)
    return whole


def _read(lines: Iterable[Line]) -> dict[str, object]:
    """The hot loop: some lines in four open or close something."""
    node: Any = {}
    nodes: list[Any] = [node]
    state, waiting = _state(((0, dict),), False), ""
    for number, key, value in lines:
        changes, opening, state = state[number]
        if changes is not None:
            closed, made, added = changes
            if closed:
                del nodes[closed:]
            node = nodes[-1]
            if made is not None:
                child = node[waiting] = made()
                nodes.append(child)
                node = child
            for kind in added:
                child = kind()
                node.append(child)
                nodes.append(child)
                node = child
        if key is None:
            node.append(value)
        elif key in node:
            raise IrregularError
        elif value is OPENING:
            node[key] = None
            state, waiting = opening, key
        else:
            node[key] = value
    root: dict[str, object] = nodes[0]
    return root
