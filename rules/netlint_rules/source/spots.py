"""A tree of where values are written, far smaller than the parser's nodes."""

from __future__ import annotations

from bisect import bisect_right

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from netlint_rules.source.compose import AliasNode
from netlint_rules.source.lines import Range
from netlint_rules.source.values import is_merge, merge_sources, name_of

_BLANK = " \t\r\n\x85\u2028\u2029"


class Spot:
    """Where a value is written, without the blanks and comments after it.

    `children` holds key range and value of a mapping's fields, or the items of a list. A field
    that was merged or aliased is where it is written, not where it is used.
    """

    __slots__ = ("children", "range")

    def __init__(self, place: Range) -> None:
        self.range = place
        self.children: dict[str, tuple[Range, Spot]] | list[Spot] = []

    def child(self, step: str | int) -> tuple[Range | None, Spot] | None:
        """The key's range (None for an item) and the place of the value."""
        children = self.children
        if isinstance(children, dict):
            return children.get(step) if isinstance(step, str) else None
        known = isinstance(step, int) and 0 <= step < len(children)
        return (None, children[step]) if known and isinstance(step, int) else None


class Survey:
    """Makes the spots of one document, and remembers scalars in which a `#` is no comment."""

    def __init__(self, text: str, root: Node) -> None:
        self._text = text
        self._known: dict[int, Spot] = {}
        self._masked: list[Range] = []
        self.root = self._spot(root)
        self._masked.sort()

    def masked_until(self, offset: int) -> int:
        """The end of the scalar that holds a character, -1 outside of scalars."""
        at = bisect_right(self._masked, (offset, len(self._text) + 1)) - 1
        end = self._masked[at].end if at >= 0 else -1
        return end if end > offset else -1

    def _spot(self, node: Node) -> Spot:
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = self._made(node)
        return known

    def _made(self, node: Node) -> Spot:
        if isinstance(node, AliasNode):
            spot = Spot(range_of(node))
            spot.children = self._spot(node.value).children
        elif isinstance(node, MappingNode):
            spot = self._mapping(node)
        elif isinstance(node, ScalarNode):
            spot = self._scalar(node)
        else:
            items = [self._spot(child) for child in node.value]
            spot = Spot(_whole(node, items))
            spot.children = items
        return spot

    def _mapping(self, node: MappingNode) -> Spot:
        fields: dict[str, tuple[Range, Spot]] = {}
        last: list[Spot] = []
        for key, value in node.value:
            keyed, last = self._spot(key), [self._spot(value)]
            if is_merge(key):
                for source in merge_sources(value):
                    merged = self._spot(source).children
                    fields.update(merged if isinstance(merged, dict) else {})
            else:
                fields[name_of(key)] = (keyed.range, last[0])
        spot = Spot(_whole(node, last))
        spot.children = fields
        return spot

    def _scalar(self, node: ScalarNode) -> Spot:
        start, end = range_of(node)
        if node.style in ("|", ">"):
            header = self._text.find("\n", start, end)
            self._mask(header if header >= 0 else end, end)
            return Spot(Range(start, self._tight(end)))
        self._mask(start, end)
        if start < end:
            return Spot(Range(start, end))
        end = self._tight(end)  # an empty value may be said to stand at the next token
        return Spot(Range(end, end))

    def _tight(self, end: int) -> int:
        """The end of what stands before `end` and its blanks."""
        while end > 0 and self._text[end - 1] in _BLANK:
            end -= 1
        return end

    def _mask(self, start: int, end: int) -> None:
        if self._text.find("#", start, end) >= 0:
            self._masked.append(Range(start, end))


def range_of(node: Node) -> Range:
    """What the parser says of a node: with its anchor and tag."""
    return Range(node.start_mark.index, node.end_mark.index)


def _whole(node: CollectionNode | Node, children: list[Spot]) -> Range:
    """A collection's range: the parser ends one in block style only where the next token begins."""
    start, end = range_of(node)
    in_block = isinstance(node, CollectionNode) and not node.flow_style
    return Range(start, children[-1].range.end if in_block and children else end)
