"""The JSON output: a contract, described by `json_schema.schema()`.

Keys are only ever added while `version` stays 1.
"""

from __future__ import annotations

import json

from netlint_linter.output.places import file_span
from netlint_rules.apivalidation.cause import Cause
from netlint_rules.finding import Finding, Fix, Location, Severity
from netlint_rules.report import Report

VERSION = 1


def render(report: Report) -> str:
    """One object; characters outside ASCII are escaped, so that any stream can carry it."""
    findings = [_finding(finding) for finding in report.findings]
    output = {"version": VERSION, "findings": findings, "summary": _summary(report)}
    return json.dumps(output, indent=2) + "\n"


def fix_object(fix: Fix) -> dict[str, object]:
    """A fix as JSON: `creates` only where a whole object is to be created."""
    output: dict[str, object] = {
        "title": fix.title,
        "applicability": str(fix.applicability),
        "patch": [dict(operation) for operation in fix.patch],
    }
    return output if fix.creates is None else {**output, "creates": fix.creates}


def _finding(finding: Finding) -> dict[str, object]:
    document = finding.primary.document
    span = file_span(finding.primary)
    return {
        "code": finding.code,
        "name": finding.name,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "message": finding.message,
        "file": finding.primary.file,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
        "path": finding.primary.api_path,
        "object": {
            "apiVersion": document.api_version,
            "kind": document.kind,
            "namespace": document.namespace,
            "name": document.name,
        },
        "related": [_related(location) for location in finding.related],
        "fix": fix_object(finding.fix) if finding.fix else None,
        "bundles": list(finding.bundles),
        "cause": _cause(finding.cause) if finding.cause else None,
    }


def _cause(cause: Cause) -> dict[str, object]:
    return {"field": cause.field, "reason": str(cause.reason), "message": cause.message}


def _related(location: Location) -> dict[str, object]:
    span = file_span(location)
    return {
        "file": location.file,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "path": location.api_path,
        "message": location.note,
    }


def _summary(report: Report) -> dict[str, int]:
    summary = report.summary
    return {
        "files": summary.files,
        "documents": summary.documents,
        "policies": summary.policies,
        "namespaces": summary.namespaces,
        "findings": len(report.findings),
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "infos": report.count(Severity.INFO),
        "hidden": summary.hidden,
        "suppressed": summary.suppressed,
    }
