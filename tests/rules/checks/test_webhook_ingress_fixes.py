"""What webhook-ingress offers as a fix, and the slips that it sees."""

from __future__ import annotations

import pytest

from tests.rules.builders import repaired
from tests.rules.checks.hook import (
    DENY,
    HOOK,
    KUBE_SYSTEM,
    SERVICE,
    WEBHOOK,
    WORKLOAD,
    api,
    only,
    opening,
    report,
)


@pytest.mark.parametrize(
    "policy",
    [
        DENY,
        opening("{port: 443}"),
        opening("{port: https}"),
        opening("{port: 9443, protocol: UDP}"),
        opening("{port: 8443}"),
        opening("{port: 443}", "{namespaceSelector: {matchLabels: {webhook: enabled}}}"),
        opening(peers="{podSelector: {}}"),
        opening(peers=f"{{{KUBE_SYSTEM}}}"),
        opening("{port: 9443}", "{ipBlock: {cidr: 10.0.0.1/32}}"),
    ],
)
def test_the_fix_clears_the_finding(policy: str) -> None:
    settings = {"cluster": {"api-server": ["10.0.0.1", "10.0.0.7"]}}
    finding = only(policy + HOOK, **settings)
    assert report(repaired(policy + HOOK, finding), **settings) == []


def test_a_new_policy_selects_what_the_service_selects() -> None:
    fix = only(DENY + HOOK).fix
    assert fix is not None
    assert fix.creates == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "allow-hook-webhook", "namespace": "shop"},
        "spec": {
            "podSelector": {"matchLabels": {"app": "hook"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"protocol": "TCP", "port": 9443}]}],
        },
    }


@pytest.mark.parametrize(
    ("name", "caller", "expected"),
    [
        ("my-webhook", WEBHOOK, "allow-my-webhook"),
        ("metrics", api("v1beta1.metrics.k8s.io"), "allow-metrics-api"),
    ],
)
def test_the_name_of_the_new_policy(name: str, caller: str, expected: str) -> None:
    text = DENY + WORKLOAD + SERVICE.replace("name: hook", f"name: {name}")
    fix = only(text + caller.replace("name: hook", f"name: {name}")).fix
    assert fix is not None and fix.creates is not None
    assert fix.creates["metadata"] == {"name": expected, "namespace": "shop"}


def test_the_new_policy_replaces_none() -> None:
    taken = DENY.replace("name: deny", "name: allow-hook-webhook")
    fix = only(taken + HOOK).fix
    assert fix is not None and fix.creates is not None
    name = "allow-hook-webhook-from-api-server"
    assert fix.creates["metadata"] == {"name": name, "namespace": "shop"}


@pytest.mark.parametrize("port", ["{port: 443}", "{port: https}"])
def test_a_port_that_the_pods_have_is_no_slip(port: str) -> None:
    """The rule was written for that port, so the Service's is only equal by chance."""
    own = "}, {name: https, containerPort: 443}]"
    finding = only(opening(port) + HOOK.replace("9443}]}", f"9443{own}}}"))
    assert (finding.code, finding.primary.api_path) == ("NP501", "spec.policyTypes")


@pytest.mark.parametrize(
    "ports",
    ["{port: 400, endPort: 500}", "{protocol: UDP}", "{port: 9443, endPort: 9444, protocol: UDP}"],
)
def test_ranges_are_no_slips(ports: str) -> None:
    assert only(opening(ports) + HOOK).primary.api_path == "spec.policyTypes"


def test_a_slip_stands_in_a_rule_for_the_api_server() -> None:
    """A rule for the pods of the namespace was not meant for it, whatever its port."""
    finding = only(opening("{port: 443}", "{podSelector: {}}") + HOOK)
    assert (finding.code, finding.primary.api_path) == ("NP501", "spec.policyTypes")


def test_the_clearest_slip_is_named() -> None:
    ports = "{port: 8443}, {port: 9443, protocol: SCTP}, {port: 443}"
    assert only(opening(ports) + HOOK).primary.api_path == "spec.ingress[0].ports[2].port"


def test_the_wrong_protocol_before_a_stray_port() -> None:
    ports = "{port: 8443}, {port: 9443, protocol: SCTP}"
    assert only(opening(ports) + HOOK).primary.api_path == "spec.ingress[0].ports[1].protocol"


def test_pods_without_ports_have_no_stray_ones() -> None:
    text = opening("{port: 8443}") + HOOK.replace(
        "ports: [{name: webhook, containerPort: 9443}]", "args: []"
    )
    assert only(text).primary.api_path == "spec.policyTypes"


def test_the_name_of_the_service_port_is_a_slip() -> None:
    finding = only(opening("{port: https}") + HOOK)
    assert (finding.code, finding.primary.api_path) == ("NP502", "spec.ingress[0].ports[0].port")


def test_a_port_of_another_protocol_is_not_the_one_named() -> None:
    udp = "}, {name: dns, containerPort: 443, protocol: UDP}]"
    assert only(opening("{port: 443}") + HOOK.replace("9443}]}", f"9443{udp}}}")).code == "NP502"


def test_a_slip_holds_for_all_the_pods() -> None:
    other = WORKLOAD.replace("name: hook,", "name: other,").replace(
        "containerPort: 9443}", "containerPort: 9443}, {containerPort: 443}"
    )
    assert only(opening("{port: 443}") + HOOK + other).code == "NP501"


def test_names_of_pods_out_of_view() -> None:
    named = SERVICE.replace("9443", "webhook") + WEBHOOK
    stray = only(opening("{port: other}") + named)
    assert (stray.code, stray.primary.api_path) == ("NP501", "spec.policyTypes")
    assert "reach TCP webhook on pods" in stray.message


def test_only_addresses_that_are_known_can_be_added() -> None:
    policy = opening("{port: 9443}", "{ipBlock: {cidr: 10.0.0.1/32}}")
    assert only(policy + HOOK).fix is None
    fix = only(policy + HOOK, cluster={"api-server": ["10.0.0.1", "10.0.0.7"]}).fix
    assert fix is not None
    block = {"ipBlock": {"cidr": "10.0.0.7/32"}}
    assert fix.patch == ({"op": "add", "path": "/spec/ingress/0/from/-", "value": block},)
