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
from typing import Protocol

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from netlint_rules.source.reasons import explain, is_unclosed

MAX_DEPTH = 200
_MAX_BRACKETS = 90
# Block style nests no deeper than its widest indentation, where `- - -` on one line counts too.
_WIDE = re.compile(rb"\n[ \t?:-]{100}")
_ANCHOR_OR_TAG = re.compile(rb"(?:\A|[\s\[{,:])(?:&[\w-]|![^\s=])")


class Broken(Exception):
    """Text that is not YAML or JSON, or not what Kubernetes takes for such.

    `at` is the character where that shows, counted from 0 at the document's start; `other` where
    the construct begins that is broken.
    """

    def __init__(self, reason: str, at: int | None = None, other: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.other = other


class AliasNode(Node):
    """An alias where it is written; its `value` is the anchored node."""


class _Parser(Protocol):
    def __init__(self, stream: bytes) -> None: ...

    def get_event(self) -> Event | None: ...

    def get_single_node(self) -> Node | None: ...


def compose(data: bytes) -> Node | None:
    """The root of the one document in `data`, None where it is empty. Raises Broken."""
    try:
        parser = _parser()(data)
        if is_simple(data):
            return parser.get_single_node()
        return _Composer(parser.get_event).root()
    except MarkedYAMLError as error:
        raise _broken(error, data) from error
    except YAMLError as error:
        raise _unreadable(error, data) from error


def is_simple(data: bytes) -> bool:
    """Whether a document certainly has no anchors, aliases, tags or deep nesting."""
    if data.count(b"[") + data.count(b"{") > _MAX_BRACKETS:
        return False
    if (b"&" in data or b"!" in data) and _ANCHOR_OR_TAG.search(data):
        return False
    return not _WIDE.search(data)


def _broken(error: MarkedYAMLError, data: bytes) -> Broken:
    mark, context = error.problem_mark, error.context_mark
    if is_unclosed(error.problem):
        mark, context = context, mark
    at = mark.index if mark else None
    found = "" if at is None else data.decode(errors="replace")[at : at + 1]
    other = context.index if context and context.index != at else None
    return Broken(explain(error.context, error.problem, found), at, other)


def _unreadable(error: YAMLError, data: bytes) -> Broken:
    """Characters that YAML doesn't allow; their `position` counts bytes."""
    position = getattr(error, "position", None)
    at = len(data[:position].decode(errors="replace")) if isinstance(position, int) else None
    return Broken(explain(None, getattr(error, "reason", None) or str(error), ""), at)


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
            elif isinstance(event, DocumentStartEvent) and self._root:
                raise Broken("a second document starts here", _index(event))
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
        start, end = event.start_mark, event.end_mark
        if isinstance(event, ScalarEvent):
            return ScalarNode(event.tag or "", event.value, start, end, event.style)
        if isinstance(event, AliasEvent):
            return AliasNode("", self._target(event), start, end)
        assert isinstance(event, CollectionStartEvent)
        if len(self._open) >= MAX_DEPTH:
            raise Broken(f"lists and mappings nest more than {MAX_DEPTH} levels deep", _index(event))
        made = MappingNode if isinstance(event, MappingStartEvent) else SequenceNode
        return made(event.tag or "", [], start, end, event.flow_style)

    def _target(self, event: AliasEvent) -> Node:
        target = self._anchors.get(event.anchor or "")
        if target is None:
            raise Broken(f"`*{event.anchor}` has no anchor `&{event.anchor}` above", _index(event))
        if any(target is node for node, _ in self._open):
            raise Broken(f"the anchor `&{event.anchor}` contains itself", _index(event))
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
        from yaml.cyaml import CParser
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
