"""Where objects and rules stand, in the words of a picture."""

from __future__ import annotations

from netlint_linter.picture.model import Place
from netlint_rules.finding import Location
from netlint_rules.reach import Owner
from netlint_rules.source.document import Document

_MOST_LINES = 400

DocumentKey = tuple[str, int, str, str, str]
"""File, number in it, kind, namespace and name: another reading has other objects, but these."""


def key_of(document: Document) -> DocumentKey:
    """What names a document across readings."""
    file, index = document.origin.file, document.index
    return file, index, document.kind, document.namespace, document.name


def document_id(document: Document) -> str:
    """The id that a policy has in a picture."""
    return "#".join(map(str, key_of(document)))


def owner_id(owner: Owner) -> str:
    """The id that a workload has in a picture."""
    return str(owner)


def place_of(location: Location) -> Place:
    """File and line of a location."""
    span = location.span
    return Place(location.file, span.line if span else location.document.first_line)


def start_of(document: Document) -> Place:
    """Where a document begins, its separator left out."""
    first, _ = _lines(document)
    return Place(document.origin.file, first)


def text_of(document: Document) -> str:
    """A document as it is written, cut where it is very long; empty where there is no text."""
    _, lines = _lines(document)
    return "\n".join(lines[:_MOST_LINES]).rstrip() + "\n" if lines else ""


def _lines(document: Document) -> tuple[int, list[str]]:
    """The number of the first line that isn't empty or a separator, and the lines from there."""
    first = document.first_line
    if document.positions is None:
        return first, []
    numbers = range(first, document.last_line + 1)
    lines = [document.positions.line(number) or "" for number in numbers]
    while lines and (not lines[0].strip() or lines[0].startswith("---")):
        first, lines = first + 1, lines[1:]
    return first, lines
