"""What the examples of policy-types can't show: severities, wording, fixes, neighbours."""

from __future__ import annotations

import pytest

from netlint_rules.examples.policy_types import BAD
from netlint_rules.finding import Applicability, Confidence, Finding, Severity
from tests.rules.builders import configuration, lint, repaired

CASES = {example.title: example.text for example in BAD}
IGNORED = CASES["Ingress rules that are ignored: ingress stays open"]
IMPLICIT = CASES["Meant for egress, and ingress is cut off as well"]
LISTENS = CASES["The pods declare no port, but are behind a Service"]
NOOP = CASES["An empty egress list without policyTypes denies nothing"]


def only(text: str, *, complete: bool = False) -> Finding:
    (finding,) = lint(text, "policy-types", config=configuration(complete=complete))
    return finding


@pytest.mark.parametrize(
    ("title", "severity", "confidence"),
    [
        (
            "Egress rules that are ignored: egress stays open",
            Severity.ERROR,
            Confidence.CERTAIN,
        ),
        ("Meant for egress, and ingress is cut off as well", Severity.WARNING, Confidence.HIGH),
        ("The pods declare no port, but are behind a Service", Severity.WARNING, Confidence.HIGH),
        ("Pods that declare no port: only a hint", Severity.INFO, Confidence.HIGH),
        (
            "Another policy may admit some of the pods: only a hint",
            Severity.INFO,
            Confidence.MEDIUM,
        ),
        (
            "An empty egress list without policyTypes denies nothing",
            Severity.ERROR,
            Confidence.CERTAIN,
        ),
        (
            "An empty ingress list where policyTypes lists Egress only",
            Severity.WARNING,
            Confidence.HIGH,
        ),
        (
            "An empty egress list of pods that another policy isolates: only a hint",
            Severity.INFO,
            Confidence.CERTAIN,
        ),
    ],
)
def test_grades(title: str, severity: Severity, confidence: Confidence) -> None:
    finding = only(CASES[title])
    assert (finding.severity, finding.confidence) == (severity, confidence)


def test_a_loss_of_ingress_is_certain_where_the_pods_and_everything_else_are_in_view() -> None:
    assert only(LISTENS, complete=True).confidence is Confidence.CERTAIN
    port = LISTENS.replace("{name: db}]}", "{name: db, ports: [{containerPort: 5432}]}]}")
    alone = port[: port.index("---\napiVersion: v1\nkind: Service")]
    assert only(alone).severity is Severity.WARNING


def pod(name: str, tier: str = "backend", ports: str = "[]") -> str:
    return f"""\
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: db, tier: {tier}}}}}
spec: {{containers: [{{name: db, ports: {ports}}}]}}
"""


PORT = "[{containerPort: 5432}]"
SERVICE = "---\n" + LISTENS.split("---\n")[-1].replace("name: db", "name: other")
SOME = CASES["Another policy may admit some of the pods: only a hint"][len(IMPLICIT) :]


def test_one_pod_that_loses_something_is_enough() -> None:
    two = pod("a") + pod("b", ports=PORT)
    assert only(IMPLICIT + two).severity is Severity.WARNING
    assert only(IMPLICIT + pod("b", tier="front", ports=PORT) + pod("a") + SOME).severity is (
        Severity.WARNING
    )
    assert only(LISTENS + SERVICE.replace("app: db", "app: web")).severity is Severity.WARNING


def test_an_empty_list_matters_where_one_pod_is_not_isolated_anyway() -> None:
    isolating = SOME.replace("[Ingress]", "[Egress]").replace("ingress: [{from", "egress: [{to")
    assert only(NOOP + isolating + pod("a")).severity is Severity.INFO
    two = pod("a") + pod("b", tier="front")
    assert only(NOOP + isolating + two).severity is Severity.ERROR


def test_nothing_certain_is_said_of_pods_that_are_not_in_view() -> None:
    assert only(IMPLICIT, complete=True).confidence is Confidence.HIGH


@pytest.mark.parametrize("text", [IGNORED, IMPLICIT, NOOP])
def test_nothing_is_said_of_a_policy_that_the_server_refuses(text: str) -> None:
    refused = text.replace("spec:", "spec:\n  podselector: {}")
    assert lint(refused, "policy-types") == []


def test_messages() -> None:
    assert only(IGNORED).message == (
        "db doesn't restrict ingress of pods app=db in shop: policyTypes doesn't list Ingress, "
        "so its 2 ingress rules are ignored"
    )
    one = only(CASES["Egress rules that are ignored: egress stays open"])
    assert one.message.endswith("so its 1 egress rule is ignored")
    assert only(IMPLICIT).message == (
        "pods app=db in shop can't be reached any more: without policyTypes, a policy with egress "
        "rules isolates ingress too"
    )
    assert only(NOOP).message == (
        "db doesn't restrict egress of pods app=db in shop: its empty egress list has no effect, "
        "as there are no policyTypes"
    )
    listed = only(CASES["An empty ingress list where policyTypes lists Egress only"])
    assert listed.message.endswith("list has no effect, as policyTypes doesn't list Ingress")


def test_the_rules_that_are_ignored_are_shown() -> None:
    (rules,) = only(IGNORED).related
    assert (rules.api_path, rules.note) == ("spec.ingress", "is ignored")


@pytest.mark.parametrize(
    ("text", "types"),
    [
        (IGNORED, ["Ingress", "Egress"]),
        (IMPLICIT, ["Egress"]),
        (NOOP, ["Ingress", "Egress"]),
    ],
)
def test_fixes_that_change_traffic(text: str, types: list[str]) -> None:
    fix = only(text).fix
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE
    assert fix.patch == ({"op": "add", "path": "/spec/policyTypes", "value": types},)


def test_where_nothing_is_lost_the_fix_writes_out_what_applies() -> None:
    fix = only(CASES["Pods that declare no port: only a hint"]).fix
    assert fix is not None
    assert fix.applicability is Applicability.SAFE
    assert fix.patch[0]["value"] == ["Ingress", "Egress"]


@pytest.mark.parametrize("text", [IGNORED, IMPLICIT, NOOP])
def test_a_patch_may_change_what_applies(text: str) -> None:
    assert lint(text, "policy-types", patched=("spec", "policyTypes")) == []


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_the_fix_clears_the_finding(text: str) -> None:
    assert lint(repaired(text, only(text)), "policy-types") == []


def test_a_name_that_promises_both_is_not_reported_a_second_time() -> None:
    text = NOOP.replace("name: db", "name: deny-all").replace("{matchLabels: {app: db}}", "{}")
    found = {finding.code for finding in lint(text) if finding.severity is not Severity.WARNING}
    assert found == {"NP407"}
