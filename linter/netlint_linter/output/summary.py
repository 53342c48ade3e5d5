"""The end of the text output: statistics, bundles, and the counts of the run."""

from __future__ import annotations

from collections import Counter

from netlint_linter.output import Style
from netlint_linter.output.fixable import fixable
from netlint_linter.output.terminal import Pen, counted, one_line, width, wrap
from netlint_rules.config import Config
from netlint_rules.finding import Severity
from netlint_rules.report import BundleInfo, Report, Summary


def closing(report: Report, pen: Pen, style: Style, config: Config) -> list[str]:
    """The lines after the findings."""
    lines: list[str] = []
    if style.statistics and report.findings:
        lines += [*_statistics(report, pen), ""]
    if style.verbose and report.bundles:
        lines += [*(line for info in report.bundles for line in _bundle(info, pen)), ""]
    lines.append(_verdict(report, pen, style))
    notes = _notes(report, config)
    return lines + [pen.paint(row, "dim") for note in notes for row in _wrapped(note, pen)]


def _wrapped(text: str, pen: Pen) -> list[str]:
    return wrap(text, pen.width, pen.width)


def _verdict(report: Report, pen: Pen, style: Style) -> str:
    infos = report.count(Severity.INFO)
    problems = len(report.findings) - infos
    if not report.findings:
        clean = report.summary.policies and not report.errors
        return pen.paint(_nothing_found(report), "green" if clean else "bold")
    text = _problems(report, pen, problems)
    if infos:
        text += f", {counted(infos, 'info finding')}"
    text = f"{text} in {_looked_at(report.summary, pen)}"
    return text if style.seconds is None else f"{text}{pen.glyphs.dot} {style.seconds:.2f} s"


def _problems(report: Report, pen: Pen, problems: int) -> str:
    if not problems:
        return pen.paint("No problems", "bold")
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    parts = [
        pen.paint(counted(errors, "error"), "red") if errors else "",
        pen.paint(counted(warnings, "warning"), "yellow") if warnings else "",
    ]
    kinds = ", ".join(part for part in parts if part)
    return f"{pen.paint(counted(problems, 'problem'), 'bold')} ({kinds})"


def _looked_at(summary: Summary, pen: Pen) -> str:
    parts = [counted(summary.files, "file"), counted(summary.policies, "policy", "policies")]
    if summary.namespaces:
        parts.append(counted(summary.namespaces, "namespace"))
    return f"{pen.glyphs.dot} ".join(parts)


def _nothing_found(report: Report) -> str:
    summary = report.summary
    files = counted(summary.files, "file")
    if not summary.files:
        return "No files to lint."
    if not summary.documents:
        return f"No Kubernetes objects in {files}."
    if not summary.policies:
        documents = counted(summary.documents, "document")
        return f"No NetworkPolicies in {files} ({documents} of other kinds)."
    parts = [files]
    if summary.namespaces:
        parts.append(counted(summary.namespaces, "namespace"))
    policies = counted(summary.policies, "policy", "policies")
    # A crashed check may have missed a problem.
    what = "findings" if report.errors else "problems"
    return f"No {what} in {policies} ({', '.join(parts)})."


def _notes(report: Report, config: Config) -> list[str]:
    summary = report.summary
    notes: list[str] = []
    if summary.templates:
        notes.append(
            f"templates in {counted(summary.templates, 'file')} were not linted: "
            "try `helm template CHART | netlint -`"
        )
    if not summary.settled:
        notes += fixable(report.findings)
    if summary.hidden:
        pedantic = config.selection.min_severity is Severity.INFO
        flag = "--min-confidence low" if pedantic else "--pedantic"
        them = "it" if summary.hidden == 1 else "them"
        notes.append(f"{counted(summary.hidden, 'finding')} hidden ({flag} shows {them})")
    if summary.suppressed:
        notes.append(f"{counted(summary.suppressed, 'finding')} suppressed")
    if report.errors:
        failed = counted(len(report.errors), "check")
        notes.append(f"{failed} crashed, so findings may be missing")
    return notes


def _bundle(info: BundleInfo, pen: Pen) -> list[str]:
    size = f"{counted(len(info.files), 'file')}, {counted(info.policies, 'policy', 'policies')}"
    head = f"bundle {one_line(info.name)}"
    rest = one_line(f": {size}; {info.reason}" if info.reason else f": {size}")
    return [pen.paint(head, "bold") + rest, *(f"  {one_line(file)}" for file in info.files)]


def _statistics(report: Report, pen: Pen) -> list[str]:
    """A table of codes, the most frequent first."""
    counts = Counter((finding.code, finding.name, finding.severity) for finding in report.findings)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], item[0][2].rank))
    rows = [("code", "name", "count", "severity")]
    rows += [(code, name, f"{count:,}", str(level)) for (code, name, level), count in ordered]
    code, name, count = (max(width(row[column]) for row in rows) for column in range(3))
    lines = [f"{row[0]:{code}}  {row[1]:{name}}  {row[2]:>{count}}  {row[3]}" for row in rows]
    return [pen.paint(lines[0], "dim"), *lines[1:]]
