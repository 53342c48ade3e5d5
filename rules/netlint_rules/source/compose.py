"""YAML text to a tree of nodes with marks, by PyYAML (libyaml where PyYAML was built with it).

The composer in C builds PyYAML's nodes faster than Python can read its events, so it does most
documents. It overflows the stack on deep nesting, refuses an anchor that is written twice, and
forgets where aliases stand: documents that may have such things are composed from events.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import Protocol, cast

from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from netlint_rules.record import NamedTuple
from netlint_rules.source.broken import MAX_DEPTH, TOO_DEEP, BrokenError
from netlint_rules.source.reasons import explain, is_unclosed

# Flow style nests no deeper than it has brackets; C's stack bears 30 times as many.
_MAX_BRACKETS = 1000
_FEW_BRACKETS = 90
# Block style nests no deeper than its widest indentation, where `- - -` on one line counts too.
_INDENT = re.compile(rb"[ \t?:-]{100}")
_WIDE = re.compile(rb"\n" + _INDENT.pattern)
_ANCHOR_OR_TAG = re.compile(rb"[&!](?<![^\s\[{,:].)(?:(?<=&)[\w-]|(?<=!)[^\s=])", re.S)


class AliasNode(Node):
    """An alias where it is written; its `value` is the anchored node."""


class _Parser(Protocol):
    def __init__(self, stream: bytes) -> None: ...

    def get_event(self) -> Event | None: ...

    def get_single_node(self) -> Node | None: ...


class Composed(NamedTuple):
    """A document's root, None where it is empty; `simple` where it has no aliases and no tags."""

    root: Node | None
    simple: bool


def compose(data: bytes) -> Composed:
    """The one document in `data`. Raises BrokenError."""
    brackets = data.count(b"[") + data.count(b"{")
    simple = brackets <= _MAX_BRACKETS and not _is_wide(data) and not _has_marks(data)
    try:
        parser = _parser()(data)
        if not simple:
            return Composed(_Composer(parser.get_event).root(), simple)
        root = parser.get_single_node()
    except MarkedYAMLError as error:
        raise _broken(error, data) from error
    except YAMLError as error:
        raise _unreadable(error, data) from error
    if root and brackets > _FEW_BRACKETS:
        _check_depth(root)
    return Composed(root, simple)


def _is_wide(data: bytes) -> bool:
    return _WIDE.search(data) is not None or _INDENT.match(data) is not None


def _has_marks(data: bytes) -> bool:
    """Whether there may be anchors or tags."""
    return (b"&" in data or b"!" in data) and _ANCHOR_OR_TAG.search(data) is not None


def _check_depth(root: Node) -> None:
    level, depth = [root], 0
    while level:
        if depth == MAX_DEPTH:
            raise BrokenError(TOO_DEEP, level[0].start_mark.index)
        level = [child for node in level for child in _collections(node)]
        depth += 1


def _collections(node: Node) -> list[Node]:
    """The lists and mappings in one, keys included."""
    children = chain.from_iterable(node.value) if isinstance(node, MappingNode) else node.value
    return [child for child in children if isinstance(child, CollectionNode)]


def _broken(error: MarkedYAMLError, data: bytes) -> BrokenError:
    mark, context = error.problem_mark, error.context_mark
    if is_unclosed(error.problem):
        mark, context = context, None
    at = mark.index if mark else None
    found = "" if at is None else data.decode(errors="replace")[at : at + 1]
    other = context.index if context and context.index != at else None
    return BrokenError(explain(error.context, error.problem, found), at, other)


def _unreadable(error: YAMLError, data: bytes) -> BrokenError:
    """Characters that YAML doesn't allow; their `position` counts bytes."""
    position = getattr(error, "position", None)
    at = len(data[:position].decode(errors="replace")) if isinstance(position, int) else None
    return BrokenError(explain(None, getattr(error, "reason", None) or str(error), ""), at)


class _Composer:
    """Composes a document from events. Any tag is kept; of equal anchors the last one counts."""

    def __init__(self, next_event: Callable[[], Event | None]) -> None:
        self._next = next_event
        self._root: Node | None = None
        self._anchors: dict[str, Node] = {}
        self._open: list[tuple[CollectionNode, list[Node]]] = []

    def root(self) -> Node | None:
        for event in iter(self._next, None):
            if isinstance(event, NodeEvent):
                self._add(event)
            elif isinstance(event, CollectionEndEvent):
                self._close(event)
        return self._root

    def _add(self, event: NodeEvent) -> None:
        node = self._node(event)
        if self._open:
            self._open[-1][1].append(node)
        else:
            self._root = node
        if event.anchor and not isinstance(node, AliasNode):
            self._anchors[event.anchor] = node
        if isinstance(node, CollectionNode):
            self._open.append((node, []))

    def _node(self, event: NodeEvent) -> Node:
        start, end = cast("Mark", event.start_mark), cast("Mark", event.end_mark)
        if isinstance(event, ScalarEvent):
            return ScalarNode(event.tag or "", event.value, start, end, event.style)
        if isinstance(event, AliasEvent):
            return AliasNode("", self._target(event), start, end)
        assert isinstance(event, CollectionStartEvent)
        if len(self._open) >= MAX_DEPTH:
            raise BrokenError(TOO_DEEP, _index(event))
        made = MappingNode if isinstance(event, MappingStartEvent) else SequenceNode
        return made(event.tag or "", [], start, end, event.flow_style)

    def _target(self, event: AliasEvent) -> Node:
        target = self._anchors.get(event.anchor or "")
        if target is None:
            raise BrokenError(
                f"`*{event.anchor}` has no anchor `&{event.anchor}` above", _index(event)
            )
        if any(target is node for node, _ in self._open):
            raise BrokenError(f"the anchor `&{event.anchor}` contains itself", _index(event))
        return target

    def _close(self, event: CollectionEndEvent) -> None:
        node, children = self._open.pop()
        node.end_mark = event.end_mark
        if isinstance(node, MappingNode):
            node.value = list(zip(children[::2], children[1::2], strict=True))
        else:
            node.value = children


def _index(event: Event) -> int | None:
    return event.start_mark.index if event.start_mark else None


class _NoTags:
    """A resolver that resolves nothing: scalars are resolved as Kubernetes does, later."""

    def resolve(self, kind: type[Node], value: object, implicit: object) -> None:
        """Leave a node without tag."""

    # Called for every node: builtins that take these arguments and do nothing cost least.
    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(bool)


@cache
def _parser() -> type[_Parser]:
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _pure_parser()

    class FastParser(_NoTags, CParser):
        """libyaml's parser."""

    return FastParser


def _pure_parser() -> type[_Parser]:
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(_NoTags, Reader, Scanner, Parser, Composer):
        """PyYAML's parser in Python, where libyaml is missing."""

        def __init__(self, stream: bytes) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

    return PureParser
