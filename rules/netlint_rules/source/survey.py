"""A tree of where the values of a YAML document are written, far smaller than a parser's nodes."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from netlint_rules.source.lines import Range

_start = attrgetter("start")


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
    """The spots of one document, and the scalars in which a `#` is no comment."""

    def __init__(self, root: Spot, masked: list[Range]) -> None:
        self.root = root
        self.masked = sorted(masked)

    def masked_until(self, offset: int) -> int:
        """The end of the scalar that holds a character, -1 outside of scalars."""
        at = bisect_right(self.masked, offset, key=_start) - 1
        end = self.masked[at].end if at >= 0 else -1
        return end if end > offset else -1
