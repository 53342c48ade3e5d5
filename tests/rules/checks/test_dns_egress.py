"""What the examples of dns-egress can't show: certainty, grouping, notes, fixes, profiles."""

from __future__ import annotations

from typing import Any

import pytest

from netlint_rules.examples.dns_egress import BOTH, DB, DENY_ALL, KUBE_DNS, pod, policy, together
from netlint_rules.finding import Confidence, Finding, Severity
from tests.rules.builders import configuration, lint

UDP_ONLY = policy(KUBE_DNS + "\n  ports: [{protocol: UDP, port: 53}]", types="")
ANYWHERE_443 = "- ports: [{port: 443}]"


def findings(text: str, **settings: Any) -> list[Finding]:
    return lint(text, "dns-egress", config=configuration(**settings))


def names(text: str, **settings: Any) -> list[str]:
    return [finding.name for finding in findings(text, **settings)]


@pytest.mark.parametrize(
    ("text", "settings", "grade"),
    [
        (policy(DB), {}, "warning/high"),
        (policy(DB), {"complete": True}, "error/certain"),
        (policy(ANYWHERE_443), {}, "warning/high"),
        (policy("- to: [{ipBlock: {cidr: 203.0.113.0/24}}]"), {}, "info/low"),
        (policy("- to: [{ipBlock: {cidr: 203.0.112.0/23}}]"), {}, "warning/high"),
        (policy(DB, subject="{matchLabels: {app: postgres}}"), {}, "warning/medium"),
        (policy(ANYWHERE_443, subject="{matchLabels: {app: postgres}}"), {}, "warning/high"),
        (UDP_ONLY, {}, "warning/high"),
        (UDP_ONLY, {"complete": True}, "warning/certain"),
        (UDP_ONLY.replace("UDP", "TCP"), {}, "warning/high"),
        (UDP_ONLY.replace("UDP", "TCP"), {"complete": True}, "error/certain"),
    ],
)
def test_certainty(text: str, settings: dict[str, Any], grade: str) -> None:
    (finding,) = findings(text, **settings)
    assert f"{finding.severity}/{finding.confidence}" == grade


def test_a_job_that_talks_to_its_own_namespace_may_do_without_names() -> None:
    job = """\
apiVersion: batch/v1
kind: Job
metadata: {name: api, namespace: shop}
spec: {template: {metadata: {labels: {app: api}}, spec: {containers: []}}}
"""
    (finding,) = findings(together(policy(DB), job))
    assert finding.confidence is Confidence.MEDIUM
    (finding,) = findings(together(policy(DB), pod("containers: []")))
    assert finding.confidence is Confidence.HIGH


def test_a_wrong_peer_is_an_error_where_the_profile_and_everything_is_known() -> None:
    text = policy(KUBE_DNS + BOTH, types="")
    settings: dict[str, Any] = {"cluster": {"dns-profile": "gke-clouddns"}}
    (finding,) = findings(text, **settings)
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)
    (finding,) = findings(text, complete=True, **settings)
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.CERTAIN)


def test_a_wrong_peer_is_not_certain_where_the_profile_is_guessed() -> None:
    text = policy("- to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}]" + BOTH, types="")
    (finding,) = findings(text, complete=True)
    assert (finding.name, finding.severity) == ("dns-wrong-peer", Severity.WARNING)
    assert finding.primary.api_path == "spec.egress[0].to[0]"


def test_the_message_names_the_pods_and_what_was_in_view() -> None:
    (finding,) = findings(together(DENY_ALL, policy(DB)))
    assert finding.message == (
        "pods app=api in shop can't resolve names: no policy in the files given allows port 53"
    )
    assert finding.primary.document.name == "api"
    assert [place.note for place in finding.related] == ["isolates egress of every pod in shop"]
    (finding,) = findings(together(DENY_ALL, policy(DB)), complete=True)
    assert finding.message.endswith("no policy allows port 53")


def test_policies_of_several_pods_are_one_cause_where_all_pods_are_isolated() -> None:
    web = policy(DB, name="web", subject="{matchLabels: {app: web}}")
    (finding,) = findings(together(DENY_ALL, policy(DB), web))
    assert finding.message.startswith("pods of 2 policies in shop can't resolve names")
    assert finding.fix is not None
    assert finding.fix.creates is not None
    assert finding.fix.creates["metadata"] == {"name": "allow-dns", "namespace": "shop"}
    assert names(together(policy(DB), web)) == ["dns-missing", "dns-missing"]


def test_ten_workloads_with_one_cause_are_one_finding() -> None:
    text = together(
        policy(DB, subject="{}"), *(pod("containers: []", name=f"p{at}") for at in range(10))
    )
    assert names(text) == ["dns-missing"]


def patched(text: str, **settings: Any) -> tuple[Any, ...]:
    (finding,) = [each for each in findings(text, **settings) if each.fix]
    assert finding.fix is not None
    return finding.fix.patch


DNS_RULE = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}


def test_the_fix_adds_the_rule_of_the_profile() -> None:
    assert patched(policy(DB)) == ({"op": "add", "path": "/spec/egress/-", "value": DNS_RULE},)
    (operation,) = patched(policy(DB), cluster={"dns-profile": "openshift"})
    assert [port["port"] for port in operation["value"]["ports"]] == [53, 53, 5353, 5353]
    (operation,) = patched(policy(DB), cluster={"dns-profile": "gke-clouddns"})
    assert operation["value"]["to"] == [{"ipBlock": {"cidr": "169.254.169.254/32"}}]
    (operation,) = patched(policy(DB), cluster={"dns-profile": "eks-auto"})
    assert "to" not in operation["value"]


def test_the_fix_of_one_protocol_adds_the_other() -> None:
    (operation,) = patched(UDP_ONLY)
    assert operation == {
        "op": "add",
        "path": "/spec/egress/0/ports/-",
        "value": {"protocol": "TCP", "port": 53},
    }
