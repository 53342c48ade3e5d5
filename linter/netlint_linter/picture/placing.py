"""Where everything in a still image stands: workloads in cards, cards and what is outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netlint_linter.picture.arrows import End, Extent
from netlint_linter.picture.layered import Point, Size, layered
from netlint_linter.picture.model import Picture
from netlint_linter.picture.sketch import Box, Sketch, box_text, few_ports, line_text
from netlint_rules.record import NamedTuple

TALL = 36
"""How high a workload's box is; its width is that of the longest name in its namespace."""
PADDING, HEAD, FOOT = 12, 32, 18
LETTER = 6.4
"""About how wide a character is, in a font of 12."""
_GAP, _WIDE = 12, 840

Ends = tuple[Box, Box]


class Rect(NamedTuple):
    """A rectangle in the image."""

    x: float
    y: float
    width: float
    height: float


class Path(NamedTuple):
    """The points between the ends of a line, which leaves downward or to the right."""

    bends: list[Point]
    downward: bool


class Arranged(NamedTuple):
    """Boxes and the bends of lines between them, from the upper left corner."""

    rects: dict[Box, Rect]
    bends: dict[Ends, list[Point]]
    size: Size
    downward: bool = False


class Spacing(NamedTuple):
    """Room between boxes of a rank, between ranks, and how wide shelves are."""

    gap: float
    ranks: float
    wide: float


class Scene(NamedTuple):
    """Everything in its place; `paths` has the order of the sketch's lines."""

    rects: dict[Box, Rect]
    paths: list[Path]
    size: Size


def scene(picture: Picture, drawn: Sketch) -> Scene:
    """The places of all boxes and lines."""
    cards = _card_of(drawn)
    insides = {_card(name): _inside(drawn, name, cards) for name in drawn.namespaces}
    sizes = {box: _card_size(picture, drawn, box, inside) for box, inside in insides.items()}
    for box in drawn.outside:
        sizes[box] = Size(max(len(box_text(picture, box)) * LETTER + 44, 96), 32)
    outer = _best(sizes, [_outer(cards, line.source, line.destination) for line in drawn.lines])
    rects = dict(outer.rects)
    for card, inside in insides.items():
        at = outer.rects[card]
        for box, rect in inside.rects.items():
            rects[box] = rect._replace(x=at.x + PADDING + rect.x, y=at.y + HEAD + rect.y)
    ends = [(line.source, line.destination) for line in drawn.lines]
    return Scene(rects, [_path(each, cards, insides, outer) for each in ends], outer.size)


def _card(name: str) -> Box:
    return Box(End(Extent.NAMESPACE, name))


def _card_of(drawn: Sketch) -> dict[Box, Box]:
    return {
        Box(End(Extent.NODE, node.id)): _card(name)
        for name, nodes in drawn.namespaces.items()
        for node in nodes
    }


def _outer(cards: Mapping[Box, Box], source: Box, destination: Box) -> Ends:
    return cards.get(source, source), cards.get(destination, destination)


def _inside(drawn: Sketch, name: str, cards: Mapping[Box, Box]) -> Arranged:
    """The workloads of a namespace, along the lines between them."""
    own = [box for box, card in cards.items() if card == _card(name)]
    lines = [line for line in drawn.lines if line.source in own and line.destination in own]
    longest = max([len(line_text(line)) * LETTER + 24 for line in lines], default=0)
    edges = [(line.source, line.destination) for line in lines]
    columns = 3 if len(own) > 6 else 2 if len(own) > 3 else 1
    names = [node.name for node in drawn.namespaces[name]]
    chip = Size(min(max(max(map(len, names), default=0) * 6.8 + 30, 110), 210), TALL)
    wide = columns * (chip.width + _GAP)
    return _arranged(dict.fromkeys(own, chip), edges, Spacing(_GAP, max(longest, 54), wide))


def _card_size(picture: Picture, drawn: Sketch, box: Box, inside: Arranged) -> Size:
    name = box.end.name
    count = len(f"{name}  {len(picture.members[name])} workloads")
    foot = drawn.mesh.get(name)
    words = len(f"pods reach each other: {few_ports(foot)}") if foot else 0
    width = max(inside.size.width, count * LETTER + 10, words * LETTER * 0.9)
    below = inside.size.height + PADDING if inside.rects else 0
    return Size(width + 2 * PADDING, HEAD + below + (FOOT if foot else 0))


def _best(sizes: Mapping[Box, Size], edges: Sequence[Ends]) -> Arranged:
    """Ranks to the right where that isn't too wide to read, else downward."""
    right = _arranged(sizes, edges, Spacing(24, 84, _WIDE))
    if right.size.width <= _WIDE * 1.25:
        return right
    down = _arranged(sizes, edges, Spacing(24, 50, _WIDE), downward=True)
    return min(right, down, key=lambda each: each.size.width)


def _path(
    ends: Ends, cards: Mapping[Box, Box], insides: Mapping[Box, Arranged], outer: Arranged
) -> Path:
    source, destination = _outer(cards, *ends)
    if source != destination:
        return Path(outer.bends.get((source, destination), []), outer.downward)
    at = outer.rects[source]
    bends = insides[source].bends.get(ends, [])
    return Path([Point(at.x + PADDING + x, at.y + HEAD + y) for x, y in bends], downward=False)


def _arranged(
    sizes: Mapping[Box, Size], edges: Sequence[Ends], spacing: Spacing, *, downward: bool = False
) -> Arranged:
    """Boxes with lines in ranks, the others on shelves below them."""
    edges = [(a, b) for a, b in dict.fromkeys(edges) if a != b]
    tied = {box for edge in edges for box in edge}
    found = Arranged({}, {}, Size(0, 0), downward)
    if tied:
        ranked = [box for box in sizes if box in tied]
        found = _ranked(ranked, sizes, edges, spacing, downward=downward)
    return _shelved(found, [box for box in sizes if box not in tied], sizes, spacing)


def _ranked(
    boxes: Sequence[Box],
    sizes: Mapping[Box, Size],
    edges: Sequence[Ends],
    spacing: Spacing,
    *,
    downward: bool,
) -> Arranged:
    number = {box: at for at, box in enumerate(boxes)}
    pairs = [(number[source], number[destination]) for source, destination in edges]
    turn = _swapped if downward else _same
    laid = layered([Size(*turn(sizes[box])) for box in boxes], pairs, spacing.gap, spacing.ranks)
    return Arranged(
        {box: Rect(*turn(laid.places[at]), *sizes[box]) for box, at in number.items()},
        {
            edge: [Point(*turn(point)) for point in laid.bends.get(pair, ())]
            for edge, pair in zip(edges, pairs, strict=True)
        },
        Size(*turn(laid.size)),
        downward,
    )


def _same(pair: tuple[float, float]) -> tuple[float, float]:
    return pair


def _swapped(pair: tuple[float, float]) -> tuple[float, float]:
    return pair[1], pair[0]


def _shelved(
    found: Arranged, boxes: Sequence[Box], sizes: Mapping[Box, Size], spacing: Spacing
) -> Arranged:
    wide = max(spacing.wide, found.size.width)
    rects = dict(found.rects)
    x, y = 0.0, found.size.height + (spacing.gap if found.rects else 0)
    tall = width = 0.0
    for box in boxes:
        size = sizes[box]
        if x and x + size.width > wide:
            x, y, tall = 0.0, y + tall + spacing.gap, 0.0
        rects[box] = Rect(x, y, *size)
        tall, width = max(tall, size.height), max(width, x + size.width)
        x += size.width + spacing.gap
    height = y + tall if boxes else found.size.height
    return found._replace(rects=rects, size=Size(max(found.size.width, width), height))
