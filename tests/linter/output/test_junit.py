"""JUnit reports, read back by a package that CI tools use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.report import InternalError, Report
from netlint_rules.source.document import Document, Origin
from tests.linter.output.builders import EGRESS, api, deny, finding, report, show


def read(run: Report, folder: Path) -> tuple[TestSuite, list[TestCase]]:
    file = folder / "report.xml"
    file.write_text(show(run, "junit"), encoding="utf-8")
    (suite,) = JUnitXml.fromfile(str(file))
    assert isinstance(suite, TestSuite)
    return suite, list(suite)


def full() -> Finding:
    return finding(
        Location(api(), EGRESS, "isolates egress"),
        related=[Location(deny(), EGRESS, "isolates egress of every pod in shop")],
        fix=Fix("allow DNS once", Applicability.UNSAFE),
    )


def test_each_finding_is_a_failed_case(tmp_path: Path) -> None:
    suite, (case,) = read(report(full()), tmp_path)
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("netlint", 1, 1, 0)
    assert case.classname == "policies/api.yaml"
    assert case.name == "NP101 dns-missing NetworkPolicy shop/api-egress spec.policyTypes"
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("error", full().message)
    assert failure.text == (
        "policies/api.yaml:8:3 isolates egress\n"
        "policies/default-deny.yaml:6:3 isolates egress of every pod in shop\n"
        "fix: allow DNS once"
    )


def test_a_clean_run_is_one_case_that_passed(tmp_path: Path) -> None:
    suite, (case,) = read(report(), tmp_path)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (1, 0, 0, 0)
    assert (case.name, case.is_passed) == ("no problems", True)


def test_info_findings_fail_nothing(tmp_path: Path) -> None:
    info = finding(Location(api(), EGRESS), severity=Severity.INFO)
    suite, (case,) = read(report(info), tmp_path)
    assert (suite.failures, suite.skipped) == (0, 1)
    (skipped,) = case.result
    assert isinstance(skipped, Skipped)
    assert skipped.message == info.message


def test_cases_that_ci_would_merge_are_numbered(tmp_path: Path) -> None:
    other = finding(Location(api("other.yaml"), EGRESS))
    _, cases = read(report(full(), full(), other), tmp_path)
    assert [case.name.rpartition("policyTypes")[2] for case in cases] == ["", " (2)", ""]


def test_a_crashed_rule_is_an_error(tmp_path: Path) -> None:
    crash = InternalError("dns-egress", "shop", (), "KeyError: 'x'")
    suite, (case,) = read(replace(report(), errors=(crash,)), tmp_path)
    assert (suite.tests, suite.failures, suite.errors) == (1, 0, 1)
    assert case.name == "rule dns-egress in shop"
    assert isinstance(case.result[0], Error)


def test_characters_that_xml_forbids_are_replaced(tmp_path: Path) -> None:
    place = Location(Document(Origin("a\udcff&.yaml"), {"kind": "<\x00>"}))
    _, (case,) = read(report(finding(place, 'a "\x1b" <b>\n& c')), tmp_path)
    assert case.classname == "a\ufffd&.yaml"
    assert case.name == "NP101 dns-missing <␀>"
    assert case.result[0].message == 'a "␛" <b>\n& c'
