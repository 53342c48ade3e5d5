"""How a document is written, so that what is added looks like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from netlint_rules.edit.tree import Entry, Kind, Written
from netlint_rules.record import dataclass

_FLOW_PADDED = re.compile(r"\{ ")
_QUOTES = ('"', "'")


@dataclass(frozen=True, slots=True)
class Style:
    """The habits of a document.

    `step` is the indentation of a mapping in a mapping, `dash` that of a list's dash, `gap` the
    blanks after a dash. `quote` is for texts that need quotes. `flow` holds what is written in
    brackets, lists and mappings by how deep they nest (1: scalars alone); `padded`: with blanks
    inside of braces.
    """

    step: int = 2
    dash: int = 0
    gap: int = 1
    quote: str = '"'
    flow: frozenset[tuple[Kind, int]] = frozenset()
    padded: bool = False
    newline: str = "\n"


def style_of(text: str, root: Written | None) -> Style:
    """The habits seen in a text; Kubernetes' documentation's where it shows none."""
    places = list(root.walk()) if root else []
    steps, dashes = Counter[int](), Counter[int]()
    for parent in places:
        for entry in parent.fields if parent.is_block else ():
            _count(text, entry, steps, dashes)
    quotes = Counter(place.style for place in places if place.style in _QUOTES)
    return Style(
        step=_most(steps, 2),
        dash=_most(dashes, 0),
        gap=_most(Counter(_gaps(text, places)), 1),
        quote=quotes.most_common(1)[0][0] if quotes else '"',
        flow=_in_flow(places),
        padded=any(_FLOW_PADDED.match(text, each.content) for each in places if each.flow),
        newline="\r\n" if "\r\n" in text else "\n",
    )


def column(text: str, at: int) -> int:
    """How many characters stand before `at` on its line."""
    return at - (text.rfind("\n", 0, at) + 1)


def _count(text: str, entry: Entry, steps: Counter[int], dashes: Counter[int]) -> None:
    value = entry.value
    if not value.is_block or text.find("\n", entry.key.end, value.content) < 0:
        return
    indent = column(text, value.content) - column(text, entry.key.start)
    (steps if value.kind is Kind.MAPPING else dashes)[indent] += 1


def _gaps(text: str, places: Iterable[Written]) -> list[int]:
    return [
        item.content - dash - 1
        for place in places
        for dash, item in zip(place.dashes, place.items, strict=False)
        if item.content > dash + 1 and text.find("\n", dash, item.content) < 0
    ]


def _in_flow(places: Iterable[Written]) -> frozenset[tuple[Kind, int]]:
    """The shapes of which most are in flow style."""
    votes = Counter[tuple[Kind, int]]()
    for place in places:
        depth = _depth(place)
        if depth:
            votes[place.kind, depth] += 1 if place.flow else -1
    return frozenset(shape for shape, count in votes.items() if count > 0)


def _depth(place: Written) -> int:
    """How deep lists and mappings nest in a value; 0 for a scalar and for empty brackets."""
    children = place.items or [entry.value for entry in place.fields]
    return 1 + max(map(_depth, children)) if children else 0


def _most(counts: Counter[int], default: int) -> int:
    return counts.most_common(1)[0][0] if counts else default
