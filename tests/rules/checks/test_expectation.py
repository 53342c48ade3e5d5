"""Expectations: grades, places and words that the examples don't show."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Confidence, Finding, Severity
from tests.rules.builders import configuration, lint
from tests.rules.questions.shop import CLOSED, TOWN, pod


def found(*expected: str, text: str = TOWN, complete: bool = False) -> list[Finding]:
    config = configuration(expect=list(expected), complete=complete)
    return lint(text, "expectation", config=config)


def test_what_is_blocked_is_certain_only_where_no_policy_can_be_missing() -> None:
    (partial,) = found("shop/web -> shop/db:5432 allow")
    assert (partial.severity, partial.confidence) == (Severity.WARNING, Confidence.HIGH)
    (whole,) = found("shop/web -> shop/db:5432 allow", complete=True)
    assert (whole.severity, whole.confidence) == (Severity.ERROR, Confidence.CERTAIN)
    assert [place.note for place in (whole.primary, *whole.related)] == [
        "isolates ingress of shop/db and doesn't allow this"
    ] * 2


def test_what_a_rule_lets_in_is_certain_where_the_source_has_policies_or_needs_none() -> None:
    (by_pods,) = found("shop/api -> shop/db deny")
    assert by_pods.severity is Severity.WARNING, "a policy out of view may isolate its egress"
    (by_address,) = found("11.1.0.0/16 -> shop/db deny")
    assert by_address.severity is Severity.ERROR
    assert by_address.primary.note == "allows TCP 9187"


def test_pods_without_policies_are_named() -> None:
    (finding,) = found("internet -> bank/vault deny", complete=True)
    assert finding.message == (
        "the internet reaches bank/vault on all ports, against `internet -> bank/vault deny`"
    )
    assert finding.primary.note == "no policy isolates ingress of bank/vault"
    assert finding.primary.document.name == "vault"


def test_many_places_are_cut_off() -> None:
    crowd = "".join(pod(f"p{number}", "bank") for number in range(30))
    (finding,) = found("shop -> bank deny", text=TOWN + crowd)
    assert len(finding.related) <= 14
    assert "and 30 more on all ports" in finding.message


@pytest.mark.parametrize(
    ("expected", "code", "severity", "words"),
    [
        ("shop/web -> shop/dbb deny", "NP432", Severity.WARNING, "did you mean shop/db?"),
        ("shop/web -> nowhere deny", "NP432", Severity.INFO, "no namespace or workload nowhere"),
        ("shop/web -> shop/db:ftp deny", "NP432", Severity.WARNING, "has no port ftp"),
        ("node -> shop/web deny", "NP431", Severity.INFO, "always open to it"),
    ],
)
def test_what_cannot_be_judged(expected: str, code: str, severity: Severity, words: str) -> None:
    (finding,) = found(expected)
    assert (finding.code, finding.severity) == (code, severity)
    assert words in finding.message


def test_a_broken_policy_decides_nothing() -> None:
    broken = CLOSED.replace("policyTypes: [Ingress]\n", "policyTypes: [Ingress, Nope]\n")
    (finding,) = found("shop/api -> shop/db:main allow", text=pod("api") + pod("db") + broken)
    assert finding.code == "NP431"
    assert finding.message.endswith("db: the API server would refuse it (shop/api → shop/db)")


def test_nothing_is_expected() -> None:
    assert found() == []
