"""Where the parts of a document are written, with what an editor has to know of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from netlint_rules.choices import Enum
from netlint_rules.record import NamedTuple, dataclass, field
from netlint_rules.source import jsontext
from netlint_rules.source.compose import AliasNode
from netlint_rules.source.document import Path
from netlint_rules.source.lines import Range
from netlint_rules.source.spots import range_of
from netlint_rules.source.values import is_merge, name_of

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*|[ \t\r\n]+|#[^\n]*)*")
_ANCHOR = re.compile(r"(?:![^\s,\[\]{}]*\s+)?&([^\s,\[\]{}]+)")
_COLON = re.compile(r"[ \t]*:")
_BLANK = " \t\r\n"


class EditError(Exception):
    """An edit that can't be made in the text; the words say why, for users."""


class Kind(Enum):
    """What is written at a place."""

    MAPPING = "mapping"
    LIST = "list"
    SCALAR = "scalar"
    ALIAS = "alias"


@dataclass(slots=True)
class Written:
    """A value as it is written, from `start` to before `end`, without blanks or comments after it.

    `start` is where its anchor or tag stands, if it has one, `content` where it begins behind
    these. `flow`: with brackets. `style` is a scalar's quote or `|` or `>`. `dashes` are those of
    a block list's items. An empty value stands behind its colon or dash.
    """

    kind: Kind
    start: int
    content: int
    end: int
    flow: bool = False
    style: str = ""
    anchor: str = ""
    fields: list[Entry] = field(default_factory=list)
    items: list[Written] = field(default_factory=list)
    dashes: list[int] = field(default_factory=list)

    @property
    def is_empty_collection(self) -> bool:
        """Whether it is `{}` or `[]`."""
        return self.kind in (Kind.MAPPING, Kind.LIST) and not (self.fields or self.items)

    @property
    def is_block(self) -> bool:
        """Whether it is a mapping or list without brackets."""
        return self.kind in (Kind.MAPPING, Kind.LIST) and not self.flow

    def position(self, step: str | int) -> int | None:
        """The index of a field (the last one of that name) or of an item."""
        if isinstance(step, str):
            return next((i for i, f in reversed([*enumerate(self.fields)]) if f.name == step), None)
        return step if step < len(self.items) else None

    def child(self, step: str | int) -> Written | None:
        """A field's value or an item."""
        index = self.position(step)
        if index is None:
            return None
        return self.fields[index].value if isinstance(step, str) else self.items[index]

    def walk(self) -> Iterator[Written]:
        """This value and everything in it; what an alias stands for is left out."""
        yield self
        for child in (*self.items, *(each.value for each in self.fields)):
            yield from child.walk()


class Entry(NamedTuple):
    """A field of a mapping. A merge (`<<`) has the name that it is written with."""

    name: str
    key: Range
    value: Written
    merge: bool = False


def yaml_tree(text: str, root: Node) -> Written:
    """The tree of a YAML document. Raises EditError for forms that can't be edited."""
    return _node(text, root, 0)


def _node(text: str, node: Node, empty_at: int) -> Written:
    start, end = range_of(node)
    if isinstance(node, AliasNode):
        return Written(Kind.ALIAS, start, start, end)
    if isinstance(node, ScalarNode):
        return _scalar(text, node, empty_at)
    assert isinstance(node, CollectionNode)
    properties = _PROPERTIES.match(text, start)
    content = properties.end() if properties else start
    anchor = _ANCHOR.match(text, start)
    kind = Kind.MAPPING if isinstance(node, MappingNode) else Kind.LIST
    written = Written(kind, start, content, end, bool(node.flow_style), "", _name(anchor))
    if isinstance(node, MappingNode):
        written.fields = [_entry(text, key, value) for key, value in node.value]
        last = [entry.value for entry in written.fields]
    else:
        _add_items(text, written, node.value)
        last = written.items
    if written.is_block:
        written.end = last[-1].end
    return written


def _name(match: re.Match[str] | None) -> str:
    return match[1] if match else ""


def _entry(text: str, key: Node, value: Node) -> Entry:
    place = range_of(key)
    colon = _COLON.match(text, place.end)
    if colon is None and range_of(value).start == range_of(value).end:
        raise EditError("a key without a colon is edited by hand only")
    empty_at = colon.end() if colon else place.end
    merge = is_merge(key)
    return Entry("<<" if merge else name_of(key), place, _node(text, value, empty_at), merge)


def _scalar(text: str, node: ScalarNode, empty_at: int) -> Written:
    start, end = range_of(node)
    if start == end:
        return Written(Kind.SCALAR, empty_at, empty_at, empty_at)
    if node.style in ("|", ">"):
        while text[end - 1] in _BLANK:
            end -= 1
    anchor = _ANCHOR.match(text, start)
    return Written(Kind.SCALAR, start, start, end, False, node.style or "", _name(anchor))


def _add_items(text: str, written: Written, nodes: list[Node]) -> None:
    if written.flow:
        written.items = [_node(text, node, range_of(node).start) for node in nodes]
        return
    column = written.content - (text.rfind("\n", 0, written.content) + 1)
    dash = re.compile(rf"\n {{{column}}}-(?=[ \t\r\n]|\Z)")
    at = written.content
    for number, node in enumerate(nodes):
        if number:
            found = dash.search(text, written.items[-1].end)
            if found is None:
                raise EditError("a list that is indented like this one is edited by hand only")
            at = found.end() - 1
        written.dashes.append(at)
        written.items.append(_node(text, node, at + 1))


def holder(tree: Written, path: Path) -> Written:
    """The mapping or list at a path. Raises EditError where none is written there."""
    here: Written | None = tree
    for step in path:
        here = here.child(step) if here else None
    if here is None or here.kind not in (Kind.MAPPING, Kind.LIST):
        raise EditError("it isn't written there")
    return here


def json_tree(text: str, start: int) -> Written:
    """The tree of the JSON value that begins at `start`."""
    end = jsontext.end_of(text, start)
    if text[start] == "{":
        fields = [
            Entry(each.name, each.key, json_tree(text, each.value.start))
            for each in jsontext.fields(text, start)
        ]
        return Written(Kind.MAPPING, start, start, end, True, fields=fields)
    if text[start] == "[":
        items = [json_tree(text, each.start) for each in jsontext.elements(text, start)]
        return Written(Kind.LIST, start, start, end, True, items=items)
    return Written(Kind.SCALAR, start, start, end, style='"' if text[start] == '"' else "")


def shared(text: str, root: Written, path: Path, *, inside: bool) -> str:
    """Why the value at `path` isn't one place's alone: an alias, a merge, a used anchor; or "".

    `inside` looks at the anchors in it as well: they go where the value goes.
    """
    here: Written | None = root
    for step in path:
        if here is None:
            return ""
        if here.kind is Kind.ALIAS or _is_used(text, here):
            break
        if here.position(step) is None and any(entry.merge for entry in here.fields):
            return "it may come from a merge (<<)"
        here = here.child(step)
    if here is None:
        return ""
    if here.kind is Kind.ALIAS:
        return f"it is written elsewhere, and used here as {text[here.start : here.end]}"
    places = here.walk() if inside else [here]
    used = next((each.anchor for each in places if _is_used(text, each)), "")
    return f"it is shared by way of the anchor &{used}" if used else ""


def _is_used(text: str, place: Written) -> bool:
    """Whether an alias elsewhere stands for a value, as far as the text tells."""
    alias = rf"\*{re.escape(place.anchor)}(?![^\s,\[\]{{}}])"
    return place.anchor != "" and re.search(alias, text) is not None
