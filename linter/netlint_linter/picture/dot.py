"""A picture as a Graphviz source, for `dot`."""

from __future__ import annotations

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

_HEAD = """digraph netlint {
  rankdir=LR; compound=true; nodesep=0.2; ranksep=0.9;
  graph [fontname="Helvetica", labelloc=b, fontsize=11];
  node [fontname="Helvetica", fontsize=11, shape=box, style=rounded];
  edge [fontname="Helvetica", fontsize=9];"""


def render(picture: Picture) -> str:
    """The graph: a cluster for each namespace, edges between clusters where every pod is meant."""
    drawn = sketch(picture)
    lines = [_HEAD, f"  label={quoted(' '.join(open_words(picture)))};"]
    lines += _outside(picture, drawn)
    lines += _clusters(picture, drawn)
    lines += [_line(drawn, line) for line in drawn.lines]
    return "\n".join([*lines, "}"]) + "\n"


def quoted(text: str) -> str:
    """A quoted string that means nothing but itself: backslashes would begin escapes."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _name(box: Box) -> str:
    return quoted(" ".join(filter(None, (box.end.extent.value, box.end.name, box.role))))


def _outside(picture: Picture, drawn: Sketch) -> Iterator[str]:
    for box in drawn.outside:
        label = quoted(box_text(picture, box))
        yield f"  {_name(box)} [label={label}, shape=ellipse, style=solid];"


def _clusters(picture: Picture, drawn: Sketch) -> Iterator[str]:
    for name, nodes in drawn.namespaces.items():
        box = Box(End(Extent.NAMESPACE, name))
        if drawn.folded:
            label = f"{name} ({len(picture.members[name])})"
            yield f"  {_name(box)} [label={quoted(label)}];"
            continue
        mesh = drawn.mesh.get(name)
        title = name if mesh is None else f"{name} (pods reach each other: {few_ports(mesh)})"
        yield f"  subgraph {_cluster(name)} {{"
        yield f"    label={quoted(title)}; labelloc=t; style=rounded;"
        # Edges of the cluster need a node in it to begin or end at.
        yield f'    {_name(box)} [shape=point, style=invis, label=""];'
        yield from (f"    {_node(picture, node)}" for node in nodes)
        yield "  }"


def _cluster(name: str) -> str:
    return quoted(f"cluster {name}")


def _node(picture: Picture, node: Node) -> str:
    style = '"rounded,dashed"' if node.open else "rounded"
    severe = any(picture.problems[number].severity == "error" for number in node.problems)
    colour = ", color=red, penwidth=2" if severe else ""
    box = Box(End(Extent.NODE, node.id))
    return f"{_name(box)} [label={quoted(node.name)}, style={style}{colour}];"


def _line(drawn: Sketch, line: Line) -> str:
    details = [f"label={quoted(line_text(line))}"]
    if not line.certain:
        details.append("style=dashed")
    elif line.ports.is_all:
        details.append("penwidth=2")
    for box, key in ((line.source, "ltail"), (line.destination, "lhead")):
        if box.end.extent is Extent.NAMESPACE and not drawn.folded:
            details.append(f"{key}={_cluster(box.end.name)}")
    return f"  {_name(line.source)} -> {_name(line.destination)} [{', '.join(details)}];"
