"""The plain block style that nearly all manifests are written in, read a line at a time.

Far quicker than a YAML parser: lines repeat from manifest to manifest, and each is looked at
once. Whatever isn't certain to mean the same to the parser is left to that: anchors, tags, block
scalars, repeated keys, unusual characters, and all mistakes.

Documents may share the lists and mappings of values in flow style: nothing changes a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from netlint_rules.source import blocklines
from netlint_rules.source.blocklines import (
    OPENING,
    SHAPES,
    WRITTEN,
    goes_on,
    is_open,
    is_regular,
    read_line,
    value_of,
)
from netlint_rules.source.scalars import IrregularError
from netlint_rules.typed import Any

MAX_DEPTH = 50
_MOST_STATES = 1_000
_MOST_LINES = 1_000
_LONGEST = 120

Changes = tuple[int, type | None, tuple[type, ...]]
"""What a line does to the lists and mappings that are open, before it adds anything.

The depth that it goes back to; what is made there as the value of the last key, if anything; and
what is made inside of each other in the list that is then the last.
"""

_Step = tuple[Changes | None, str | None, object, "State"]
"""What a line does where it stands: changes, its key, its value, and how it leaves things.

A key whose value is to come has None for now. An item has no key; comments have the value NOTHING.
"""

NOTHING = object()

_Move = tuple[Changes | None, "State", "State"]
"""What lines of one shape do, and how a key without value and other lines leave things."""


class State(dict[str, _Step]):
    """The open lists and mappings with their columns, and what each line does to them.

    `pending`: the key in the last one has no value yet. Of two generations of lines, the older is
    forgotten when the younger has grown up: equal lines are mostly near each other.
    """

    __slots__ = ("_moves", "_older", "_pending", "_stack")

    def __init__(self, stack: _Stack, pending: bool) -> None:
        super().__init__()
        self._stack = stack
        self._pending = pending
        self._moves: dict[int, _Move] = {}
        self._older: dict[str, _Step] = {}

    def __missing__(self, text: str) -> _Step:
        """Raises IrregularError for a line that can't stand here."""
        step, known = self._older.get(text), len(WRITTEN)
        if step is None:
            line = read_line(text)
            if line is None:
                step = None, None, NOTHING, self
            else:
                number, key, value = line
                changes, opening, filled = self._moves.get(number) or self._move(number)
                if value is OPENING:
                    step = changes, key, None, opening
                else:
                    step = changes, key, value, filled
        # A line whose value is new is mostly the only one of its kind.
        if len(text) < _LONGEST and len(WRITTEN) == known:
            if len(self) > _MOST_LINES:
                self._older = dict(self)
                self.clear()
            self[text] = step
        return step

    def settled(self) -> State:
        """This with a value for the key that is pending."""
        return _state(self._stack, False)

    def _move(self, number: int) -> _Move:
        shape, stack, made = SHAPES[number], list(self._stack), None
        if self._pending and shape.indent >= stack[-1][0] + (not shape.dashes):
            made = list if shape.dashes else dict
            stack.append((shape.indent, made))
        while stack[-1][0] > shape.indent:
            stack.pop()
        # A list may stand in the column of the key that it belongs to.
        if stack[-1] == (shape.indent, list) and not shape.dashes:
            stack.pop()
        if stack[-1] != (shape.indent, list if shape.dashes else dict):
            raise IrregularError
        depth = len(stack) - (2 if made else 1)
        inner: list[tuple[int, type]] = [(column, list) for column in shape.dashes[1:]]
        if shape.dashes and shape.keyed:
            inner.append((shape.column, dict))
        kinds = tuple(kind for _, kind in inner)
        changed = made or kinds or len(stack) < len(self._stack)
        after = (*stack, *inner)
        if len(after) > MAX_DEPTH:
            raise IrregularError
        changes = (depth, made, kinds) if changed else None
        move = changes, _state(after, True), _state(after, False)
        self._moves[number] = move
        return move


_Stack = tuple[tuple[int, type], ...]
_STATES: dict[tuple[_Stack, bool], State] = {}


def _state(stack: _Stack, pending: bool) -> State:
    if len(_STATES) > _MOST_STATES:
        _STATES.clear()
    key = stack, pending
    found = _STATES.get(key)
    if found is None:
        found = _STATES[key] = State(*key)
    return found


def beginning() -> State:
    """Before the first line of a document."""
    return _state(((0, dict),), False)


def forget() -> None:
    """Free what is remembered of lines."""
    _STATES.clear()
    blocklines.forget()


def read(text: str) -> dict[str, object] | None:
    """The mapping that a text is; None where a parser has to look at it."""
    try:
        return _read(iter(text.split("\n")))
    except IrregularError:
        return None


def _read(lines: Iterator[str]) -> dict[str, object]:  # noqa: C901 - calls cost most here
    """The hot loop: some lines in four open or close something."""
    node: Any = {}
    nodes: list[Any] = [node] * (MAX_DEPTH + 1)
    state, key, above, text = beginning(), None, "", ""
    rest = lines
    while True:
        try:
            for text in rest:
                changes, name, value, state = state[text]
                if changes is not None:
                    depth, made, added = changes
                    node = nodes[depth]
                    if made is not None:
                        depth += 1
                        node[key] = nodes[depth] = node = {} if made is dict else []
                    for kind in added:
                        depth += 1
                        child = nodes[depth] = {} if kind is dict else []
                        node.append(child)
                        node = child
                if name is None:
                    if value is NOTHING:
                        above = ""
                        continue
                    node.append(value)
                elif name in node:
                    raise IrregularError
                else:
                    node[name] = value
                key, above = name, text
        except IrregularError:
            above, rest, continued = _mended(text, above, lines)
            if continued:
                node[-1 if key is None else key] = value_of(above)
                state = state.settled()
        else:
            root: dict[str, object] = nodes[0]
            return root


def _mended(text: str, above: str, lines: Iterator[str]) -> tuple[str, Iterator[str], bool]:
    """The line above, and what to go on with, after a line that means nothing by itself.

    Values in flow style and unquoted text may go on below: YAML reads the line break as a space.
    True where the line above is continued.
    """
    if is_open(text):
        while is_open(text):
            below = next(lines, "").lstrip(" ")
            if below[:1] in ("", "#"):
                raise IrregularError
            text = f"{text.rstrip(' ')} {below}"
        return above, chain((text,), lines), False
    if is_regular(text) or not goes_on(above, text):
        raise IrregularError
    return f"{above.rstrip(' ')} {text.lstrip(' ')}", lines, True
