"""Source lines in a frame, with ranges underlined and notes beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from netlint_linter.output.terminal import Pen, printable, width, wrap
from netlint_rules.record import dataclass
from netlint_rules.source.document import Span

_TAB = "    "
# How much of a long line is kept before a range that would not be in view.
_LEAD = 12
# A note beside its range needs this many columns, else it goes below.
_BESIDE = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """A range to underline with `stroke`, and the note that explains it."""

    span: Span
    note: str
    stroke: str
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The left edge of a finding: line numbers of up to `digits` digits, and a bar."""

    pen: Pen
    digits: int

    @property
    def room(self) -> int:
        """Columns to the right of the bar."""
        return max(self.pen.width - self.digits - 3, 20)

    def head(self, text: str) -> str:
        """The first line, which says where."""
        return f"{' ' * self.digits}{self._dim(self.pen.glyphs.corner)} {text}"

    def source(self, number: int, text: str) -> str:
        """A line of the file."""
        edge = f"{number:>{self.digits}} {self.pen.glyphs.bar}"
        return f"{self._dim(edge)} {text}".rstrip()

    def below(self, text: str = "") -> str:
        """A line under a line of the file."""
        edge = f"{' ' * self.digits} {self.pen.glyphs.bar}"
        return f"{self._dim(edge)} {text}".rstrip()

    def gap(self) -> str:
        """The sign that lines were left out."""
        return self._dim(f"{' ' * self.digits} {self.pen.glyphs.gap}")

    def remark(self, label: str, text: str, *looks: str) -> list[str]:
        """A remark after the source, `= label text`, with `looks` for the label."""
        first, *rest = wrap(text, self.room - width(label), self.room)
        indent = " " * (self.digits + 1)
        start = " ".join(part for part in (self.pen.paint(label, *looks), first) if part)
        return [f"{indent}{self._dim('=')} {start}", *(f"{indent}  {line}" for line in rest)]

    def _dim(self, text: str) -> str:
        return self.pen.paint(text, "dim")


@dataclass(frozen=True, slots=True)
class _View:
    """The part of a line that fits: `columns[i]` is where the character `first + i` begins."""

    text: str
    first: int
    columns: Sequence[int]

    def column(self, index: int) -> int:
        """Where the line's character `index` begins, or the nearest place in view."""
        return self.columns[min(max(index - self.first, 0), len(self.columns) - 1)]


def excerpt(
    frame: Frame,
    line_at: Callable[[int], str | None],
    marks: Sequence[Mark],
    context: Iterable[int],
) -> list[str]:
    """The lines of `marks` and `context` in order; of two marks on a line the first leads."""
    by_line: dict[int, list[Mark]] = {number: [] for number in context}
    for mark in marks:
        by_line.setdefault(mark.span.line, []).append(mark)
    rows: list[str] = []
    previous = 0
    for number in sorted(by_line):
        if previous and number > previous + 1:
            single = line_at(previous + 1) if number == previous + 2 else None
            rows += [frame.gap()] if single is None else _rows(frame, previous + 1, single, ())
        rows += _rows(frame, number, line_at(number) or "", by_line[number])
        previous = number
    return rows


def _rows(frame: Frame, number: int, line: str, marks: Sequence[Mark]) -> list[str]:
    ranges = [_range(mark.span, line) for mark in marks]
    start, end = ranges[0] if ranges else (0, 0)
    view = _view(line, start, end, frame)
    rows = [frame.source(number, view.text)]
    for mark, (begin, stop) in zip(marks, ranges, strict=True):
        column = view.column(begin)
        rows += _underline(frame, mark, column, max(view.column(stop) - column, 1))
    return rows


def _range(span: Span, line: str) -> tuple[int, int]:
    """The characters of `span` on its first line, counted from 0."""
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    return span.column - 1, end


def _view(line: str, start: int, end: int, frame: Frame) -> _View:
    cut, room = frame.pen.glyphs.cut, frame.room
    needed = end if end == len(line) else end + width(cut)
    in_view = needed <= room and needed + sum(width(_cell(c)) - 1 for c in line[:end]) <= room
    first = 0 if in_view else max(start - _LEAD, 0)
    shown = [cut] if first else []
    columns = [width(cut) if first else 0]
    for char in line[first:]:
        shown.append(_cell(char))
        columns.append(columns[-1] + width(shown[-1]))
        if columns[-1] > room:
            break
    if columns[-1] <= room:
        return _View("".join(shown), first, columns)
    while columns[-1] > room - width(cut):
        shown.pop()
        columns.pop()
    return _View("".join(shown) + cut, first, columns)


def _cell(char: str) -> str:
    return _TAB if char == "\t" else printable(char)


def _underline(frame: Frame, mark: Mark, column: int, length: int) -> list[str]:
    strokes = " " * column + frame.pen.paint(mark.stroke * length, "bold", *mark.looks)
    beside = frame.room - column - length - 1
    if not mark.note:
        return [frame.below(strokes)]
    if beside >= min(_BESIDE, width(mark.note)):
        first, *rest = wrap(mark.note, beside, beside)
        rows = [frame.below(f"{strokes} {frame.pen.paint(first, *mark.looks)}")]
        indent = " " * (column + length + 1)
    else:
        indent = " " * min(column, max(frame.room - 2 * _BESIDE, 0))
        rows = [frame.below(strokes)]
        rest = wrap(mark.note, frame.room - len(indent), frame.room - len(indent))
    return rows + [frame.below(indent + frame.pen.paint(line, *mark.looks)) for line in rest]
