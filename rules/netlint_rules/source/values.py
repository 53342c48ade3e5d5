"""Nodes to JSON values, as Kubernetes reads them, and what it would refuse or lose on the way."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from netlint_rules.record import NamedTuple
from netlint_rules.source.broken import MAX_DEPTH, TOO_DEEP, BrokenError
from netlint_rules.source.compose import AliasNode
from netlint_rules.source.document import Path
from netlint_rules.source.scalars import (
    HINTS,
    NAMES,
    VALUES,
    IrregularError,
    key_name,
    resolve,
)
from netlint_rules.source.trouble import TroubleKind, repeated_key

MAX_ALIASED = 100_000
"""How many values a document's aliases may stand for; "billion laughs" need more."""

_HEAD = ("apiVersion", "kind")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")

Entry = tuple[Node, Node]
"""A key with its value."""


class EntryFault(NamedTuple):
    """Something wrong in a document that could be decoded: an entry, and an earlier one."""

    kind: TroubleKind
    message: str
    path: Path
    entry: Entry
    other: Entry


class Decoded(NamedTuple):
    """The value of a document."""

    value: object
    faults: tuple[EntryFault, ...] = ()


def decode(root: Node, simple: bool) -> Decoded:
    """The value of a tree; `simple` where it has no aliases and no tags. Raises BrokenError."""
    if simple:
        try:
            return Decoded(_value(root))
        except (IrregularError, TypeError):
            pass
    careful = _Careful()
    value = careful.root(root)
    return Decoded(value, tuple(careful.faults))


def _value(node: Any) -> object:
    if node.__class__ is MappingNode:
        return _mapping(node)
    text = node.value
    if node.__class__ is SequenceNode:
        return [_value(child) for child in text]
    return text if node.style or text[:1] not in HINTS else VALUES[text]


def _mapping(node: Any) -> dict[str, object]:
    """The hot loop: half of all nodes are keys, and most values are scalars.

    A list or mapping as a key is a TypeError: it has no hash.
    """
    names, values, hints = NAMES, VALUES, HINTS
    found: dict[str, object] = {}
    for key, value in node.value:
        kind = value.__class__
        if kind is ScalarNode:
            text = value.value
            plain = text[:1] in hints and not value.style
            found[names[key.value]] = values[text] if plain else text
        elif kind is MappingNode:
            found[names[key.value]] = _mapping(value)
        else:
            found[names[key.value]] = [_value(child) for child in value.value]
    if len(found) != len(node.value):
        raise IrregularError
    return found


class _Careful:
    """Decodes any tree: aliases, merges, tags, repeated keys."""

    def __init__(self) -> None:
        self.faults: list[EntryFault] = []
        self._reported: set[int] = set()
        self._inside = 0
        self._aliased = 0

    def root(self, node: Node) -> object:
        if isinstance(node, MappingNode):
            return self._entries(self._last_object(node.value), ())
        return self._value(node, ())

    def _value(self, node: Node, path: Path) -> object:
        if isinstance(node, AliasNode):
            self._inside += 1
            value = self._value(node.value, path)
            self._inside -= 1
            return value
        self._count(node, len(path))
        if isinstance(node, MappingNode):
            return self._entries(node.value, path)
        if isinstance(node, SequenceNode):
            return [self._value(child, (*path, at)) for at, child in enumerate(node.value)]
        return _resolved(node)

    def _count(self, node: Node, depth: int) -> None:
        if depth + self._inside > MAX_DEPTH:
            raise BrokenError(TOO_DEEP, _start(node))
        if self._inside:
            self._aliased += 1
            if self._aliased > MAX_ALIASED:
                reason = f"aliases (`*name`) stand for more than {MAX_ALIASED:,} values"
                raise BrokenError(reason, _start(node))

    def _entries(self, entries: Iterable[Entry], path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        written: dict[str, Entry] = {}
        for entry in entries:
            key, value = entry
            if is_merge(key):
                # Go lets a merge overwrite what stands above it.
                merged = self._merged(value, path)
                for name in merged.keys() & written.keys():
                    self._repeated((*path, name), entry, written[name])
                found.update(merged)
                continue
            name = name_of(key)
            if name in written:
                self._repeated((*path, name), entry, written[name])
            written[name] = entry
            found[name] = self._value(value, (*path, name))
        return found

    def _merged(self, node: Node, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        self._inside += 1
        for source in merge_sources(node):
            self._count(source, len(path))
            found.update(self._entries(source.value, path))
        self._inside -= 1
        return found

    def _repeated(self, path: Path, entry: Entry, other: Entry) -> None:
        if id(entry[0]) in self._reported:
            return
        self._reported.add(id(entry[0]))
        self.faults.append(
            EntryFault(TroubleKind.DUPLICATE_KEY, repeated_key(path), path, entry, other)
        )

    def _last_object(self, entries: list[Entry]) -> list[Entry]:
        """The last of several objects that a missing `---` makes one, and a fault for each lost."""
        objects: list[list[Entry]] = [[]]
        heads: set[str] = set()
        for entry in entries:
            name = "" if is_merge(entry[0]) else name_of(entry[0])
            if name in heads:
                objects.append([])
                heads = set()
            if name in _HEAD:
                heads.add(name)
            objects[-1].append(entry)
        if not all({name_of(key) for key, _ in found} >= set(_HEAD) for found in objects):
            return entries
        for number, (lost, kept) in enumerate(pairwise(objects)):
            self._overwritten(number, lost, kept)
        return objects[-1]

    def _overwritten(self, number: int, lost: list[Entry], kept: list[Entry]) -> None:
        first, second = (_ORDINALS[min(at, len(_ORDINALS) - 1)] for at in (number, number + 1))
        text = (
            f"a `---` is missing above this line: the {first} object, {_title(lost)},"
            f" is overwritten by the {second}"
        )
        path = (name_of(kept[0][0]),)
        self.faults.append(EntryFault(TroubleKind.MISSING_SEPARATOR, text, path, kept[0], lost[0]))


def is_merge(key: Node) -> bool:
    """Whether a key is an unquoted `<<`."""
    return isinstance(key, ScalarNode) and key.value == "<<" and not key.style and _tag(key) is None


def merge_sources(node: Node) -> list[MappingNode]:
    """The mappings that a `<<` names, those that win last. Raises BrokenError."""
    node = dereferenced(node)
    sources = node.value[::-1] if isinstance(node, SequenceNode) else [node]
    found = [dereferenced(source) for source in sources]
    if not all(isinstance(source, MappingNode) for source in found):
        raise BrokenError("`<<` needs a mapping or a list of mappings", _start(node))
    return [source for source in found if isinstance(source, MappingNode)]


def name_of(key: Node) -> str:
    """A key as the API server sees it. Raises BrokenError for what can't be one."""
    node = dereferenced(key)
    if not isinstance(node, ScalarNode):
        reason = "a list or mapping can't be a key: text that starts with `{` or `[` needs quotes"
        raise BrokenError(reason, _start(key))
    try:
        return key_name(node.value, not node.style, _tag(node))
    except ValueError as error:
        raise BrokenError(str(error), _start(key)) from error


def dereferenced(node: Node) -> Node:
    """The node itself, or the one that an alias stands for."""
    return node.value if isinstance(node, AliasNode) else node


def _resolved(node: Node) -> object:
    assert isinstance(node, ScalarNode)
    try:
        return resolve(node.value, not node.style, _tag(node))
    except ValueError as error:
        raise BrokenError(str(error), _start(node)) from error


def _tag(node: Node) -> str | None:
    return node.tag or None


def _start(node: Node) -> int | None:
    return node.start_mark.index if node.start_mark else None


def _title(entries: list[Entry]) -> str:
    """A lost object as users know it: `NetworkPolicy shop/a`."""
    body = _Careful()._entries(entries, ())
    metadata = body.get("metadata")
    names = metadata if isinstance(metadata, dict) else {}
    parts = [names.get("namespace"), names.get("name")]
    return f"{body['kind']} {'/'.join(str(part) for part in parts if part)}".strip()
