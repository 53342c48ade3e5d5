"""Where the values are written in text that is read a line at a time, without a parser.

As in `blockstyle`, what isn't certain to be where a parser says it is is left to that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple
from netlint_rules.source.blocklines import PART, VALUE, goes_on, is_open, is_regular
from netlint_rules.source.blockstyle import MAX_DEPTH, NOTHING, Changes, beginning
from netlint_rules.source.lines import Range
from netlint_rules.source.scalars import IrregularError
from netlint_rules.source.survey import Spot, Survey
from netlint_rules.typed import Any

_MARGIN = compiled(r" *(?:- +)*")


def survey(text: str, start: int) -> Survey | None:
    """The places in a document whose first key stands at `start`; None where a parser must look."""
    try:
        return _Surveyor(text).survey(start)
    except IrregularError:
        return None


class _Whole(NamedTuple):
    """A line with those that its value goes on in, written on one.

    `cuts` holds for each of them where it starts, here and in the document.
    """

    text: str
    cuts: tuple[tuple[int, int], ...]

    def joined(self, below: _Whole) -> _Whole:
        """With the text of another below."""
        above, text = self.text.rstrip(" "), below.text.lstrip(" ")
        margin, shift = len(below.text) - len(text), len(above) + 1
        cuts = [(max(here - margin, 0) + shift, there) for here, there in below.cuts]
        cuts[0] = shift, cuts[0][1] + margin
        return _Whole(f"{above} {text}", (*self.cuts, *cuts))

    def range(self, start: int, end: int) -> Range:
        """Where the characters from `start` to before `end` are in the document."""
        if len(self.cuts) == 1:  # as nearly all lines
            here, there = self.cuts[0]
            return Range(start + there - here, max(end, start) + there - here)
        return Range(self._place(start), self._place(max(end - 1, start)) + (end > start))

    def _place(self, at: int) -> int:
        here, there = self.cuts[bisect_right(self.cuts, (at, len(self.text) << 32)) - 1]
        return there + at - here


def _wholes(text: str, start: int) -> list[_Whole]:
    found: list[_Whole] = []
    rest = _lines(text, start)
    for line in rest:
        whole = line
        if not is_regular(whole.text):
            while is_open(whole.text):
                below = next(rest, None)
                if below is None or not below.text.strip(" "):
                    raise IrregularError
                whole = whole.joined(below)
            if found and goes_on(found[-1].text, whole.text):
                whole = found.pop().joined(whole)
            elif whole is line:
                raise IrregularError
        found.append(whole)
    return found


def _lines(text: str, start: int) -> Iterator[_Whole]:
    for line in text[start:].split("\n"):
        yield _Whole(line, ((0, start),))
        start += len(line) + 1


class _Surveyor:
    """Goes through the lines of one document. Lists and mappings get their ends at last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._masked: list[Range] = []
        self._nodes: list[Any] = [None] * (MAX_DEPTH + 1)

    def survey(self, start: int) -> Survey:
        """What is written from `start` on. Raises IrregularError."""
        node: Any = _collection(start, dict)
        root = self._nodes[0] = node
        state, key = beginning(), None
        for whole in _wholes(self._text, start):
            changes, name, value, state = state[whole.text]
            if value is NOTHING:
                continue
            margin = _MARGIN.match(whole.text)
            assert margin is not None
            if key is None and not root.children:
                root.range = Range(whole.cuts[0][1], -1)
            if changes is not None:
                node = self._opened(changes, whole, margin[0], key)
            if name is None:
                node.children.append(self._value(whole, margin.end()))
            elif name in node.children:
                raise IrregularError
            else:
                node.children[name] = self._entry(whole, margin.end(), name)
            key = name
        if not node.children:
            raise IrregularError
        _end(root)
        return Survey(root, self._masked)

    def _opened(self, changes: Changes, whole: _Whole, margin: str, key: str | None) -> Spot:
        """The list or mapping that a line adds to, after what it closes and opens."""
        depth, made, added = changes
        node: Any = self._nodes[depth]
        columns = [at for at, sign in enumerate(margin) if sign == "-"] + [len(margin)]
        starts = [whole.range(at, at).start for at in columns]
        if made is not None:
            depth += 1
            child = self._nodes[depth] = _collection(starts[0], made)
            node.children[key] = node.children[key][0], child
            node = child
        for start, kind in zip(starts[1:], added, strict=False):
            depth += 1
            child = self._nodes[depth] = _collection(start, kind)
            node.children.append(child)
            node = child
        opened: Spot = node
        return opened

    def _entry(self, whole: _Whole, at: int, name: str) -> tuple[Range, Spot]:
        """The range of the key at `at`, and its value on the same line, if there is one."""
        end = at + len(name) + 2 * (whole.text[at] == '"')
        after = _skip(whole.text, end + 1)
        if after == len(whole.text) or whole.text[after] == "#":
            value = Spot(whole.range(end + 1, end + 1))
        else:
            value = self._value(whole, after)
        return whole.range(at, end), value

    def _value(self, whole: _Whole, at: int) -> Spot:
        if whole.text[at] in "[{":
            return self._flow(whole, at)[0]
        match = VALUE.match(whole.text, at)
        if match is None:
            raise IrregularError
        return self._scalar(whole, at, match.end())

    def _scalar(self, whole: _Whole, start: int, end: int) -> Spot:
        place = whole.range(start, end)
        if self._text.find("#", *place) >= 0:
            self._masked.append(place)
        return Spot(place)

    def _flow(self, whole: _Whole, start: int) -> tuple[Spot, int]:
        """The list or mapping at `start` in flow style, and its end."""
        text, children = whole.text, dict[str, tuple[Range, Spot]]()
        items: list[Spot] = []
        closing = "]" if text[start] == "[" else "}"
        at = _skip(text, start + 1)
        while not text.startswith(closing, at):
            match = PART.match(text, at)
            if match is None:
                raise IrregularError
            at = match.end()
            if match[3] or match[4]:
                spot = self._scalar(whole, *match.span(3 if match[3] else 4))
            else:
                spot, at = self._flow(whole, at)
                at = _skip(text, at)
            if closing == "}":
                quotes = match[2] is not None
                first, last = match.span(2 if quotes else 1)
                name = match[2] if quotes else match[1]
                children[name] = whole.range(first - quotes, last + quotes), spot
            elif match[1] or match[2]:
                raise IrregularError  # `[a: b]`
            else:
                items.append(spot)
            at += text.startswith(",", at)
        made = Spot(whole.range(start, at + 1))
        made.children = children if closing == "}" else items
        return made, at + 1


def _collection(start: int, kind: type) -> Spot:
    spot = Spot(Range(start, -1))
    spot.children = kind()
    return spot


def _end(spot: Spot) -> None:
    """End lists and mappings in block style with what is last in them."""
    if spot.range.end >= 0:
        return
    children = spot.children
    inner = [value for _, value in children.values()] if isinstance(children, dict) else children
    for child in inner:
        _end(child)
    spot.range = Range(spot.range.start, inner[-1].range.end)


def _skip(text: str, at: int) -> int:
    while text.startswith(" ", at):
        at += 1
    return at
