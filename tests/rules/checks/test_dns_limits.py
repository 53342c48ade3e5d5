"""Where dns-egress must stay silent, or say something else: the limits of each condition."""

from __future__ import annotations

from typing import Any

import pytest

from netlint_rules.examples.dns_egress import BOTH, DB, DENY_ALL, KUBE_DNS, pod, policy, together
from netlint_rules.finding import Confidence, Finding
from tests.rules.builders import configuration, lint

RESOLVER = "- to: [{ipBlock: {cidr: 198.51.100.53/32}}]\n  ports: [{protocol: UDP, port: 53}]\n"
SERVER = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: x, namespace: kube-system}}
spec:
  podSelector: {{matchLabels: {labels}}}
  ingress: [{rule}]
"""
DNS_LABELS = "{k8s-app: kube-dns}"


def findings(text: str, **settings: Any) -> list[Finding]:
    return lint(text, "dns-egress", config=configuration(**settings))


def names(text: str, **settings: Any) -> list[str]:
    return [finding.name for finding in findings(text, **settings)]


def own(spec: str) -> str:
    return pod(f"{spec}, dnsConfig: {{nameservers: [10.0.0.53]}}")


def test_other_pods_beside_the_dns_servers_are_none() -> None:
    rule = "{ports: [{port: 443}]}"
    assert names(SERVER.format(labels="{k8s-app: metrics-server}", rule=rule)) == []
    elsewhere = SERVER.format(labels=DNS_LABELS, rule=rule).replace("kube-system", "shop")
    assert names(elsewhere) == []
    assert names(SERVER.format(labels=DNS_LABELS, rule=rule)) == ["dns-server-ingress-blocked"]


def test_a_named_port_opens_its_own_protocol_only() -> None:
    (finding,) = findings(SERVER.format(labels=DNS_LABELS, rule="{ports: [{port: dns-tcp}]}"))
    assert "opens UDP 53 of" in finding.message
    assert finding.confidence is Confidence.HIGH
    (finding,) = findings(
        SERVER.format(labels=DNS_LABELS, rule="{ports: [{port: dns-tcp}]}"), complete=True
    )
    assert finding.confidence is Confidence.CERTAIN


def test_pods_of_the_servers_own_namespace_are_admitted_by_a_pod_selector() -> None:
    rule = "{from: [{podSelector: {}}], ports: [{protocol: UDP, port: 53}, {port: 53}]}"
    neighbour = pod("containers: []").replace("namespace: shop", "namespace: kube-system")
    assert names(together(SERVER.format(labels=DNS_LABELS, rule=rule), neighbour)) == []


def test_nameservers_count_only_where_the_pod_uses_nothing_else() -> None:
    elsewhere = "- to: [{ipBlock: {cidr: 203.0.113.0/24}}]" + BOTH
    assert names(together(policy(elsewhere), own("dnsPolicy: None"))) == ["dns-missing"]
    by_cluster = together(policy(KUBE_DNS + BOTH), own("dnsPolicy: ClusterFirst"))
    assert names(by_cluster, complete=True) == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (KUBE_DNS + BOTH, []),
        ("- to: [{podSelector: {}}, {ipBlock: {cidr: 203.0.113.0/24}}]" + BOTH, []),
        ("- to: [{ipBlock: {cidr: 203.0.113.0/24}}]" + BOTH, ["dns-missing"]),
        ("- ports: [{protocol: UDP, port: 53}, {port: 53}, {port: 443}]", []),
    ],
)
def test_a_pod_may_be_what_answers_at_a_nameserver(rules: str, expected: list[str]) -> None:
    assert names(together(policy(rules), own("dnsPolicy: None")), complete=True) == expected


@pytest.mark.parametrize("server", ["1.1.1.1", "2606:4700:4700::1111"])
def test_no_pod_answers_at_a_public_nameserver(server: str) -> None:
    text = own("dnsPolicy: None").replace("10.0.0.53", f'"{server}"')
    (finding,) = findings(together(policy(KUBE_DNS + BOTH), text))
    assert finding.message.endswith(f"no policy allows port 53 of their nameserver {server}")


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (KUBE_DNS + BOTH, True),
        ("- ports: [{port: 443}]", True),
        ("- ports: [{protocol: UDP, port: 53}, {port: 443}]", False),
        ('- to: [{ipBlock: {cidr: "${RESOLVER}"}}]\n  ports: [{port: "${PORT}"}]', False),
    ],
)
def test_the_nodes_resolver_is_outside_the_cluster(rules: str, told: bool) -> None:
    text = together(policy(rules), pod("dnsPolicy: Default"))
    assert ("dns-unknown" in names(text, complete=True)) is told


def test_rules_without_ports_are_not_about_dns() -> None:
    to_db = "- to: [{podSelector: {matchLabels: {app: db}}}]"
    assert names(policy(to_db)) == ["dns-missing"]
    assert names(policy(RESOLVER + to_db)) == ["dns-udp-only"]


def test_the_entry_that_lists_ports_is_shown() -> None:
    everything = "- to: [{ipBlock: {cidr: 169.254.20.10/32}}]\n  ports: [{protocol: UDP}]\n"
    (finding,) = findings(policy(everything + KUBE_DNS + "\n  ports: [{protocol: UDP, port: 53}]"))
    assert finding.primary.api_path.startswith("spec.egress[0]")


def test_databases_that_reach_out_of_their_namespace_need_names() -> None:
    rule = "- to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: x}}}]\n"
    text = policy(rule + "  ports: [{port: 5432}]", subject="{matchLabels: {app: postgres}}")
    (finding,) = findings(text)
    assert finding.confidence is Confidence.HIGH


def test_the_message_says_what_was_in_view_only_where_that_is_a_part() -> None:
    text = policy(KUBE_DNS + "\n  ports: [{protocol: UDP, port: 53}]")
    (finding,) = findings(text)
    assert finding.message.endswith("TCP 53 is closed in the files given")
    (finding,) = findings(text, complete=True)
    assert finding.message.endswith("TCP 53 is closed")


def test_other_isolating_policies_are_shown_beside_the_grant() -> None:
    text = together(DENY_ALL, policy(KUBE_DNS + "\n  ports: [{protocol: UDP, port: 53}]"))
    (finding,) = (each for each in findings(text) if each.name == "dns-udp-only")
    assert [place.document.name for place in finding.related] == ["default-deny"]


def test_a_narrow_denial_names_its_pods() -> None:
    deny_db = policy("", name="db", subject="{matchLabels: {app: db}}")
    (finding,) = (
        each for each in findings(together(deny_db, policy(DB + BOTH))) if each.code == "NP110"
    )
    assert finding.message == "pods app=db in shop can't open any connection, DNS included"
