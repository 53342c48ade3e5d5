"""What the examples of the rules about ports that no pod has can't show."""

from __future__ import annotations

import pytest

from netlint_rules.config import Config, View
from netlint_rules.engine import examine
from netlint_rules.finding import Applicability, Confidence, Finding, Severity
from netlint_rules.registry import all_rules, find
from tests.rules.builders import configuration, lint, repaired, workspace

RULES = ("service-port-used", "named-port-unresolved", "port-unexposed")
COMPLETE = configuration(complete=True)


def example(code: str, title: str) -> str:
    rule = find(code)[0][0].rule
    (text,) = [each.text for each in (*rule.bad, *rule.good) if each.title == title]
    return text


SERVICE_PORT = example("NP242", "The Service's port of an ingress rule")
NAMED = example("NP244", "No pod has a port of that name")
HINT = example("NP243", "One of two ports isn't declared (a hint only)")


def only(text: str, **settings: object) -> Finding:
    (finding,) = lint(text, *RULES, config=configuration(**settings))
    return finding


def test_connections_to_a_service_are_dropped() -> None:
    finding = only(SERVICE_PORT)
    assert finding.message == (
        "connections to Service web:80 are dropped: they arrive at TCP 8080, web opens 80"
    )
    assert finding.primary.api_path == "spec.ingress[0].ports[0].port"
    assert [each.note for each in finding.related] == ["forwards port 80 to 8080 of the pods"]
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)
    finding = only(SERVICE_PORT, complete=True)
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.HIGH)


def test_the_target_is_written_as_the_service_has_it() -> None:
    text = SERVICE_PORT.replace("targetPort: 8080", "targetPort: http")
    fix = only(text).fix
    assert fix is not None
    assert (fix.applicability, fix.patch[0]["value"]) == (Applicability.UNSAFE, "http")


@pytest.mark.parametrize(
    "text",
    [
        SERVICE_PORT,
        SERVICE_PORT.replace("targetPort: 8080", "targetPort: http"),
        example("NP244", "The port of that name is for UDP"),
        example("NP244", "The name is that of the Service's port"),
        NAMED.replace("port: metrics", "port: htpp").replace("name: http", "name: httpx"),
    ],
)
def test_the_fix_clears_the_finding(text: str) -> None:
    found = lint(text, *RULES)
    for finding in found:
        if finding.fix is not None:
            assert lint(repaired(text, finding), *RULES) == []


@pytest.mark.parametrize(
    ("title", "end"),
    [
        ("No pod has a port of that name", "Deployment web has no TCP port of that name"),
        ("The port of that name is for UDP", "no TCP port of that name, but one for UDP"),
        ("The name is that of the Service's port", "of that name: it is that of Service web"),
        ("Addresses have no named ports", "addresses have no named ports"),
    ],
)
def test_why_a_name_opens_nothing(title: str, end: str) -> None:
    assert only(example("NP244", title)).message.endswith(end)


def test_a_name_that_is_nearly_right() -> None:
    finding = only(
        NAMED.replace("port: metrics", "port: metrisc").replace("name: http", "name: metrics")
    )
    assert finding.message.endswith("no TCP port of that name, but metrics")
    assert finding.fix is not None
    assert finding.fix.title == "write port metrics"


def test_a_name_is_certain_where_all_is_in_view() -> None:
    finding = only(NAMED)
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)
    finding = only(NAMED, complete=True)
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.CERTAIN)
    (finding,) = lint(NAMED, *RULES, config=Config(view=View(complete=True, live=True)))
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.HIGH)


def test_many_pods_are_counted() -> None:
    other = NAMED.partition("---\n")[2].replace("name: web, namespace", "name: blue, namespace")
    assert "Deployment web and 1 more has no" in only(f"{NAMED}---\n{other}").message


def test_hints_stay_hints() -> None:
    finding = only(HINT, complete=True)
    assert (finding.severity, finding.confidence) == (Severity.INFO, Confidence.MEDIUM)
    assert finding.message == "web opens TCP 8081, which Deployment web doesn't declare"


@pytest.mark.parametrize("text", [SERVICE_PORT, NAMED, HINT])
def test_what_is_not_sure_to_be_so_is_not_judged(text: str) -> None:
    assert lint(text, *RULES, patched=("spec", "ingress")) == []
    assert (
        lint(text.replace("spec:\n  podSelector", "statsu: {}\nspec:\n  podSelector"), *RULES) == []
    )


def test_the_port_may_be_open_by_another_policy_for_the_same_pods() -> None:
    policy = SERVICE_PORT.partition("---\n")[0]
    right = policy.replace("name: web", "name: right").replace("port: 80 ", "port: 8080 ")
    assert [each.code for each in lint(f"{SERVICE_PORT}---\n{right}", *RULES)] == ["NP243"]


def test_pods_of_the_nodes_network_have_no_policy() -> None:
    host = SERVICE_PORT.replace("spec: {containers", "spec: {hostNetwork: true, containers")
    assert lint(host, *RULES) == []


def test_pods_whose_labels_appear_at_run_time_may_have_the_port() -> None:
    cluster = """\
---
apiVersion: elasticsearch.k8s.elastic.co/v1
kind: Elasticsearch
metadata: {name: main, namespace: shop}
spec: {nodeSets: [{name: default}]}
"""
    chosen = "podSelector: {matchLabels: {elasticsearch.k8s.elastic.co/cluster-name: main}}"
    text = NAMED.replace("podSelector: {matchLabels: {app: web}}", chosen) + cluster
    assert lint(text, "named-port-unresolved") != []
    open_label = chosen.replace("}}", ", elasticsearch.k8s.elastic.co/statefulset-name: x}}")
    assert lint(text.replace(chosen, open_label), "named-port-unresolved") == []


def test_another_service_of_other_pods_proves_nothing() -> None:
    text = SERVICE_PORT.replace("selector: {app: web}", "selector: {app: other}")
    assert lint(text, "service-port-used") == []
    text = SERVICE_PORT.replace("selector: {app: web}, ", "")
    assert lint(text, "service-port-used") == []
    text = SERVICE_PORT.replace("targetPort: 8080", "targetPort: nothing")
    assert lint(text, "service-port-used") == []


EGRESS = example("NP242", "The Service's port of a destination")
SECOND = SERVICE_PORT[SERVICE_PORT.index("---\napiVersion: apps") :].replace(
    "name: web, namespace", "name: second, namespace"
)


def test_a_destination_out_of_view_may_have_the_port() -> None:
    web = "{podSelector: {matchLabels: {app: web}}}"
    other = "{podSelector: {matchLabels: {app: db}}}"
    assert lint(EGRESS, *RULES) != []
    assert lint(EGRESS.replace(f"[{web}]", f"[{web}, {other}]"), *RULES) == []


def test_pods_that_declare_nothing_must_be_behind_the_service() -> None:
    wide = SERVICE_PORT.replace("podSelector: {matchLabels: {app: web}}", "podSelector: {}", 1)
    silent = SECOND.replace("ports: [{name: http, containerPort: 8080}]", "image: x").replace(
        "app: web", "app: second"
    )
    assert lint(wide, "service-port-used", config=COMPLETE) != []
    assert lint(wide + silent, "service-port-used", config=COMPLETE) == []


def test_pods_that_listen_on_different_ports_have_no_one_answer() -> None:
    named = SERVICE_PORT.replace("targetPort: 8080", "targetPort: http")
    assert lint(named + SECOND, "service-port-used") != []
    assert lint(named + SECOND.replace("8080", "9090"), "service-port-used") == []


def test_a_service_that_leads_to_the_same_port_is_right() -> None:
    text = SERVICE_PORT.replace("targetPort: 8080", "targetPort: 80")
    assert lint(text, "service-port-used") == []


def test_ports_that_a_patch_changes_may_be_the_right_ones() -> None:
    space = workspace(SERVICE_PORT)
    for pod in space.index.workloads["shop"]:
        assert pod.document is not None
        pod.document.patched = frozenset({("spec", "template", "spec", "containers", 0, "ports")})
    rules = [rule for rule in all_rules() if rule.name in RULES]
    assert examine(space, rules).findings == ()


def test_pods_whose_labels_a_patch_changes_may_be_meant_too() -> None:
    space = workspace(SERVICE_PORT + SECOND)
    second = space.index.workloads["shop"][1].document
    assert second is not None
    second.patched = frozenset({("spec", "template", "metadata", "labels")})
    rules = [rule for rule in all_rules() if rule.name in RULES]
    assert examine(space, rules).findings == ()


def test_pods_that_look_like_webhooks_are_left_to_that_rule() -> None:
    text = NAMED.replace("- name: web\n", "- name: web\n        args: [--webhook-port=9443]\n")
    assert text != NAMED
    assert lint(text, *RULES) == []


def test_documents_show_parts() -> None:
    (finding,) = lint_guide(SERVICE_PORT)
    assert (finding.code, finding.severity) == ("NP242", Severity.INFO)
    (finding,) = lint_guide(NAMED)
    assert (finding.code, finding.severity) == ("NP244", Severity.INFO)


def lint_guide(text: str) -> list[Finding]:
    rules = [rule for rule in all_rules() if rule.name in RULES]
    space = workspace(f"# Guide\n\n```yaml\n{text}```\n", COMPLETE, "guide.md")
    return list(examine(space, rules).findings)


def test_webhooks_and_dns_are_left_to_their_rules() -> None:
    hook = """\
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
- name: hook.example.com
  clientConfig: {service: {name: web, namespace: shop, port: 80}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""
    text = SERVICE_PORT.replace("  - from: [{podSelector: {}}]\n    ports", "  - ports")
    assert lint(text, *RULES) != []
    assert lint(text + hook, *RULES) == []
    assert "NP502" in [each.code for each in lint(text + hook, "webhook-ingress")]
    servers = SERVICE_PORT.replace("shop", "kube-system").replace("app: web", "k8s-app: kube-dns")
    assert lint(servers, *RULES) == []
