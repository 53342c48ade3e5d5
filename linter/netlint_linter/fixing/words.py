"""What was fixed, what that cuts and opens, and what could not be fixed, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_linter.baseline import Known, fingerprint
from netlint_linter.fixing.choose import Planned
from netlint_linter.output.fixable import unsafe_fixes
from netlint_linter.output.places import place
from netlint_linter.output.terminal import counted
from netlint_rules.effect import effect
from netlint_rules.finding import Applicability, Finding
from netlint_rules.report import Report


def applied(planned: Planned, minor: int, *, verbose: bool) -> Iterator[str]:
    """A line on a fix that changes traffic; on any with `verbose`."""
    finding, fix = planned.finding, planned.fix
    if fix.applicability is Applicability.UNSAFE:
        done = effect(finding.primary.document, fix, minor)
        parts = [("cuts", done.cuts), ("opens", done.opens)]
        effects = [f"{verb} {', '.join(words)}" for verb, words in parts if words]
        yield f"{_head(finding)}: {fix.title}{_sentence(effects)}"
    elif verbose:
        yield f"{_head(finding)}: {fix.title}"


def _sentence(effects: list[str]) -> str:
    return f" ({'; '.join(effects)})" if effects else ""


def left(report: Report, rejected: Mapping[Known, tuple[Finding, str]]) -> Iterator[str]:
    """A line on each finding whose fix can't be applied, with the reason."""
    for finding in report.findings:
        if fingerprint(finding) in rejected:
            yield f"{_head(finding)} is not fixed: {rejected[fingerprint(finding)][1]}"


def summary(applied: int, files: int, report: Report, *, diff: bool, unsafe: bool) -> str:
    """How much was fixed, or would be."""
    verb = "would fix" if diff else "fixed"
    text = f"{verb} {counted(applied, 'finding')} in {counted(files, 'file')}"
    more = 0 if unsafe else unsafe_fixes(report.findings)
    return f"{text}; {more} more with --unsafe-fixes, which may change traffic" if more else text


def _head(finding: Finding) -> str:
    return f"{place(finding.primary)}: {finding.code} {finding.name}"
