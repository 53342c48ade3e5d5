"""Nodes of a parser to a tree of where values are written."""

from __future__ import annotations

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from netlint_rules.source.compose import AliasNode
from netlint_rules.source.lines import Range
from netlint_rules.source.survey import Spot, Survey
from netlint_rules.source.values import is_merge, merge_sources, name_of

_BLANK = " \t\r\n\x85\u2028\u2029"


def survey(text: str, root: Node) -> Survey:
    """Where the values of a parsed document are written."""
    surveyor = _Surveyor(text)
    return Survey(surveyor.spot(root), surveyor.masked)


class _Surveyor:
    """Makes the spots of one document."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, Spot] = {}
        self.masked: list[Range] = []

    def spot(self, node: Node) -> Spot:
        """Where a value and what is in it is written."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = self._made(node)
        return known

    def _made(self, node: Node) -> Spot:
        if isinstance(node, AliasNode):
            spot = Spot(range_of(node))
            spot.children = self.spot(node.value).children
        elif isinstance(node, MappingNode):
            spot = self._mapping(node)
        elif isinstance(node, ScalarNode):
            spot = self._scalar(node)
        else:
            items = [self.spot(child) for child in node.value]
            spot = Spot(_whole(node, items))
            spot.children = items
        return spot

    def _mapping(self, node: MappingNode) -> Spot:
        fields: dict[str, tuple[Range, Spot]] = {}
        last: list[Spot] = []
        for key, value in node.value:
            keyed, last = self.spot(key), [self.spot(value)]
            if is_merge(key):
                for source in merge_sources(value):
                    merged = self.spot(source).children
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
            self.masked.append(Range(start, end))


def range_of(node: Node) -> Range:
    """What the parser says of a node: with its anchor and tag."""
    return Range(node.start_mark.index, node.end_mark.index)


def _whole(node: CollectionNode | Node, children: list[Spot]) -> Range:
    """A collection's range: the parser ends one in block style only where the next token begins."""
    start, end = range_of(node)
    in_block = isinstance(node, CollectionNode) and not node.flow_style
    return Range(start, children[-1].range.end if in_block and children else end)
