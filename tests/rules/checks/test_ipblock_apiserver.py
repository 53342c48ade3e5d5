"""ipBlocks on the address of the Service `kubernetes`, beside rules for its endpoints."""

from __future__ import annotations

import pytest

from tests.rules.checks.blocks import (
    ENDPOINTS,
    HTTPS,
    KUBERNETES,
    OTHER,
    cluster,
    findings,
    policy,
    verdict,
)

CILIUM_POLICY = """
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: x, namespace: shop}
spec: {endpointSelector: {}, egress: [{toEntities: [kube-apiserver]}]}
"""


VIP = policy("10.55.0.1/32", HTTPS)
RANGE = cluster(service_cidrs=["10.55.0.0/16"])
COMPLETE = {"complete": True}


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (policy("10.96.0.1/32", HTTPS), {}, ("warning", "high")),
        (policy("10.96.0.1/32", "{port: 6443}"), {}, ("warning", "high")),
        (policy("10.96.0.1/32"), {}, ("warning", "high")),
        (policy("10.96.0.1/32", HTTPS, ingress=True), {}, ("warning", "high")),
        (policy("10.96.0.1/32", HTTPS) + CILIUM_POLICY, {}, ("info", "high")),
        (policy("172.20.0.1/32", HTTPS), {}, ("info", "medium")),
        (policy("172.20.0.1/32", HTTPS), cluster(cni="calico"), ("warning", "high")),
        (policy("10.43.0.1/32", HTTPS), cluster(platform="k3s"), ("warning", "high")),
        (
            policy("10.96.0.1/32", "{port: 6443}", ingress=True),
            cluster(cni="aws-vpc-cni"),
            ("warning", "high"),
        ),
        (VIP + KUBERNETES, COMPLETE, ("warning", "high")),
        (VIP + KUBERNETES + ENDPOINTS, {}, ("warning", "high")),
        (VIP + KUBERNETES + ENDPOINTS, COMPLETE, ("error", "certain")),
        (VIP, RANGE, ("warning", "high")),
        (VIP + ENDPOINTS, RANGE | COMPLETE, ("error", "certain")),
        # That this is the Service's address is an assumption.
        (policy("10.96.0.1/32", HTTPS) + ENDPOINTS, COMPLETE, ("warning", "high")),
    ],
)
def test_the_api_servers_service(text: str, settings: dict[str, object], expected: object) -> None:
    found = verdict(text, **settings)
    assert found is not None
    assert (found[0], found[1:]) == ("NP308", expected)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (policy("10.96.0.1/32", HTTPS), cluster(platform="k3s")),
        (policy("10.96.0.1/32", HTTPS), RANGE),
        (policy("10.96.0.1/32", HTTPS) + KUBERNETES, {}),
        (policy("10.96.0.1/32", "{port: 8080}"), {}),
        (policy("10.96.0.1/32", "{port: 443, protocol: UDP}"), {}),
        (VIP, RANGE | {"cluster": {"service-cidrs": ["10.55.0.0/16"], "cni": "aws-vpc-cni"}}),
        (
            policy("10.55.0.1/32", "{port: 6443}"),
            RANGE | {"cluster": {"service-cidrs": ["10.55.0.0/16"], "cni": "aws-vpc-cni"}},
        ),
    ],
)
def test_other_addresses_and_ports_are_not_the_api_servers(
    text: str, settings: dict[str, object]
) -> None:
    assert "NP308" not in {finding.code for finding in findings(text, **settings)}


@pytest.mark.parametrize(
    ("beside", "settings", "severity"),
    [
        ("{ports: [{port: 6443}]}", {}, "info"),
        ("{ports: [{port: 9999}]}", {}, "warning"),
        ("{ports: [{port: '${PORT}'}]}", {}, "info"),
        ("{to: [{ipBlock: {cidr: '${API}'}}], ports: [{port: 6443}]}", {}, "info"),
        ("{to: [{ipBlock: {cidr: 172.18.0.2/32}}], ports: [{port: 6443}]}", {}, "info"),
        ("{to: [{ipBlock: {cidr: 172.18.0.2/32}}], ports: [{port: 443}]}", {}, "info"),
        (
            "{to: [{ipBlock: {cidr: 172.18.0.2/32}}], ports: [{port: 443}]}",
            {"cluster": {"service-cidrs": ["10.55.0.0/16"], "platform": "kubeadm"}},
            "warning",
        ),
        ("{to: [{ipBlock: {cidr: 10.55.3.4/32}}], ports: [{port: 6443}]}", {}, "warning"),
        ("{to: [{podSelector: {}}]}", {}, "warning"),
        ("{to: [{ipBlock: {cidr: 172.18.0.2/32}}], ports: [{port: 8443}]}", {}, "warning"),
    ],
)
def test_endpoints_that_other_rules_may_allow(
    beside: str, settings: dict[str, object], severity: str
) -> None:
    text = policy("10.55.0.1/32", HTTPS, rules=beside)
    first = findings(text, **(settings or RANGE))[0]
    assert (first.code, first.severity) == ("NP308", severity)
    for subject, expected in (
        ("{}", severity),
        ("{matchLabels: {tier: backend}}", severity),
        ("{matchLabels: {app: web}}", "warning"),
    ):
        apart = policy("10.55.0.1/32", HTTPS) + OTHER % (subject, beside)
        first = findings(apart, **(settings or RANGE))[0]
        assert (first.code, first.severity) == ("NP308", expected)


def test_with_endpoints_in_view_all_of_them_count() -> None:
    for cidr, severity in (("172.18.0.2/31", "info"), ("172.18.0.2/32", "warning")):
        beside = f"{{to: [{{ipBlock: {{cidr: {cidr}}}}}], ports: [{{port: 6443}}]}}"
        text = policy("10.55.0.1/32", HTTPS, rules=beside) + KUBERNETES + ENDPOINTS
        assert verdict(text) == ("NP308", severity, "high")


def test_endpoints_without_ports_answer_on_the_usual_ones() -> None:
    text = policy("10.55.0.1/32", HTTPS, rules="{to: [{ipBlock: {cidr: 172.18.0.2/31}}]}")
    bare = ENDPOINTS.replace("ports: [{name: https, port: 6443}]", "ports: []")
    assert verdict(text + KUBERNETES + bare) == ("NP308", "info", "high")
