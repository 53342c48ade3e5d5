"""Takes out the findings that directives silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from netlint_rules.config import Selection
from netlint_rules.directives import Suppression, directives
from netlint_rules.finding import Finding
from netlint_rules.record import dataclass
from netlint_rules.registry import find
from netlint_rules.selection import selects
from netlint_rules.source.document import Document


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Findings that remain, the number of silenced ones, and every directive that was read."""

    findings: tuple[Finding, ...]
    count: int
    suppressions: tuple[Suppression, ...]


def suppress(findings: Sequence[Finding], documents: Iterable[Document], today: str) -> Suppressed:
    """Take out what the documents' directives silence. `today` is an ISO date, empty for never.

    A directive that has expired silences nothing.
    """
    return silenced(findings, suppressions_of(documents, today))


def suppressions_of(documents: Iterable[Document], today: str) -> tuple[Suppression, ...]:
    """The documents' directives. `today` as for suppress."""
    suppressions = tuple(
        each
        for document in documents
        if document.has_directives or "annotations" in document.metadata
        for each in directives(document, today)
    )
    for suppression in suppressions:
        suppression.slip = suppression.slip or _bracketless(suppression)
    return suppressions


def silenced(findings: Sequence[Finding], suppressions: tuple[Suppression, ...]) -> Suppressed:
    """Take out what the directives silence, and note in each what it has silenced."""
    if not suppressions:
        return Suppressed(tuple(findings), 0, ())
    by_file: Mapping[str, list[Suppression]] = defaultdict(list)
    for suppression in suppressions:
        by_file[suppression.place.file].append(suppression)
    kept = tuple(
        finding for finding in findings if not _is_silenced(finding, by_file[finding.primary.file])
    )
    return Suppressed(kept, len(findings) - len(kept), suppressions)


def _bracketless(suppression: Suppression) -> str:
    """What is wrong with a directive that names a rule, and would silence all of them."""
    first = suppression.remark.partition(" ")[0].strip(",:")
    code = "-" in first or first.upper().startswith("NP")  # groups are words of prose, too
    named = not suppression.words and code and find(first)
    return f"write the rule in brackets: ignore[{first}]" if named else ""


def _is_silenced(finding: Finding, suppressions: Sequence[Suppression]) -> bool:
    silenced = False
    for suppression in suppressions:
        if not suppression.expired and suppression.covers(finding):
            words = {word for word in suppression.words if is_meant(word, finding)}
            if words or not suppression.words:
                suppression.used.update(words or {""})
                silenced = True
    return silenced


def is_meant(word: str, finding: Finding) -> bool:
    """Whether a word of a directive names the finding's code."""
    return any(code.code == finding.code for _, code in find(word))


def known_words(suppressions: Iterable[Suppression], selection: Selection) -> dict[str, bool]:
    """The words of directives that name a code, each with whether such a code is selected."""
    words = {word for suppression in suppressions for word in suppression.words}
    named = {word: find(word) for word in words}
    return {
        word: any(selects(selection, rule, code) for rule, code in codes)
        for word, codes in named.items()
        if codes
    }
