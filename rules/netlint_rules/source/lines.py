"""Characters of a piece of text to lines and columns of its file."""

from __future__ import annotations

from bisect import bisect_right

from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Span
from netlint_rules.source.pieces import Piece


class Range(NamedTuple):
    """Characters from `start` to before `end`, counted from 0."""

    start: int
    end: int


class Lines:
    """The lines of a piece. Columns count characters of the file, so embedded text is shifted.

    Offsets count the characters of `text`. Only a line feed ends a line: YAML's other line
    breaks (NEL, LS, PS) end none in editors. `first` and `leads` are the piece's.
    """

    def __init__(self, piece: Piece) -> None:
        self.text = piece.data.decode(errors="replace")
        self.first = piece.first_line
        self.leads = piece.leads
        self._starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = self.text.find("\n", at + 1)

    def number(self, offset: int) -> int:
        """The line in the file, from 1, that holds a character."""
        return self.first + bisect_right(self._starts, offset) - 1

    def span(self, start: int, end: int) -> Span:
        """The range of the characters from `start` to before `end`."""
        return Span(*self._place(start), *self._place(end))

    def entry(self, key: Range, value: Range) -> Span:
        """A key with its value on the same line, else the key alone (its first line)."""
        if key.start <= value.start and self.number(key.start) == self.number(value.end):
            return self.span(key.start, value.end)
        return self.span(key.start, min(key.end, self.line_end(key.start)))

    def line_end(self, offset: int) -> int:
        """Where the line of a character ends, without blanks."""
        begin, end = self._bounds(bisect_right(self._starts, offset) - 1)
        return begin + len(self.text[begin:end].rstrip())

    def before(self, offset: int) -> str:
        """What stands before a character on its line."""
        return self.text[self.text.rfind("\n", 0, offset) + 1 : offset]

    def line(self, number: int) -> str | None:
        """A line of the file, without its end; None where it is not in the piece."""
        at = number - self.first
        if not 0 <= at < len(self._starts):
            return None
        begin, end = self._bounds(at)
        return (self._lead(at) + self.text[begin:end]).removesuffix("\r")

    def _bounds(self, at: int) -> tuple[int, int]:
        last = at + 1 == len(self._starts)
        return self._starts[at], len(self.text) if last else self._starts[at + 1] - 1

    def _place(self, offset: int) -> tuple[int, int]:
        at = bisect_right(self._starts, offset) - 1
        return self.first + at, len(self._lead(at)) + offset - self._starts[at] + 1

    def _lead(self, at: int) -> str:
        return self.leads[at] if at < len(self.leads) else ""
