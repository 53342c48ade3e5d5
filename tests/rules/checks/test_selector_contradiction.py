"""What the examples of selector-contradiction can't show: wording, fixes, what stays unsaid."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Confidence, Finding, Severity
from tests.rules.builders import lint, repaired

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
"""
NEVER = "{matchLabels: {tier: a, app: web}, matchExpressions: [{key: app, operator: DoesNotExist}]}"
LOOSE = "{matchExpressions: [{key: tier, operator: NotIn, values: [a]}]}"
SUBJECT = HEAD + f"  podSelector: {NEVER}\n"
CONTRADICT = "the conditions on label app contradict each other"
PEER = HEAD + "  podSelector: {}\n  ingress: [{from: [{KIND: SELECTOR}]}]\n"


def only(text: str) -> Finding:
    (finding,) = lint(text, "selector-contradiction")
    return finding


def peer(kind: str, selector: str) -> str:
    return PEER.replace("KIND", kind).replace("SELECTOR", selector)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SUBJECT, f"web applies to no pod: {CONTRADICT}"),
        (
            peer("podSelector", NEVER),
            f"no pods match this peer of web: {CONTRADICT}",
        ),
        (
            peer("namespaceSelector", NEVER),
            f"no namespaces match this peer of web: {CONTRADICT}",
        ),
        (
            peer("namespaceSelector", LOOSE),
            "namespaces without the label tier match too: NotIn doesn't ask for it",
        ),
        (
            peer("podSelector", LOOSE.replace("NotIn", "In").replace("[a]", "[b, a, b, a, c]")),
            "web lists a, b twice among the values of label tier",
        ),
    ],
)
def test_messages(text: str, message: str) -> None:
    assert only(text).message == message


def test_a_contradiction_needs_nothing_else_in_view() -> None:
    finding = only(SUBJECT)
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.CERTAIN)
    assert only(peer("podSelector", LOOSE)).severity is Severity.INFO


def test_the_fix_asks_for_the_label() -> None:
    text = peer("podSelector", LOOSE)
    assert lint(repaired(text, only(text)), "selector-contradiction") == []


def test_nothing_is_said_of_what_is_not_sure_to_apply() -> None:
    assert lint(SUBJECT, "selector-contradiction", patched=("spec", "podSelector")) == []
    assert lint(SUBJECT + "statsu: {}\n", "selector-contradiction") == []


def test_labels_beside_the_expression() -> None:
    text = peer("podSelector", LOOSE.replace("{matchE", "{matchLabels: {tier: b}, matchE"))
    assert lint(text, "selector-contradiction") == []
