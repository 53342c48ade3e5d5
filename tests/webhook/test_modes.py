from __future__ import annotations

import pytest

from netlint_rules.config import Selection
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.registry import find
from netlint_rules.source.document import Document, Origin
from netlint_webhook.cluster import Sight
from netlint_webhook.modes import Bar, Mode
from tests.webhook.reviews import settings


def mode(text: str, code: str, namespace: str = "shop") -> str:
    return str(settings(text).modes.of(namespace).modes[code])


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("", "NP201", "deny"),
        ("", "NP701", "deny"),
        ("", "NP101", "warn"),
        ("", "NP401", "warn"),
        ("", "NP501", "warn"),
        ("preset: strict", "NP101", "deny"),
        ("preset: strict", "NP401", "deny"),
        ("preset: strict", "NP501", "deny"),
        ("preset: strict", "NP221", "warn"),
        ("preset: strict", "NP222", "warn"),
        ("preset: strict", "NP224", "warn"),
        ("preset: strict", "NP225", "warn"),
        ("preset: strict", "NP242", "deny"),
        ("preset: strict", "NP244", "warn"),
        ("preset: audit-only", "NP201", "audit"),
        ("modes: {dns-egress: deny}", "NP101", "deny"),
        ("modes: {NP1: audit}", "NP101", "audit"),
        ("modes: {NP1: audit, dns-missing: deny}", "NP101", "deny"),
        ("modes: {NP1: audit, dns-missing: deny}", "NP102", "audit"),
        ("modes: {all: audit}", "NP101", "audit"),
        ("modes: {all: off}", "NP201", "off"),
        ("modes: {or-split-peers: off}", "NP201", "off"),
        ("{preset: strict, modes: {isolation: warn}}", "NP401", "warn"),
    ],
)
def test_the_most_specific_word_of_the_last_layer_counts(
    text: str, code: str, expected: str
) -> None:
    assert mode(text, code) == expected


def test_overrides_by_namespace() -> None:
    text = """
modes: {or-split-peers: warn}
namespaces:
- {names: [team-*, legacy], modes: {NP2: audit}}
- {names: [team-a], modes: {all: deny}}
"""
    assert mode(text, "NP201", "shop") == "warn"
    assert mode(text, "NP201", "legacy") == "audit"
    assert mode(text, "NP201", "team-b") == "audit"
    assert mode(text, "NP201", "team-a") == "deny"
    assert mode(text, "NP101", "team-b") == "warn"


def test_rules_that_are_off_in_every_code_do_not_run() -> None:
    text = "modes: {default-deny: off, NP2: off, or-split-peers: audit}"
    names = {rule.name for rule in settings(text).modes.of("shop").rules}
    assert "default-deny" not in names
    assert "or-split-peers" in names
    assert settings("modes: {all: off}").modes.of("shop").rules == ()


DEFAULT = Bar(Selection(), Severity.ERROR, Confidence.HIGH, Mode.AUDIT)
STRICT = Bar(Selection(), Severity.WARNING, Confidence.MEDIUM, Mode.AUDIT)


@pytest.mark.parametrize(
    ("bar", "rule", "severity", "confidence", "given", "sight", "expected"),
    [
        (DEFAULT, "or-split-peers", "error", "certain", "deny", "partial", "deny"),
        (DEFAULT, "or-split-peers", "error", "high", "deny", "partial", "deny"),
        (DEFAULT, "or-split-peers", "error", "medium", "deny", "whole", "warn"),
        (DEFAULT, "or-split-peers", "warning", "certain", "deny", "whole", "warn"),
        (DEFAULT, "or-split-peers", "info", "certain", "deny", "whole", "audit"),
        (DEFAULT, "or-split-peers", "warning", "low", "warn", "whole", "audit"),
        (DEFAULT, "or-split-peers", "error", "certain", "warn", "whole", "warn"),
        (DEFAULT, "or-split-peers", "error", "certain", "audit", "whole", "audit"),
        (DEFAULT, "or-split-peers", "error", "certain", "off", "whole", "off"),
        (STRICT, "or-split-peers", "warning", "medium", "deny", "partial", "deny"),
        (STRICT, "or-split-peers", "warning", "low", "deny", "partial", "audit"),
        (DEFAULT, "dns-egress", "error", "certain", "deny", "whole", "deny"),
        (DEFAULT, "dns-egress", "error", "certain", "deny", "stale", "warn"),
        (DEFAULT, "dns-egress", "error", "certain", "deny", "partial", "audit"),
        (STRICT, "dns-egress", "warning", "high", "deny", "partial", "audit"),
        (STRICT, "dns-egress", "warning", "high", "deny", "stale", "warn"),
        (STRICT, "dns-egress", "warning", "high", "off", "partial", "off"),
    ],
)
def test_what_a_finding_may_do(
    bar: Bar, rule: str, severity: str, confidence: str, given: str, sight: str, expected: str
) -> None:
    found = finding(rule, Severity(severity), Confidence(confidence))
    assert str(bar.limit(found, Mode(given), Sight(sight))) == expected


def test_a_code_that_one_policy_proves_may_deny_without_the_cluster() -> None:
    found = finding("default-deny-cancelled", Severity.ERROR, Confidence.CERTAIN)
    assert DEFAULT.limit(found, Mode.DENY, Sight.PARTIAL) is Mode.DENY


def finding(word: str, severity: Severity, confidence: Confidence) -> Finding:
    """A finding of the first code that a word names."""
    rule, code = find(word)[0]
    place = Location(Document(Origin("request"), {}))
    return Finding(code.code, code.name, rule.name, severity, confidence, "message", place)
