"""Workflow commands, which GitHub Actions shows as annotations on the changed lines."""

from __future__ import annotations

from netlint_linter.output.places import file_span, relative_file
from netlint_rules.finding import Finding, Severity
from netlint_rules.report import InternalError, Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """One command a finding, and one for every rule that crashed."""
    commands = [_annotation(finding) for finding in report.findings]
    commands += [_crash(error) for error in report.errors]
    return "".join(f"{command}\n" for command in commands)


def _annotation(finding: Finding) -> str:
    properties: dict[str, object] = {"file": relative_file(finding.primary)}
    span = file_span(finding.primary)
    if span:
        properties |= {"line": span.line, "endLine": span.end_line}
    if span and span.line == span.end_line:
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = f"{finding.code} {finding.name}"
    message = f"{finding.message}\nFix: {finding.fix.title}" if finding.fix else finding.message
    return _command(_COMMANDS[finding.severity], properties, message)


def _crash(error: InternalError) -> str:
    text = f"rule {error.rule} crashed, so findings may be missing: {error.message}"
    return _command("error", {"title": "netlint internal error"}, text)


def _command(name: str, properties: dict[str, object], message: str) -> str:
    pairs = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {pairs}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
