"""What the examples of hostnetwork-involved can't show."""

from __future__ import annotations

import pytest

from netlint_rules.engine import examine
from netlint_rules.finding import Confidence, Severity
from netlint_rules.registry import all_rules
from tests.rules.builders import configuration, lint, workspace

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: agent, namespace: shop}
spec: SPEC
"""
PODS = """\
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: NAME, namespace: shop}
spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true}}}
"""
AGENT = PODS.replace("NAME", "agent")
OTHER = PODS.replace("NAME", "other").replace("hostNetwork: true", "hostNetwork: false")
SUBJECT = POLICY.replace("SPEC", "{podSelector: {matchLabels: {app: agent}}}")
PEER = POLICY.replace("SPEC", "{podSelector: {}, ingress: [{from: [{podSelector: LABELS}]}]}")
CHOSEN = PEER.replace("LABELS", "{matchLabels: {app: agent}}")
NAME = "hostnetwork-involved"


def test_messages_and_notes() -> None:
    (finding,) = lint(SUBJECT + AGENT + PODS.replace("NAME", "second"), NAME)
    assert finding.message == (
        "agent has no effect: DaemonSet agent and 1 more uses the network of its node"
    )
    assert [each.api_path for each in finding.related] == ["spec.template.spec.hostNetwork"] * 2
    (finding,) = lint(CHOSEN + AGENT, NAME)
    assert finding.message == (
        "an ingress peer of agent matches nothing: DaemonSet agent uses the network of its node"
    )
    assert finding.primary.api_path == "spec.ingress[0].from[0].podSelector"


@pytest.mark.parametrize(
    ("text", "complete", "severity", "confidence"),
    [
        (SUBJECT + AGENT, False, Severity.WARNING, Confidence.HIGH),
        (SUBJECT + AGENT, True, Severity.WARNING, Confidence.CERTAIN),
        (SUBJECT + AGENT + OTHER, True, Severity.INFO, Confidence.CERTAIN),
        (CHOSEN + AGENT, True, Severity.WARNING, Confidence.CERTAIN),
    ],
)
def test_how_sure_it_is(
    text: str, complete: bool, severity: Severity, confidence: Confidence
) -> None:
    (finding,) = lint(text, NAME, config=configuration(complete=complete))
    assert (finding.severity, finding.confidence) == (severity, confidence)


def test_selectors_without_a_label_need_the_whole_view() -> None:
    exists = "{matchExpressions: [{key: app, operator: Exists}]}"
    for text in (
        SUBJECT.replace("{matchLabels: {app: agent}}", exists),
        PEER.replace("LABELS", exists),
    ):
        assert lint(text + AGENT, NAME) == []
        assert len(lint(text + AGENT, NAME, config=configuration(complete=True))) == 1


@pytest.mark.parametrize("text", [SUBJECT, CHOSEN])
def test_what_is_not_sure_to_be_so_is_not_judged(text: str) -> None:
    assert lint(text + AGENT, NAME, patched=("spec",)) == []
    assert lint(text + "statsu: {}\n" + AGENT, NAME) == []
    space = workspace(text + AGENT)
    for pod in space.index.workloads["shop"]:
        assert pod.document is not None
        pod.document.patched = frozenset({("spec", "template", "spec", "hostNetwork")})
    assert examine(space, [rule for rule in all_rules() if rule.name == NAME]).findings == ()


@pytest.mark.parametrize("label", ["component: kube-apiserver", "k8s-app: kube-dns"])
def test_dns_servers_and_the_api_server_are_left_to_their_rules(label: str) -> None:
    text = (CHOSEN + AGENT).replace("shop", "kube-system")
    assert lint(text, NAME) != []
    assert lint(text.replace("app: agent", label), NAME) == []


def test_documents_show_parts() -> None:
    space = workspace(f"# Guide\n\n```yaml\n{SUBJECT}{AGENT}```\n", file="guide.md")
    (finding,) = examine(space, [rule for rule in all_rules() if rule.name == NAME]).findings
    assert finding.severity is Severity.INFO
