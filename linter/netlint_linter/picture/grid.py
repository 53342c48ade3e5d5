"""A still image of many namespaces: a matrix of who reaches whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_linter.picture.arrows import End, Extent
from netlint_linter.picture.layered import Point, Size
from netlint_linter.picture.model import Picture
from netlint_linter.picture.placing import LETTER
from netlint_linter.picture.sketch import Box, Line, Sketch, box_text, line_text
from netlint_linter.picture.strokes import plain, written

_WIDE, _LARGEST, _SMALLEST, _HEAD = 620, 18, 5, 150


def grid(picture: Picture, drawn: Sketch) -> tuple[Iterator[str], Size]:
    """The elements of the matrix, rows are sources, and its size."""
    namespaces = [Box(End(Extent.NAMESPACE, name)) for name in drawn.namespaces]
    rows = [box for box in drawn.outside if box.role == "from"] + namespaces
    columns = [box for box in drawn.outside if box.role == "to"] + namespaces
    unit = max(min(_WIDE // max(len(rows), 1), _LARGEST), _SMALLEST)
    size = Size(_HEAD + unit * len(columns), _HEAD + unit * len(rows))
    return _elements(picture, drawn.lines, rows, columns, unit), size


def _elements(
    picture: Picture, lines: Sequence[Line], rows: list[Box], columns: list[Box], unit: int
) -> Iterator[str]:
    width, height = unit * len(columns), unit * len(rows)
    yield f'<rect class="card" x="{_HEAD}" y="{_HEAD}" width="{width}" height="{height}"/>'
    yield written("small", Point(0, _HEAD - 8), "from ↓ to →")
    small = f' style="font-size:{min(unit - 1, 11)}px"'
    for number, box in enumerate(rows):
        y = _HEAD + unit * number
        text = plain(_short(box_text(picture, box), unit))
        yield f'<text class="row"{small} x="{_HEAD - 6}" y="{y + unit * 0.75:.1f}">{text}</text>'
        yield f'<path class="rule" d="M{_HEAD} {y}h{width}"/>'
    for number, box in enumerate(columns):
        x = _HEAD + unit * number
        text = plain(_short(box_text(picture, box), unit))
        turned = f'transform="translate({x + unit * 0.75:.1f} {_HEAD - 6}) rotate(-90)"'
        yield f'<text class="column"{small} {turned}>{text}</text>'
        yield f'<path class="rule" d="M{x} {_HEAD}v{height}"/>'
    for line in lines:
        yield _cell(picture, line, rows.index(line.source), columns.index(line.destination), unit)


def _short(text: str, unit: int) -> str:
    most = int((_HEAD - 10) / (LETTER * min(unit - 1, 11) / 11.5))
    return text if len(text) <= most else text[: most - 1] + "…"


def _cell(picture: Picture, line: Line, row: int, column: int, unit: int) -> str:
    """Full where every port is open, smaller for some ports, an outline for perhaps."""
    size = unit * (0.78 if line.ports.is_all else 0.5)
    x, y = (_HEAD + unit * (at + 0.5) - size / 2 for at in (column, row))
    ends = f"{box_text(picture, line.source)} → {box_text(picture, line.destination)}"
    kind = "cell" if line.certain else "cell unsure"
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}">'
        f"<title>{plain(f'{ends}: {line_text(line)}')}</title></rect>"
    )
