"""What the text output says at its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netlint_linter.output import Style, render
from netlint_rules.config import Config, Selection
from netlint_rules.finding import Location, Severity
from netlint_rules.report import BundleInfo, InternalError, Report, Summary
from tests.linter.output.builders import EGRESS, api, finding, report, show

PLACE = Location(api(), EGRESS)


def last_line(*severities: Severity, **counts: int) -> str:
    found = [finding(PLACE, severity=severity) for severity in severities]
    return show(report(*found, **counts)).splitlines()[-1]


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ((Severity.ERROR,), "1 problem (1 error)"),
        ((Severity.WARNING, Severity.WARNING), "2 problems (2 warnings)"),
        ((Severity.ERROR, Severity.WARNING), "2 problems (1 error, 1 warning)"),
        ((Severity.WARNING, Severity.INFO), "1 problem (1 warning), 1 info finding"),
        ((Severity.INFO, Severity.INFO), "No problems, 2 info findings"),
    ],
)
def test_problems_are_errors_and_warnings(severities: tuple[Severity, ...], expected: str) -> None:
    rest = " in 41 files · 12 policies · 3 namespaces"
    assert last_line(*severities) == expected + rest


def test_one_of_everything_is_singular() -> None:
    line = last_line(Severity.ERROR, files=1, policies=1, namespaces=1)
    assert line == "1 problem (1 error) in 1 file · 1 policy · 1 namespace"


def test_big_numbers_are_grouped() -> None:
    assert "in 1,585 files · 0 policies" in last_line(
        Severity.ERROR, files=1585, policies=0, namespaces=0
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, "No problems in 12 policies (41 files, 3 namespaces)."),
        ({"policies": 1, "files": 1, "namespaces": 0}, "No problems in 1 policy (1 file)."),
        ({"policies": 0}, "No NetworkPolicies in 41 files (118 documents of other kinds)."),
        ({"policies": 0, "documents": 0, "files": 3}, "No Kubernetes objects in 3 files."),
        ({"policies": 0, "documents": 0, "files": 0}, "No files to lint."),
    ],
)
def test_a_run_without_findings(counts: dict[str, int], expected: str) -> None:
    assert show(report(**counts)) == f"{expected}\n"


def test_what_was_left_out_is_said() -> None:
    assert show(report(templates=3, hidden=5, suppressed=1)).splitlines()[1:] == [
        "templates in 3 files were not linted: try `helm template CHART | netlint -`",
        "5 findings hidden (--pedantic shows them)",
        "1 finding suppressed",
    ]


def test_a_single_template() -> None:
    assert "templates in 1 file were not linted" in show(report(templates=1))


def test_pedantic_runs_are_told_of_the_other_threshold() -> None:
    config = Config(Selection(min_severity=Severity.INFO))
    text = render(report(hidden=1), "text", (), Style(), config)
    assert "1 finding hidden (--min-confidence low shows it)" in text


def test_a_crashed_check_is_never_reported_as_clean() -> None:
    crash = InternalError("dns-egress", "shop", ("a.yaml",), "KeyError: 'x'")
    run = Report((), Summary(files=1, documents=1, policies=1), errors=(crash,))
    assert show(run, style=Style(colour=True)) == (
        "\x1b[1mNo findings in 1 policy (1 file).\x1b[0m\n"
        "\x1b[2m1 check crashed, so findings may be missing\x1b[0m\n"
    )


def test_statistics_list_the_most_frequent_code_first() -> None:
    errors = [finding(PLACE, severity=Severity.ERROR) for _ in range(11)]
    found = [finding(PLACE, severity=Severity.WARNING), *errors]
    lowered = replace(errors[0], severity=Severity.WARNING)
    text = show(report(*found, lowered), style=Style(statistics=True))
    assert text.split("\n\n")[-2].splitlines() == [
        "code   name            count  severity",
        "NP101  dns-missing        11  error",
        "NP101  dns-missing         1  warning",
        "NP201  or-split-peers      1  warning",
    ]


def test_verbose_runs_show_the_bundles() -> None:
    info = BundleInfo("prod", "kustomization prod/kustomization.yaml", ("a.yaml", "b.yaml"), 4)
    run = replace(report(), bundles=(info,))
    assert "bundle" not in show(run)
    assert show(run, style=Style(verbose=1)).splitlines()[:3] == [
        "bundle prod: 2 files, 4 policies; kustomization prod/kustomization.yaml",
        "  a.yaml",
        "  b.yaml",
    ]
