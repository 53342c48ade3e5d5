"""YAML documents: values, and where their objects stand."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from netlint_rules.record import NamedTuple
from netlint_rules.source.compose import compose
from netlint_rules.source.document import Path, Positions, Span
from netlint_rules.source.lines import Lines
from netlint_rules.source.pieces import Piece
from netlint_rules.source.places import Content, Fault
from netlint_rules.source.positions import ItemPositions, YamlPositions
from netlint_rules.source.spots import range_of
from netlint_rules.source.values import Entry, EntryFault, decode, dereferenced, is_merge, name_of


def parse(piece: Piece) -> Content | None:
    """The document in a piece, None where it is empty. Raises BrokenError."""
    root, simple = compose(piece.data)
    if root is None:
        return None
    value, faults = decode(root, simple)
    whole = YamlPositions(piece)
    place = YamlPlace(whole, (piece.first_line, piece.last_line), root)
    return Content(value, place, tuple(_fault(fault, whole.lines) for fault in faults))


def _fault(fault: EntryFault, lines: Lines) -> Fault:
    return Fault(
        fault.kind, fault.message, fault.path, _span(fault.entry, lines), _span(fault.other, lines)
    )


def _span(entry: Entry, lines: Lines) -> Span:
    key, value = entry
    return lines.entry(range_of(key), range_of(value))


class YamlPlace(NamedTuple):
    """A document, or what stands at `path` in it.

    Its positions don't hold on to `root`, which takes some 400 bytes a node.
    """

    whole: YamlPositions
    bounds: tuple[int, int]
    root: Node | None
    path: Path = ()

    @property
    def positions(self) -> Positions:
        """Positions in the object."""
        return ItemPositions(self.whole, self.path, *self.bounds) if self.path else self.whole

    def items(self, count: int) -> Iterator[YamlPlace]:
        """Where the items of a list object are written, each with the comments above it.

        Items that a merge brings along may be anywhere in the document.
        """
        key, nodes = self._listed()
        above = self.whole.lines.number(range_of(key).end) if key else 0
        for at in range(count):
            path = (*self.path, "items", at)
            if at < len(nodes):
                bounds = self._bounds(nodes[at], above)
                above = bounds[1]
                yield YamlPlace(self.whole, bounds, dereferenced(nodes[at]), path)
            else:
                yield YamlPlace(self.whole, self.bounds, None, path)

    def _bounds(self, item: Node, above: int) -> tuple[int, int]:
        """The lines of an item from below the line `above` it."""
        number = self.whole.lines.number
        start, end = range_of(item).start, range_of(_last(item)).end
        return min(above + 1, number(start)), number(max(start, end - 1))

    def _listed(self) -> tuple[Node | None, list[Node]]:
        """The key `items` and the nodes under it."""
        entries: list[Entry] = self.root.value if isinstance(self.root, MappingNode) else []
        for key, value in reversed(entries):
            if not is_merge(key) and name_of(key) == "items":
                sequence = dereferenced(value)
                return key, sequence.value if isinstance(sequence, SequenceNode) else []
        return None, []


def _last(node: Node) -> Node:
    """The last scalar of a block collection: the parser's mark lies behind what follows."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        child = node.value[-1]
        node = child[1] if isinstance(node, MappingNode) else child
    return node
