"""What the examples of protocol-omitted can't show: grades, wording, fixes."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Confidence, Finding, Severity
from tests.rules.builders import lint, repaired

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: time, namespace: shop}
spec:
  podSelector: {matchLabels: {app: time}}
"""
INGRESS = HEAD + "  ingress: [{ports: [{port: PORT}]}]\n"
EGRESS = HEAD + "  policyTypes: [Egress]\n  egress: [{ports: [{port: PORT}]}]\n"
POD = """\
---
apiVersion: v1
kind: Pod
metadata: {name: POD, namespace: shop, labels: {app: time}}
spec: {containers: [{name: time, ports: [{containerPort: 514, protocol: UDP}]}]}
"""


def only(text: str) -> Finding:
    (finding,) = lint(text, "protocol-omitted")
    return finding


def grade(text: str) -> tuple[Severity, Confidence]:
    finding = only(text)
    return finding.severity, finding.confidence


def test_grades() -> None:
    assert grade(INGRESS.replace("PORT", "123")) == (Severity.WARNING, Confidence.HIGH)
    assert grade(EGRESS.replace("PORT", "123")) == (Severity.WARNING, Confidence.HIGH)
    assert grade(INGRESS.replace("PORT", "514")) == (Severity.INFO, Confidence.HIGH)
    assert grade(INGRESS.replace("PORT", "514") + POD) == (Severity.WARNING, Confidence.CERTAIN)
    assert grade(EGRESS.replace("PORT", "514") + POD) == (Severity.INFO, Confidence.HIGH)


def test_only_the_port_in_question_tells_the_protocol() -> None:
    other = POD.replace("514, protocol: UDP", "8080, protocol: TCP")
    assert grade(INGRESS.replace("PORT", "123") + other) == (Severity.WARNING, Confidence.HIGH)


def test_messages() -> None:
    assert only(INGRESS.replace("PORT", "161")).message == (
        "pods app=time in shop can be reached on TCP 161 only, SNMP uses UDP: "
        "a port without protocol is TCP"
    )
    assert only(EGRESS.replace("PORT", "51820")).message == (
        "pods app=time in shop can use TCP 51820 only, WireGuard uses UDP: "
        "a port without protocol is TCP"
    )


@pytest.mark.parametrize(
    ("port", "operation"),
    [
        ("123", {"op": "add", "path": "/spec/ingress/0/ports/0/protocol", "value": "UDP"}),
        (
            "53",
            {
                "op": "add",
                "path": "/spec/ingress/0/ports/-",
                "value": {"protocol": "UDP", "port": 53},
            },
        ),
    ],
)
def test_the_fix_clears_the_finding(port: str, operation: dict[str, object]) -> None:
    text = INGRESS.replace("PORT", port)
    finding = only(text)
    assert finding.fix is not None
    assert finding.fix.patch == (operation,)
    assert lint(repaired(text, finding), "protocol-omitted") == []


def test_nothing_is_said_of_what_is_not_sure_to_apply() -> None:
    text = INGRESS.replace("PORT", "123")
    assert lint(text, "protocol-omitted", patched=("spec", "ingress")) == []
    assert lint(text + "statsu: {}\n", "protocol-omitted") == []


def test_a_rule_of_the_policy_for_all_ports_is_enough() -> None:
    text = INGRESS.replace("PORT", "123").replace("]\n", ", {from: [{podSelector: {}}]}]\n")
    assert lint(text, "protocol-omitted") == []
