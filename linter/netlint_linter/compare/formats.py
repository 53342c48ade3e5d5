"""Reports of `netlint diff` as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from netlint_linter.answers.entries import Entry, entries_of, owner_entry, port_entries
from netlint_linter.compare.changes import Change, Comparison
from netlint_linter.compare.report import Line, Report
from netlint_linter.output.terminal import Pen, one_line, wrap
from netlint_rules.netset import PortSet

_LOOKS = {"!": ("bold", "red"), "+": ("yellow",), "~": ("yellow",), "-": ("green",)}
_MOST = 12
"""Lines of a section of a pull-request comment that aren't folded away."""


def text(title: str, reports: Sequence[Report], pen: Pen, *, named: bool) -> str:
    """For a terminal: each bundle that differs, with its sections; `named`: there are others."""
    lines = [pen.paint(title, "bold")]
    for report in reports:
        if named:
            lines += ["", pen.paint(f"bundle {report.name}", "bold")]
        for name, sign, found in report.sections():
            lines += ["", name]
            lines += [row for each in found for row in _text_rows(sign, each, pen)]
    return "\n".join([*lines, "", *_closing(reports)]) + "\n"


def _text_rows(sign: str, line: Line, pen: Pen) -> Iterator[str]:
    first, *rest = wrap(f"{line.text} {line.cause}", pen.width - 4, pen.width - 6)
    yield f"  {pen.paint(sign, *_LOOKS[sign])} {first}"
    yield from (f"      {row}" for row in rest)


def _closing(reports: Sequence[Report]) -> list[str]:
    if not reports:
        return ["No connection differs."]
    if len(reports) == 1:
        return [f"{reports[0].counts or 'No connection differs'}."]
    return [f"{report.name}: {report.counts or 'no connection differs'}." for report in reports]


def markdown(title: str, reports: Sequence[Report], *, named: bool) -> str:
    """For a comment on a pull request: short, the long parts folded; `named` as in text."""
    counts = "; ".join(
        f"{report.name}: {report.counts}" if len(reports) > 1 else report.counts
        for report in reports
        if report.counts
    )
    lines = [f"### Network policies: {counts or 'no connection differs'}", "", f"`{title}`"]
    for report in reports:
        if named:
            lines += ["", f"#### {report.name}"]
        for name, sign, found in report.sections():
            lines += ["", *_section(f"{'⚠️ ' if sign == '!' else ''}{name}", found)]
    return "\n".join(lines) + "\n"


def _section(name: str, lines: Sequence[Line]) -> Iterator[str]:
    bullets = [_bullet(line) for line in lines]
    if len(bullets) <= _MOST:
        yield from (f"**{name}**", "", *bullets)
        return
    yield f"<details><summary><b>{name}</b> ({len(bullets)})</summary>"
    yield from ("", *bullets, "", "</details>")


def _bullet(line: Line) -> str:
    return f"- {_escaped(f'{line.text} {line.cause}'.strip())}"


def _escaped(words: str) -> str:
    """Words that Markdown and HTML leave as they are."""
    plain = one_line(words).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{char}" if char in "*_`[]|\\~" else char for char in plain)


def as_json(comparisons: Iterable[Comparison], reports: Sequence[Report]) -> str:
    """For programs: every connection that differs, and the same words as in the text."""
    words = {report.name: report for report in reports}
    bundles = [
        _bundle(comparison, words[comparison.name])
        for comparison in comparisons
        if comparison.name in words
    ]
    return json.dumps({"version": 1, "bundles": bundles}, indent=2, ensure_ascii=False) + "\n"


def _bundle(comparison: Comparison, report: Report) -> dict[str, Any]:
    changes = [*comparison.changes, *comparison.arrivals]
    return {
        "name": report.name,
        "new_exposure": [
            {
                "workload": owner_entry(each.workload),
                "by": each.by.removeprefix("the ").removeprefix("every "),
                "ports": port_entries(each.ports),
                "certain": each.is_sure,
            }
            for each in comparison.exposed
        ],
        "opened": [entry for each in changes for entry in _entries(each, each.opened)],
        "closed": [entry for each in changes for entry in _entries(each, each.closed)],
        "new_workloads": [owner_entry(owner) for owner in comparison.added],
        "removed_workloads": [owner_entry(owner) for owner in comparison.gone],
        "summary": [
            {"section": name.lower(), "text": line.text, "cause": line.cause}
            for name, _, lines in report.sections()
            for line in lines
        ],
    }


def _entries(change: Change, ports: PortSet) -> Iterator[Entry]:
    if ports:
        for source in entries_of(change.source):
            for destination in entries_of(change.destination):
                yield {
                    "source": source,
                    "destination": destination,
                    "ports": port_entries(ports),
                }
