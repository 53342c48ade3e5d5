"""Lines of a still image: curves between boxes, their heads and their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from html import escape
from itertools import pairwise

from netlint_linter.picture.arrows import Extent
from netlint_linter.picture.layered import Point
from netlint_linter.picture.placing import HEAD, LETTER, Path, Rect, Scene
from netlint_linter.picture.sketch import Sketch, line_text
from netlint_rules.record import NamedTuple

_TIP = 7
_CROWDED = 18
"""With more lines, labels that would cover something are left out."""


class Heading(Enum):
    """The direction in which a line leaves and arrives, and its head there."""

    RIGHT = "l-9 -4.5v9z"
    DOWN = "l-4.5 -9h9z"
    UP = "l-4.5 9h9z"


class Stroke(NamedTuple):
    """A line's points, its two ends included."""

    points: list[Point]
    heading: Heading


def plain(text: str) -> str:
    """Text that XML can hold: control characters have no place in it."""
    return escape(
        "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    )


def written(kind: str, at: Point, text: str) -> str:
    """A text element."""
    return f'<text class="{kind}" x="{at.x:.1f}" y="{at.y:.1f}">{plain(text)}</text>'


def shafts(drawn: Sketch, laid: Scene) -> Iterator[str]:
    """The lines without their labels."""
    for line, stroke in zip(drawn.lines, _strokes(drawn, laid), strict=True):
        kinds = ["line"]
        if not line.certain:
            kinds.append("unsure")
        if line.ports.is_all:
            kinds.append("all")
        end = stroke.points[-1]
        yield (
            f'<g class="{" ".join(kinds)}"><title>{plain(line_text(line))}</title>'
            f'<path class="shaft" d="{_curve(stroke)}"/>'
            f'<path class="head" d="M{end.x:.1f} {end.y:.1f}{stroke.heading.value}"/></g>'
        )


def labels(drawn: Sketch, laid: Scene) -> Iterator[str]:
    """The ports of each line, where they cover no box and no other label as far as possible."""
    taken = [
        rect._replace(height=HEAD) if box.end.extent is Extent.NAMESPACE else rect
        for box, rect in laid.rects.items()
    ]
    for line, stroke in zip(drawn.lines, _strokes(drawn, laid), strict=True):
        text = line_text(line)
        spot, clear = _spot(stroke, len(text) * LETTER * 0.9 + 6, taken)
        if len(drawn.lines) > _CROWDED and not clear:
            continue
        yield written("port middle", Point(spot.x, spot.y + 4), text)


def _strokes(drawn: Sketch, laid: Scene) -> Iterator[Stroke]:
    for line, path in zip(drawn.lines, laid.paths, strict=True):
        yield _stroke(laid.rects[line.source], laid.rects[line.destination], path)


def _stroke(source: Rect, target: Rect, path: Path) -> Stroke:
    right, below = source.x + source.width, source.y + source.height
    if path.downward and target.y > below + 12:
        ends = Point(_centre(source), below), Point(_centre(target), target.y)
        return Stroke([ends[0], *path.bends, ends[1]], Heading.DOWN)
    if target.x > right + 16 and not (path.downward and path.bends):
        start = Point(right, source.y + source.height / 2)
        bends = [] if path.downward else path.bends
        return Stroke([start, *bends, Point(target.x, target.y + target.height / 2)], Heading.RIGHT)
    return _backward(source, target)


def _backward(source: Rect, target: Rect) -> Stroke:
    """Against the ranks, or within one: from the nearer edge, beside the lines the other way."""
    down = target.y + target.height / 2 > source.y + source.height / 2
    start = Point(_centre(source) + 14, source.y + source.height if down else source.y)
    end = Point(_centre(target) - 14, target.y if down else target.y + target.height)
    if abs(end.y - start.y) < 8:
        low = source.y + source.height
        middle = Point((start.x + end.x) / 2, low + 34)
        return Stroke(
            [Point(start.x, low), middle, Point(end.x, target.y + target.height)], Heading.UP
        )
    return Stroke([start, end], Heading.DOWN if down else Heading.UP)


def _centre(rect: Rect) -> float:
    return rect.x + rect.width / 2


def _tipped(stroke: Stroke) -> list[Point]:
    """The points with room for the head."""
    end = stroke.points[-1]
    move = {Heading.RIGHT: (-_TIP, 0), Heading.DOWN: (0, -_TIP), Heading.UP: (0, _TIP)}
    dx, dy = move[stroke.heading]
    return [*stroke.points[:-1], Point(end.x + dx, end.y + dy)]


def _parts(stroke: Stroke) -> list[tuple[Point, Point, Point, Point]]:
    """Cubic curves that leave and arrive in the direction of the heading."""
    return [_part(last, after, stroke.heading) for last, after in pairwise(_tipped(stroke))]


def _part(last: Point, after: Point, heading: Heading) -> tuple[Point, Point, Point, Point]:
    if heading is Heading.RIGHT:
        bend = (after.x - last.x) / 2
        return last, Point(last.x + bend, last.y), Point(after.x - bend, after.y), after
    bend = (after.y - last.y) / 2
    return last, Point(last.x, last.y + bend), Point(after.x, after.y - bend), after


def _curve(stroke: Stroke) -> str:
    parts = _parts(stroke)
    first = parts[0][0]
    curves = (" ".join(f"{x:.1f} {y:.1f}" for x, y in part[1:]) for part in parts)
    return f"M{first.x:.1f} {first.y:.1f}" + "".join(f"C{curve}" for curve in curves)


def _spot(stroke: Stroke, width: float, taken: list[Rect]) -> tuple[Point, bool]:
    """The best spot for a label of that width, and whether it covers nothing there."""
    parts = sorted(_parts(stroke), key=_length, reverse=True)[:2]
    spots = [_at(part, t) for part in parts for t in (0.6, 0.7, 0.5, 0.8, 0.4, 0.3, 0.2)]
    rects = [Rect(spot.x - width / 2, spot.y - 8, width, 16) for spot in spots]
    clear = [at for at, rect in enumerate(rects) if not any(_meet(rect, each) for each in taken)]
    best = clear[0] if clear else 0
    taken.append(rects[best])
    return spots[best], bool(clear)


def _length(part: Sequence[Point]) -> float:
    return abs(part[3].x - part[0].x) + abs(part[3].y - part[0].y)


def _at(part: Sequence[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
    x, y = (sum(w * point[axis] for w, point in zip(weights, part, strict=True)) for axis in (0, 1))
    return Point(x, y)


def _meet(one: Rect, two: Rect) -> bool:
    return (
        one.x < two.x + two.width
        and two.x < one.x + one.width
        and one.y < two.y + two.height
        and two.y < one.y + one.height
    )
