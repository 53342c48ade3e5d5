"""What the formats without interaction draw: a picture small enough to be read at one look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from netlint_linter.picture.arrows import Arrow, End, Extent, arrows
from netlint_linter.picture.model import Node, Picture
from netlint_rules.netset import PortSet
from netlint_rules.record import NamedTuple, dataclass

MOST_NODES = 60
MOST_LINES = 120
"""More lines than these are drawn by namespace, as are more workloads than those."""


class Box(NamedTuple):
    """What a line begins or ends at: a workload, a namespace, or what stands outside of them.

    Outside there are two boxes of a name, so that lines lead from left to right:
    `role` is `from`, `to`, or empty for workloads and namespaces.
    """

    end: End
    role: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One arrow between boxes; see `Arrow`."""

    source: Box
    destination: Box
    ports: PortSet
    certain: bool
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """Namespaces with the workloads drawn in them: none where they are folded.

    `mesh` has the namespaces all of whose pods reach each other, with the ports.
    """

    namespaces: dict[str, tuple[Node, ...]]
    outside: tuple[Box, ...]
    lines: tuple[Line, ...]
    mesh: dict[str, PortSet]
    folded: bool


def sketch(picture: Picture) -> Sketch:
    """The sketch of a picture: workload by workload while there are few, else by namespace."""
    found = arrows(picture)
    folded = len(picture.nodes) > MOST_NODES or len(found) > MOST_LINES
    merged = _joined((_box(picture, arrow, folded=folded), arrow) for arrow in found)
    mesh = {
        line.source.end.name: line.ports
        for line in merged
        if line.source == line.destination and line.source.end.extent is Extent.NAMESPACE
    }
    lines = [line for line in merged if line.source != line.destination]
    ends = {box for line in lines for box in (line.source, line.destination) if box.role}
    nodes: dict[str, list[Node]] = {name: [] for name in picture.members}
    for node in () if folded else sorted(picture.nodes, key=lambda node: (node.name, node.kind)):
        nodes[node.namespace].append(node)
    return Sketch(
        {name: tuple(members) for name, members in nodes.items()},
        tuple(sorted(ends)),
        tuple(lines),
        {} if folded else mesh,
        folded,
    )


def _box(picture: Picture, arrow: Arrow, *, folded: bool) -> tuple[Box, Box]:
    return (
        _end_box(picture, arrow.source, "from", folded=folded),
        _end_box(picture, arrow.destination, "to", folded=folded),
    )


def _end_box(picture: Picture, end: End, role: str, *, folded: bool) -> Box:
    if end.extent is Extent.NODE and folded:
        return Box(End(Extent.NAMESPACE, picture.by_id[end.name].namespace))
    return Box(end, "" if end.extent in {Extent.NODE, Extent.NAMESPACE} else role)


def _joined(parts: Iterable[tuple[tuple[Box, Box], Arrow]]) -> list[Line]:
    found: dict[tuple[Box, Box], list[Arrow]] = defaultdict(list)
    for boxes, arrow in parts:
        found[boxes].append(arrow)
    return [_line(*boxes, found[boxes]) for boxes in sorted(found)]


def _line(source: Box, destination: Box, found: list[Arrow]) -> Line:
    sure = [arrow for arrow in found if arrow.certain]
    ports = PortSet.empty()
    for arrow in sure or found:
        ports |= arrow.ports
    doubt = any(arrow.in_doubt for arrow in found)
    return Line(source, destination, ports, bool(sure), doubt)


def box_text(picture: Picture, box: Box) -> str:
    """A box in words."""
    extent, name = box.end
    if extent is Extent.NODE:
        return picture.by_id[name].name
    if extent is Extent.EXTERNAL:
        return next(outside.label for outside in picture.externals if outside.id == name)
    if extent is Extent.NAMESPACE:
        return name
    direction = "egress" if box.role == "from" else "ingress"
    return "every pod" if extent is Extent.EVERY else f"every pod with open {direction}"


def line_text(line: Line, most: int = 3) -> str:
    """The ports of a line, in little room; a question mark where there may be more."""
    return few_ports(line.ports, most) + (" ?" if line.in_doubt else "")


def few_ports(ports: PortSet, most: int = 3) -> str:
    """At most so many ports, and how many there are besides: `TCP 80, 443 · UDP 53`."""
    if ports.is_all:
        return "all ports"
    texts: dict[str, list[str]] = {}
    ranges = ports.ranges()
    for protocol, first, last in ranges[:most]:
        whole = (first, last) == (1, 65535)
        text = "all" if whole else str(first) if first == last else f"{first}-{last}"
        texts.setdefault(protocol, []).append(text)
    more = f" + {len(ranges) - most}" if len(ranges) > most else ""
    listed = (f"{protocol} {', '.join(items)}" for protocol, items in texts.items())
    return " · ".join(listed) + more


def open_words(picture: Picture) -> list[str]:
    """What no line shows: who is open, in sentences."""
    if not picture.nodes:
        return ["No workloads in view."]
    if not picture.policies:
        return ["No policies: every pod may reach every pod, and any address."]
    found = []
    for count, direction in ((len(picture.receivers), "ingress"), (len(picture.senders), "egress")):
        if count:
            whom = f"{count} of {len(picture.nodes)} workloads"
            found.append(f"Open for {direction}, not drawn: {whom}.")
    return found
