"""GitLab Code Quality, which merge requests show beside the changed lines."""

from __future__ import annotations

import json

from netlint_linter.output.identity import fingerprints
from netlint_linter.output.places import file_span, relative_file
from netlint_rules.finding import Finding, Severity
from netlint_rules.report import Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """A list with one entry a finding."""
    identities = fingerprints(report.findings)
    entries = [
        _entry(finding, identity)
        for finding, identity in zip(report.findings, identities, strict=True)
    ]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Finding, identity: str) -> dict[str, object]:
    span = file_span(finding.primary)
    # GitLab stops reading at an entry without a line.
    lines = {"begin": span.line, "end": span.end_line} if span else {"begin": 1}
    return {
        "description": f"{finding.code} {finding.name}: {finding.message}",
        "check_name": f"{finding.code} {finding.name}",
        "fingerprint": identity,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": relative_file(finding.primary), "lines": lines},
    }
