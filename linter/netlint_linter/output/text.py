"""Findings for people: what breaks, the lines that cause it, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netlint_linter.output import Style
from netlint_linter.output.places import place
from netlint_linter.output.summary import closing
from netlint_linter.output.terminal import ASCII, BOX, Pen, one_line, width, wrap
from netlint_rules.config import Config
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.report import Report
from netlint_rules.source.document import Document, Path
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_linter.output.excerpt import Frame

LOOKS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
# Related places of the same file within so many lines share the excerpt.
_NEAR = 20
# More related places than this are counted, unless the user asked for everything.
_REMARKS = 6


def render(report: Report, style: Style, config: Config) -> str:
    """Every finding with its source, then the summary."""
    pen = Pen(style.colour, max(style.width, 40), BOX if style.unicode else ASCII)
    blocks = [_finding(finding, pen, style) for finding in report.findings]
    blocks.append(closing(report, pen, style, config))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _finding(finding: Finding, pen: Pen, style: Style) -> list[str]:
    from netlint_linter.output.excerpt import Frame

    near = [location for location in finding.related if _is_near(location, finding.primary)]
    far = [location for location in finding.related if location not in near]
    spans = [location.span for location in (finding.primary, *near)]
    last = max((span.line for span in spans if span), default=1)
    frame = Frame(pen, len(str(last)))
    return [
        *_headline(finding, pen),
        *_source(frame, finding, near),
        *_remarks(frame, finding, far, everything=style.verbose > 0),
    ]


def _headline(finding: Finding, pen: Pen) -> list[str]:
    look = LOOKS[finding.severity]
    label, name = f"{finding.severity}[{finding.code}]", f" {finding.name}: "
    first, *rest = wrap(finding.message, pen.width - width(label + name), pen.width - 2)
    return [
        pen.paint(label, "bold", look) + pen.paint(name + first, "bold"),
        *("  " + pen.paint(line, "bold") for line in rest),
    ]


def _source(frame: Frame, finding: Finding, near: Sequence[Location]) -> list[str]:
    primary = finding.primary
    head = frame.head(one_line(place(primary)))
    if not primary.span or not _has_line(primary):
        return [head, frame.below(), *(frame.remark("", primary.note) if primary.note else ())]
    from netlint_linter.output.excerpt import Mark, excerpt

    marks = [Mark(primary.span, primary.note, "^", (LOOKS[finding.severity],))]
    marks += [
        Mark(location.span, location.note, "-", ("cyan",)) for location in near if location.span
    ]
    documents = [location.document for location in (primary, *near)]
    rows = excerpt(frame, _lines_of(documents), marks, _name_line(primary))
    return [head, frame.below(), *rows, frame.below()]


def _lines_of(documents: Sequence[Document]) -> Callable[[int], str | None]:
    """Lines of a file; a document only knows its own."""

    def line_at(number: int) -> str | None:
        lines = (each.positions.line(number) for each in documents if each.positions)
        return next((line for line in lines if line is not None), None)

    return line_at


def _has_line(location: Location) -> bool:
    """Whether the text of the location's line is at hand; not of an error after the last line."""
    span, positions = location.span, location.document.positions
    return bool(span and positions and positions.line(span.line) is not None)


def _remarks(
    frame: Frame, finding: Finding, related: Sequence[Location], *, everything: bool
) -> list[str]:
    shown = related if everything else related[:_REMARKS]
    rows = [row for location in shown for row in _related(frame, location)]
    if len(shown) < len(related):
        rows += frame.remark("", f"and {len(related) - len(shown)} more places (-v shows them)")
    origin = finding.primary.document.origin
    if origin.rendered_from:
        text = f"rendered from {origin.rendered_from}; the lines are those of the rendered text"
        rows += frame.remark("", text)
    if finding.bundles:
        rows += frame.remark("in bundles:", ", ".join(finding.bundles))
    if finding.fix:
        rows += frame.remark("fix:", finding.fix.title, "bold", "green")
    return rows + frame.remark(f"more: netlint explain {finding.code}", "", "dim")


def _related(frame: Frame, location: Location) -> list[str]:
    return frame.remark(one_line(place(location)), location.note, "cyan")


def _is_near(location: Location, primary: Location) -> bool:
    """Whether both can be shown in one excerpt."""
    if location.document.origin != primary.document.origin:
        return False
    if not _has_line(location) or not _has_line(primary):
        return False
    here, there = primary.span, location.span
    return bool(here and there and abs(here.line - there.line) <= _NEAR)


def _name_line(primary: Location) -> list[int]:
    """The line that names the object, so that a reader knows which one the excerpt is of."""
    for path in _name_paths(primary.document):
        span = primary.document.span(path)
        if span and primary.span and span.line < primary.span.line:
            return [span.line]
    return []


def _name_paths(document: Document) -> list[Path]:
    return [("metadata", key) for key in ("name", "generateName") if document.metadata.get(key)]
