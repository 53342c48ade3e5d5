"""A report as a plain value, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netlint_linter.cache.texts import Plain, Restored, Texts, path_of
from netlint_rules.apivalidation.cause import Cause, Kind, Reason
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.report import BundleInfo, Report, Summary
from netlint_rules.source.document import Document, Span
from netlint_rules.typed import Any


def plain(report: Report) -> Plain:
    """The report as JSON has it. Internal errors are left out: a run with some isn't kept."""
    texts = Texts()
    findings = [_finding_row(finding, texts) for finding in report.findings]
    return {
        "findings": findings,
        "documents": texts.documents,
        "texts": texts.texts,
        "summary": _values(report.summary),
        "bundles": [_values(bundle) for bundle in report.bundles],
        "notes": report.notes,
    }


def restored(value: Mapping[str, Plain]) -> Report:
    """The report of a plain value.

    Raises KeyError, TypeError, ValueError or IndexError for one that `plain` didn't make.
    """
    documents = Restored(value["documents"], value["texts"]).documents
    return Report(
        findings=tuple(_finding(row, documents) for row in value["findings"]),
        summary=Summary(*value["summary"]),
        bundles=tuple(_bundle(*row) for row in value["bundles"]),
        notes=tuple(value["notes"]),
    )


def _values(record: Summary | BundleInfo | Cause) -> Plain:
    return [getattr(record, name) for name in record.__match_args__]


def _finding_row(finding: Finding, texts: Texts) -> Plain:
    return [
        finding.code,
        finding.name,
        finding.rule,
        finding.severity,
        finding.confidence,
        finding.message,
        _place_row(finding.primary, texts),
        [_place_row(location, texts) for location in finding.related],
        None if finding.fix is None else _fix_row(finding.fix),
        finding.bundles,
        None if finding.cause is None else _values(finding.cause),
    ]


def _place_row(location: Location, texts: Texts) -> Plain:
    return [texts.number(location.document), location.path, location.note, location.exact]


def _fix_row(fix: Fix) -> Plain:
    return [fix.title, fix.applicability, [dict(step) for step in fix.patch], fix.creates]


def _finding(row: Sequence[Any], documents: Sequence[Document]) -> Finding:
    code, name, rule, severity, confidence, message, primary, related, fix, bundles, cause = row
    return Finding(
        code,
        name,
        rule,
        Severity(severity),
        Confidence(confidence),
        message,
        _place(primary, documents),
        tuple(_place(place, documents) for place in related),
        None if fix is None else _fix(*fix),
        tuple(bundles),
        None if cause is None else _cause(*cause),
    )


def _place(row: Sequence[Any], documents: Sequence[Document]) -> Location:
    number, path, note, exact = row
    span = None if exact is None else Span(*exact)
    return Location(documents[number], path_of(path), note, span)


def _fix(
    title: str,
    applicability: str,
    patch: Sequence[Mapping[str, object]],
    creates: Mapping[str, object] | None,
) -> Fix:
    return Fix(title, Applicability(applicability), tuple(patch), creates)


def _cause(
    kind: str, path: Sequence[str | int], reason: str, field: str, message: str, value: object
) -> Cause:
    return Cause(Kind(kind), path_of(path), Reason(reason), field, message, value)


def _bundle(name: str, reason: str, files: Sequence[str], policies: int) -> BundleInfo:
    return BundleInfo(name, reason, tuple(files), policies)
