"""A picture as one still SVG image: no script, nothing loaded, colours for light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from netlint_linter.picture.arrows import End, Extent
from netlint_linter.picture.grid import grid
from netlint_linter.picture.layered import Point
from netlint_linter.picture.model import Node, Picture
from netlint_linter.picture.placing import (
    LETTER,
    PADDING,
    Rect,
    Scene,
    scene,
)
from netlint_linter.picture.sketch import (
    Box,
    Sketch,
    box_text,
    few_ports,
    open_words,
    sketch,
)
from netlint_linter.picture.strokes import labels, plain, shafts, written
from netlint_rules.finding import Severity
from netlint_rules.policy import Direction

_MARGIN, _TOP, _BELOW = 20, 20, 64
_LEAST = 560


def render(picture: Picture) -> str:
    """The image as an SVG document: a map, or a matrix where a map would be a tangle."""
    drawn = sketch(picture)
    if _is_tangle(drawn):
        body, size = grid(picture, drawn)
    else:
        laid = scene(picture, drawn)
        body, size = _map(picture, drawn, laid), laid.size
    width = max(size.width + 2 * _MARGIN, _LEAST)
    height = size.height + _TOP + _BELOW
    style = (files(__package__) / "assets" / "image.css").read_text(encoding="utf-8")
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-labelledby="title">',
        f'<title id="title">{plain(f"Who can reach whom in {picture.title}")}</title>',
        f"<style>{style.strip()}</style>",
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}" rx="10"/>',
        f'<g transform="translate({_MARGIN} {_TOP})">',
        *body,
        "</g>",
        *_notes(picture, drawn, height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _is_tangle(drawn: Sketch) -> bool:
    """Whether there are more lines than an eye can follow; folded cards lie close together."""
    workloads = sum(map(len, drawn.namespaces.values()))
    return len(drawn.lines) > 20 + (
        0.5 * len(drawn.namespaces) if drawn.folded else 1.5 * workloads
    )


def _map(picture: Picture, drawn: Sketch, laid: Scene) -> Iterator[str]:
    yield from _cards(drawn, laid)
    yield from shafts(drawn, laid)
    yield from _heads(picture, drawn, laid)
    yield from _boxes(picture, drawn, laid)
    yield from labels(drawn, laid)


def _fitting(text: str, width: float, letter: float = LETTER) -> str:
    most = max(int(width / letter), 1)
    return text if len(text) <= most else text[: most - 1] + "…"


def _cards(drawn: Sketch, laid: Scene) -> Iterator[str]:
    for name in drawn.namespaces:
        yield _rect(laid.rects[Box(End(Extent.NAMESPACE, name))], "card", 12)


def _heads(picture: Picture, drawn: Sketch, laid: Scene) -> Iterator[str]:
    for name in drawn.namespaces:
        rect = laid.rects[Box(End(Extent.NAMESPACE, name))]
        count = len(picture.members[name])
        words = f"{count} workload{'' if count == 1 else 's'}"
        shown = _fitting(name, rect.width - len(words) * LETTER - 2 * PADDING - 8, 7.4)
        left = rect.x + PADDING
        yield (
            f'<text class="name" x="{left:.1f}" y="{rect.y + 21:.1f}">{plain(shown)}'
            f'<tspan dx="7">{words}</tspan></text>'
        )
        mesh = drawn.mesh.get(name)
        if mesh is not None:
            below = Point(left, rect.y + rect.height - 8)
            yield written("small", below, f"⟲ pods reach each other: {few_ports(mesh)}")


def _rect(rect: Rect, kind: str, radius: float) -> str:
    return (
        f'<rect class="{kind}" x="{rect.x:.1f}" y="{rect.y:.1f}" width="{rect.width:.1f}"'
        f' height="{rect.height:.1f}" rx="{radius:.0f}"/>'
    )


def _boxes(picture: Picture, drawn: Sketch, laid: Scene) -> Iterator[str]:
    for nodes in drawn.namespaces.values():
        for node in nodes:
            yield from _chip(picture, node, laid.rects[Box(End(Extent.NODE, node.id))])
    for box in drawn.outside:
        rect = laid.rects[box]
        yield _rect(rect, "outside", rect.height / 2)
        middle = Point(rect.x + rect.width / 2, rect.y + 20)
        yield written("middle bold", middle, box_text(picture, box))


def _chip(picture: Picture, node: Node, rect: Rect) -> Iterator[str]:
    yield _rect(rect, "chip", 7)
    gates = (Direction.INGRESS, rect.x + 4.5), (Direction.EGRESS, rect.x + rect.width - 4.5)
    for direction, x in gates:
        kind = "open" if direction in node.open else "shut"
        d = f"M{x:.1f} {rect.y + 5:.1f}v{rect.height - 10:.0f}"
        yield f'<path class="gate {kind}" d="{d}"/>'
    room = rect.width - 22
    yield written("bold", Point(rect.x + 11, rect.y + 16), _fitting(node.name, room, 6.6))
    yield written("tiny", Point(rect.x + 11, rect.y + 28), _fitting(node.kind, room, 5.4))
    if node.problems:
        yield from _badge(picture, node, Point(rect.x + rect.width - 16, rect.y))


def _badge(picture: Picture, node: Node, at: Point) -> Iterator[str]:
    found = [picture.problems[number] for number in node.problems]
    worst = min((problem.severity for problem in found), key=lambda each: each.rank)
    x, y = at
    shapes = {
        Severity.ERROR: f"M{x - 6:.1f} {y - 6:.1f}h12v12h-12z",
        Severity.WARNING: f"M{x:.1f} {y - 9:.1f}l9 15h-18z",
        Severity.INFO: f"M{x - 7:.1f} {y:.1f}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0",
    }
    messages = plain("; ".join(f"{problem.code} {problem.message}" for problem in found))
    yield f'<g class="badge {worst}"><title>{messages}</title><path d="{shapes[worst]}"/>'
    yield written("middle count", Point(x, y + 3.5), str(len(found))) + "</g>"


def _notes(picture: Picture, drawn: Sketch, height: float) -> Iterator[str]:
    legend = "Edges of a box (left ingress, right egress): solid if restricted, dotted if open."
    if _is_tangle(drawn):
        legend = "Rows reach columns. Large: every port; small: some ports; hollow: perhaps."
    if drawn.folded:
        legend += " netlint reach --format html shows every workload."
    if any(line.in_doubt for line in drawn.lines):
        legend += " ?: hangs on what isn't in view."
    for number, text in enumerate((" ".join(open_words(picture)), legend)):
        yield written("small", Point(_MARGIN, height - 34 + 16 * number), text)
