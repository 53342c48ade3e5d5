"""Decoded documents and the objects in them, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Path, Positions, Span
from netlint_rules.source.trouble import TroubleKind
from netlint_rules.typed import Protocol


class Place(Protocol):
    """Where one object is written."""

    @property
    def bounds(self) -> tuple[int, int]:
        """Its first and last line in the file."""

    @property
    def positions(self) -> Positions:
        """Positions in it."""

    def items(self, count: int) -> Iterator[Place]:
        """Where the `count` items of the list object are written that stands here."""


class Fault(NamedTuple):
    """Something wrong in a document that could be decoded, and an earlier place it clashes with."""

    kind: TroubleKind
    message: str
    path: Path
    span: Span
    other: Span


class Content(NamedTuple):
    """The value of a document."""

    value: object
    place: Place
    faults: tuple[Fault, ...] = ()


class Found(NamedTuple):
    """An object (or another value) and its path in the document."""

    value: object
    place: Place
    path: Path = ()


def expand(found: Found) -> Iterator[Found]:
    """The value itself, or the items of a list object, also of lists in lists."""
    items = _items(found.value)
    if items is None:
        yield found
        return
    for at, place in enumerate(found.place.items(len(items))):
        value = _completed(items[at], found.value)
        yield from expand(Found(value, place, (*found.path, "items", at)))


def _items(value: object) -> list[object] | None:
    """The items of `kind: List`, `PodList` and the like, None for any other value."""
    if not isinstance(value, dict) or "spec" in value:
        return None
    kind, items = value.get("kind"), value.get("items")
    named = isinstance(kind, str) and kind.endswith("List")
    return items if named and isinstance(items, list) else None


def _completed(item: object, parent: object) -> object:
    """An item with its kind: the API server leaves it out in typed lists."""
    if not isinstance(item, dict) or not isinstance(parent, dict) or "kind" in item:
        return item
    kind = str(parent["kind"]).removesuffix("List")
    return {"apiVersion": parent.get("apiVersion"), "kind": kind, **item} if kind else item
