"""Claims that something is missing, where templates beside may render to just that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netlint_rules.finding import Confidence, Finding
from netlint_rules.record import replace
from netlint_rules.registry import by_code


def lowered(findings: Iterable[Finding], templates: Iterable[str]) -> Iterator[Finding]:
    """The findings, of low confidence where a template of their folder or chart may refute them."""
    places = {_place(file) for file in templates}
    codes = by_code()
    for finding in findings:
        beside = _place(finding.primary.file) in places
        unsure = beside and codes[finding.code][1].needs_view
        yield replace(finding, confidence=Confidence.LOW) if unsure else finding


def _place(file: str) -> str:
    """The folder that a file is rendered with: a chart's `templates`, else its own."""
    folder = file.rpartition("/")[0]
    chart, templates, _ = f"{folder}/".rpartition("templates/")
    whole = templates and (not chart or chart.endswith("/"))
    return chart + templates if whole else folder
