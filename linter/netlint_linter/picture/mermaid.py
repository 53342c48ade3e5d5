"""A picture as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlint_linter.picture.arrows import End, Extent
from netlint_linter.picture.model import Node, Picture
from netlint_linter.picture.sketch import (
    Box,
    Line,
    Sketch,
    box_text,
    few_ports,
    line_text,
    open_words,
    sketch,
)

# Whatever could end a label or mean something in it is written as its number.
_PLAIN = re.compile(r"[^\w .,/:+·?()-]")


# Mermaid draws at most 500 edges unless its page allows more.
_MOST_EDGES = 400


def render(picture: Picture) -> str:
    """The flowchart, without a fence around it."""
    drawn = sketch(picture)
    numbers = _numbers(drawn)
    lines = ["flowchart LR", *_boxes(picture, drawn, numbers)]
    lines += [f"  {_line(line, numbers)}" for line in drawn.lines[:_MOST_EDGES]]
    notes = open_words(picture)
    if len(drawn.lines) > _MOST_EDGES:
        notes.append(f"{len(drawn.lines) - _MOST_EDGES} more connections are in the HTML page.")
    # The line breaks are Mermaid's own; each sentence has its own escapes.
    lines.append(f'  note["{"<br>".join(map(escaped, notes))}"]:::note')
    lines += _STYLES
    return "\n".join(lines) + "\n"


_STYLES = (
    "  classDef open stroke-dasharray: 3 3",
    "  classDef outside stroke-width: 2px",
    "  classDef error stroke: #c4262e, stroke-width: 3px",
    "  classDef note fill: none, stroke: none",
)


def escaped(text: str) -> str:
    """A text that stands in a quoted label and means nothing but itself."""
    return _PLAIN.sub(lambda found: f"#{ord(found.group())};", text)


def _numbers(drawn: Sketch) -> dict[Box, str]:
    numbers: dict[Box, str] = {}
    for group, (name, nodes) in enumerate(drawn.namespaces.items()):
        numbers[Box(End(Extent.NAMESPACE, name))] = f"g{group}"
        for node in nodes:
            numbers[Box(End(Extent.NODE, node.id))] = f"n{len(numbers)}"
    for number, box in enumerate(drawn.outside):
        numbers[box] = f"x{number}"
    return numbers


def _boxes(picture: Picture, drawn: Sketch, numbers: dict[Box, str]) -> Iterator[str]:
    for box in drawn.outside:
        yield f'  {numbers[box]}(["{escaped(box_text(picture, box))}"]):::outside'
    for name, nodes in drawn.namespaces.items():
        number = numbers[Box(End(Extent.NAMESPACE, name))]
        if drawn.folded:
            count = len(picture.members[name])
            plural = "" if count == 1 else "s"
            yield f'  {number}["{escaped(name)}<br>{count} workload{plural}"]'
            continue
        mesh = drawn.mesh.get(name)
        title = name if mesh is None else f"{name} (pods reach each other: {few_ports(mesh)})"
        yield f'  subgraph {number}["{escaped(title)}"]'
        for node in nodes:
            at = numbers[Box(End(Extent.NODE, node.id))]
            yield f'    {at}["{_label(node)}"]{_class(picture, node)}'
        yield "  end"


def _label(node: Node) -> str:
    count = len(node.problems)
    plural = "" if count == 1 else "s"
    return escaped(node.name) + (f"<br>{count} finding{plural}" if count else "")


def _class(picture: Picture, node: Node) -> str:
    if any(picture.problems[number].severity == "error" for number in node.problems):
        return ":::error"
    return ":::open" if node.open else ""


def _line(line: Line, numbers: dict[Box, str]) -> str:
    shaft = "-.->" if not line.certain else "==>" if line.ports.is_all else "-->"
    label = escaped(line_text(line))
    return f'{numbers[line.source]} {shaft}|"{label}"| {numbers[line.destination]}'
