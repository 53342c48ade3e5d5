"""SARIF 2.1.0, as GitHub code scanning and other viewers read it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from netlint_linter.output.identity import fingerprints
from netlint_linter.output.json import fix_object
from netlint_linter.output.places import field_name, file_span, relative_file
from netlint_linter.output.replacements import replacements
from netlint_linter.output.sarif_rules import LEVELS, descriptors
from netlint_rules.finding import Finding, Fix, Location
from netlint_rules.report import InternalError, Report
from netlint_rules.rule import Rule
from netlint_rules.version import __version__

_ROOT = "%SRCROOT%"
# GitHub shows so many locations of a result, and rejects files with ten times as many.
_LOCATIONS = 100

Json = dict[str, object]


def render(report: Report, rules: Sequence[Rule]) -> str:
    """One run; `rules` become its rules whether they found something or not."""
    known = descriptors(rules)
    driver = {
        "name": "netlint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": known,
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder that netlint was started in."}}
        },
        "invocations": [_invocation(report.errors)],
        "artifacts": [{"location": _artifact(file)} for file in _files(report.findings)],
        "results": _results(report, [str(rule["id"]) for rule in known]),
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2) + "\n"


def _results(report: Report, codes: Sequence[str]) -> list[Json]:
    index = {code: position for position, code in enumerate(codes)}
    identities = fingerprints(report.findings)
    return [
        _result(finding, identity, index.get(finding.code))
        for finding, identity in zip(report.findings, identities, strict=True)
    ]


def _result(finding: Finding, identity: str, index: int | None) -> Json:
    related = finding.related[:_LOCATIONS]
    result: Json = {"ruleId": finding.code}
    if index is not None:
        result["ruleIndex"] = index
    result |= {
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding.message, related)},
        "locations": [_location(finding.primary)],
        "partialFingerprints": {"netlint/v1": identity},
        "properties": _properties(finding),
    }
    if finding.fix:
        result |= _fixes(finding, finding.fix)
    if related:
        result["relatedLocations"] = [
            {"id": number, **_location(location)} for number, location in enumerate(related, 1)
        ]
    return result


def _message(message: str, related: Sequence[Location]) -> str:
    """The message, with links to the related locations: GitHub shows only those that it links."""
    links = [
        f"[{_link_text(location.note or field_name(location) or location.file)}]({number})"
        for number, location in enumerate(related, 1)
    ]
    return f"{message.rstrip('.')}. See: {'; '.join(links)}." if links else message


def _link_text(text: str) -> str:
    for char in "\\[]":
        text = text.replace(char, f"\\{char}")
    return text


def _properties(finding: Finding) -> Json:
    properties: Json = {
        "name": finding.name,
        "rule": finding.rule,
        "confidence": str(finding.confidence),
    }
    if finding.bundles:
        properties["bundles"] = list(finding.bundles)
    if finding.fix:
        properties["fix"] = fix_object(finding.fix)
    return properties


def _fixes(finding: Finding, fix: Fix) -> Json:
    """The edits of a fix; nothing where it can't be made in the text."""
    edits = replacements(finding, fix)
    if not edits:
        return {}
    change = {"artifactLocation": _artifact(relative_file(finding.primary)), "replacements": edits}
    return {"fixes": [{"description": {"text": fix.title}, "artifactChanges": [change]}]}


def _location(location: Location) -> Json:
    physical: Json = {"artifactLocation": _artifact(relative_file(location))}
    span = file_span(location)
    if span:
        physical["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    result: Json = {"physicalLocation": physical}
    if location.document.kind:
        result["logicalLocations"] = [_logical(location)]
    if location.note:
        result["message"] = {"text": location.note}
    return result


def _logical(location: Location) -> Json:
    document = location.document
    qualified = f"{document.api_version} {field_name(location)}".strip()
    logical: Json = {"kind": "resource", "fullyQualifiedName": qualified}
    return {"name": document.name, **logical} if document.name else logical


def _artifact(file: str) -> Mapping[str, str]:
    from urllib.parse import quote

    path = quote(os.fsencode(file))
    if path.startswith("/"):
        return {"uri": f"file://{path}"}
    return {"uri": path, "uriBaseId": _ROOT}


def _files(findings: Sequence[Finding]) -> list[str]:
    """The files of all locations, once each, in order of their first appearance."""
    places = [
        place for finding in findings for place in (finding.primary, *finding.related[:_LOCATIONS])
    ]
    return list(dict.fromkeys(relative_file(place) for place in places))


def _invocation(errors: Sequence[InternalError]) -> Json:
    invocation: Json = {"executionSuccessful": not errors}
    if errors:
        invocation["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": {"text": f"Rule {error.rule} crashed: {error.message}"},
            }
            for error in errors
        ]
    return invocation
