"""Selection, severities, crashes and merging."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netlint_rules.config import Config, Selection
from netlint_rules.engine import examine, is_shown, merge, settle
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.registry import all_codes, all_rules, find
from netlint_rules.selection import enabled, selects
from netlint_rules.source.document import Document, Origin
from tests.rules.builders import workspace

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}}
"""


def selected(**words: Any) -> set[str]:
    selection = Selection(**words)
    return {code.code for rule, code in all_codes() if selects(selection, rule, code)}


def family(prefix: str) -> set[str]:
    return {code.code for _, code in all_codes() if code.code.startswith(prefix)}


def test_everything_is_on_by_default() -> None:
    assert selected() == family("NP")


def test_select_by_code_prefix_name_rule_and_group() -> None:
    assert selected(select=("NP401",)) == {"NP401"}
    assert selected(select=("NP4",)) == family("NP4")
    assert selected(select=("np403",)) == {"NP403"}
    assert selected(select=("default-deny-cancelled",)) == {"NP403"}
    assert selected(select=("default-deny",)) == {"NP401", "NP402", "NP403", "NP404"}
    assert selected(select=("isolation",)) >= {"NP401", "NP405"}


def test_the_more_specific_word_wins() -> None:
    assert selected(ignore=("NP4",), extend_select=("NP403",)) & family("NP4") == {"NP403"}
    assert selected(select=("NP403",), ignore=("NP4",)) == {"NP403"}
    assert selected(ignore=("NP403",)) == family("NP") - {"NP403"}
    assert selected(select=("NP4",), ignore=("default-deny-cancelled",)) == family("NP4") - {
        "NP403"
    }
    assert selected(select=("NP4",), ignore=("NP4",)) == set()


def test_unknown_words_name_nothing() -> None:
    assert find("NP999") == ()
    assert find("nonsense") == ()


def test_a_rule_runs_if_one_code_is_on() -> None:
    rules = enabled(all_rules(), Selection(select=("NP403",)))
    assert [rule.name for rule in rules] == ["default-deny"]


def test_a_rule_that_crashes_does_not_stop_the_others() -> None:
    def crash(*_: object) -> list[Finding]:
        raise ValueError("boom")

    rule = next(rule for rule in all_rules() if rule.name == "default-deny")
    outcome = examine(workspace(POLICY), [replace(rule, name="bad", check=crash), rule])
    (error,) = outcome.errors
    assert (error.rule, error.namespace, error.message) == ("bad", "shop", "ValueError: boom")
    assert error.files == ("test.yaml",)
    assert [finding.code for finding in outcome.findings] == ["NP401"]


def finding(file: str = "a.yaml", **changes: Any) -> Finding:
    document = Document(Origin(file), {})
    base = Finding(
        "NP403",
        "default-deny-cancelled",
        "default-deny",
        Severity.ERROR,
        Confidence.CERTAIN,
        "message",
        Location(document, ("spec",)),
    )
    return replace(base, **changes)


def test_the_users_severity_wins_the_exact_code_before_the_prefix() -> None:
    severities = {"NP4": Severity.INFO, "NP403": Severity.WARNING}
    config = Config(selection=Selection(severities=severities))
    (settled,) = settle([finding()], config)
    assert settled.severity is Severity.WARNING


def test_findings_of_codes_that_are_off_are_dropped() -> None:
    config = Config(selection=Selection(ignore=("NP403",)))
    assert settle([finding()], config) == []


@pytest.mark.parametrize(
    ("severity", "confidence", "shown"),
    [
        (Severity.ERROR, Confidence.CERTAIN, True),
        (Severity.WARNING, Confidence.MEDIUM, True),
        (Severity.INFO, Confidence.CERTAIN, False),
        (Severity.ERROR, Confidence.LOW, False),
    ],
)
def test_thresholds(severity: Severity, confidence: Confidence, shown: bool) -> None:
    graded = finding(severity=severity, confidence=confidence)
    assert is_shown(graded, Selection()) is shown


def test_a_finding_of_every_bundle_is_merged_without_naming_them() -> None:
    homes = {"a.yaml": frozenset({"dev", "prod"})}
    mild = finding(severity=Severity.WARNING)
    (merged,) = merge([("dev", [mild]), ("prod", [finding()])], homes)
    assert (merged.severity, merged.bundles) == (Severity.ERROR, ())


def test_a_finding_of_some_bundles_names_them() -> None:
    homes = {"a.yaml": frozenset({"dev", "prod", "test"})}
    (merged,) = merge([("prod", [finding()]), ("dev", [finding()])], homes)
    assert merged.bundles == ("dev", "prod")


def test_two_findings_of_one_place_in_one_bundle_stay_two() -> None:
    twice = [finding(message="one"), finding(message="two")]
    assert len(merge([("dev", twice)], {"a.yaml": frozenset({"dev"})})) == 2
