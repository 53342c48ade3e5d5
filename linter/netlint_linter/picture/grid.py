"""A still image of many connections: a matrix of who reaches whom."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_linter.picture.arrows import End, Extent
from netlint_linter.picture.layered import Point, Size
from netlint_linter.picture.model import Picture
from netlint_linter.picture.placing import LETTER
from netlint_linter.picture.sketch import Box, Line, Sketch, box_text, line_text
from netlint_linter.picture.strokes import plain, written

_WIDE, _LARGEST, _SMALLEST, _HEAD = 620, 18, 5, 150


def grid(picture: Picture, drawn: Sketch) -> tuple[Iterator[str], Size]:
    """The elements of the matrix, rows are sources, and its size."""
    rows = _boxes(drawn, "from", {line.source for line in drawn.lines})
    columns = _boxes(drawn, "to", {line.destination for line in drawn.lines})
    unit = max(min(_WIDE // max(len(rows), len(columns), 1), _LARGEST), _SMALLEST)
    size = Size(_HEAD + unit * len(columns), _HEAD + unit * len(rows))
    return _elements(picture, drawn, rows, columns, unit), size


def _boxes(drawn: Sketch, role: str, used: set[Box]) -> list[Box]:
    """What stands outside, then namespaces (themselves only if they are ends) and workloads."""
    boxes = [box for box in drawn.outside if box.role == role]
    for name, nodes in drawn.namespaces.items():
        card = Box(End(Extent.NAMESPACE, name))
        boxes += [card] if drawn.folded or card in used else []
        boxes += [Box(End(Extent.NODE, node.id)) for node in nodes]
    return boxes


def _named(picture: Picture, drawn: Sketch, box: Box) -> str:
    if box.end.extent is Extent.NAMESPACE and not drawn.folded:
        return f"every pod in {box.end.name}"
    if box.end.extent is Extent.NODE and len(drawn.namespaces) > 1:
        return f"{picture.by_id[box.end.name].namespace}/{box_text(picture, box)}"
    return box_text(picture, box)


def _elements(
    picture: Picture, drawn: Sketch, rows: list[Box], columns: list[Box], unit: int
) -> Iterator[str]:
    width, height = unit * len(columns), unit * len(rows)
    yield f'<rect class="card" x="{_HEAD}" y="{_HEAD}" width="{width}" height="{height}"/>'
    yield written("small", Point(0, _HEAD - 8), "from ↓ to →")
    small = f' style="font-size:{min(unit - 1, 11)}px"'
    for number, box in enumerate(rows):
        y = _HEAD + unit * number
        text = plain(_short(_named(picture, drawn, box), unit))
        yield f'<text class="row"{small} x="{_HEAD - 6}" y="{y + unit * 0.75:.1f}">{text}</text>'
        yield f'<path class="rule" d="M{_HEAD} {y}h{width}"/>'
    for number, box in enumerate(columns):
        x = _HEAD + unit * number
        text = plain(_short(_named(picture, drawn, box), unit))
        turned = f'transform="translate({x + unit * 0.75:.1f} {_HEAD - 6}) rotate(-90)"'
        yield f'<text class="column"{small} {turned}>{text}</text>'
        yield f'<path class="rule" d="M{x} {_HEAD}v{height}"/>'
    for line in drawn.lines:
        yield _cell(
            picture, drawn, line, rows.index(line.source), columns.index(line.destination), unit
        )


def _short(text: str, unit: int) -> str:
    most = int((_HEAD - 10) / (LETTER * min(unit - 1, 11) / 11.5))
    return text if len(text) <= most else text[: most - 1] + "…"


def _cell(picture: Picture, drawn: Sketch, line: Line, row: int, column: int, unit: int) -> str:
    """Full where every port is open, smaller for some ports, an outline for perhaps."""
    size = unit * (0.78 if line.ports.is_all else 0.5)
    x, y = (_HEAD + unit * (at + 0.5) - size / 2 for at in (column, row))
    ends = " → ".join(_named(picture, drawn, box) for box in (line.source, line.destination))
    kind = "cell" if line.certain else "cell unsure"
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}">'
        f"<title>{plain(f'{ends}: {line_text(line)}')}</title></rect>"
    )
