"""How a document is written, so that what is added looks like it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from netlint_rules.edit.tree import Entry, Kind, Written

_FLOW_PADDED = re.compile(r"\{ ")
_QUOTES = ('"', "'")


@dataclass(frozen=True, slots=True)
class Style:
    """The habits of a document.

    `step` is the indentation of a mapping in a mapping, `dash` that of a list's dash, `gap` the
    blanks after a dash. `quote` is for texts that need quotes. `flow_lists` and `flow_mappings`:
    those of scalars alone are written in brackets; `padded`: with blanks inside of braces.
    """

    step: int = 2
    dash: int = 0
    gap: int = 1
    quote: str = '"'
    flow_lists: bool = False
    flow_mappings: bool = False
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
        flow_lists=_prefers_flow(places, Kind.LIST),
        flow_mappings=_prefers_flow(places, Kind.MAPPING),
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


def _prefers_flow(places: Iterable[Written], kind: Kind) -> bool:
    """Whether most collections of scalars alone are in flow style."""
    leaves = [place.flow for place in places if place.kind is kind and _is_leaf(place)]
    return sum(leaves) * 2 > len(leaves)


def _is_leaf(place: Written) -> bool:
    children = place.items or [entry.value for entry in place.fields]
    return bool(children) and all(child.kind is Kind.SCALAR for child in children)


def _most(counts: Counter[int], default: int) -> int:
    return counts.most_common(1)[0][0] if counts else default
