"""JUnit XML, for CI systems that show test results."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from netlint_linter.output.places import field_name, file_span, place, relative_file
from netlint_linter.output.terminal import printable
from netlint_rules.finding import Finding, Severity
from netlint_rules.report import InternalError, Report


def render(report: Report) -> str:
    """One suite: a failed case for each finding, or one that passed where there are none.

    Info findings are skipped cases, because they never fail a run.
    """
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", name="netlint")
    names: Counter[tuple[str, str]] = Counter()
    for finding in report.findings:
        _add_finding(suite, finding, names)
    for error in report.errors:
        _add_crash(suite, error)
    if not len(suite):
        ET.SubElement(suite, "testcase", classname="netlint", name="no problems")
    _count(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_finding(suite: ET.Element, finding: Finding, names: Counter[tuple[str, str]]) -> None:
    file = _text(relative_file(finding.primary))
    case = ET.SubElement(suite, "testcase", classname=file, name=_name(finding, names), file=file)
    span = file_span(finding.primary)
    if span:
        case.set("line", str(span.line))
    message = _text(finding.message)
    if finding.severity is Severity.INFO:
        ET.SubElement(case, "skipped", message=message)
        return
    failure = ET.SubElement(case, "failure", type=str(finding.severity), message=message)
    failure.text = _text("\n".join(_details(finding)))


def _name(finding: Finding, names: Counter[tuple[str, str]]) -> str:
    """Without lines, so that a case keeps its history; numbered where CI would merge cases."""
    name = _text(f"{finding.code} {finding.name} {field_name(finding.primary)}".strip())
    key = (finding.primary.file, name)
    names[key] += 1
    return name if names[key] == 1 else f"{name} ({names[key]})"


def _details(finding: Finding) -> list[str]:
    lines = [f"{place(finding.primary)} {finding.primary.note}".strip()]
    lines += [f"{place(location)} {location.note}".strip() for location in finding.related]
    if finding.fix:
        lines.append(f"fix: {finding.fix.title}")
    return lines


def _add_crash(suite: ET.Element, error: InternalError) -> None:
    name = _text(f"rule {error.rule} in {error.namespace}" if error.namespace else error.rule)
    case = ET.SubElement(suite, "testcase", classname="netlint", name=name)
    ET.SubElement(case, "error", type="crash", message=_text(error.message))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))


def _text(text: str) -> str:
    """`text` with only the characters that XML allows."""
    return "\n".join(map(printable, text.split("\n")))
