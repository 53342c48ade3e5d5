"""One line a finding, `file:line:column: error NP101 dns-missing: …`, for editors and logs."""

from __future__ import annotations

from netlint_linter.output import Style
from netlint_linter.output.places import place
from netlint_linter.output.terminal import Pen, one_line
from netlint_linter.output.text import LOOKS
from netlint_rules.finding import Finding
from netlint_rules.report import Report


def render(report: Report, style: Style) -> str:
    """The findings and nothing else."""
    pen = Pen(style.colour, style.width)
    return "".join(f"{_line(finding, pen)}\n" for finding in report.findings)


def _line(finding: Finding, pen: Pen) -> str:
    label = pen.paint(f"{finding.severity} {finding.code}", "bold", LOOKS[finding.severity])
    where = pen.paint(one_line(place(finding.primary)), "bold")
    return f"{where}: {label} {finding.name}: {one_line(finding.message)}"
