"""Of which pods webhook-ingress speaks, and of which it can't tell."""

from __future__ import annotations

import pytest

from netlint_rules.finding import Severity
from tests.rules.checks.hook import (
    DENY,
    HOOK,
    SERVICE,
    WEBHOOK,
    WORKLOAD,
    grade,
    only,
    opening,
    report,
)

SECOND = WORKLOAD.replace("name: hook,", "name: second,").replace(
    "{app: hook}", "{app: hook, track: canary}"
)


def test_some_of_the_pods() -> None:
    text = opening("{port: 9443}") + "---\n" + DENY + HOOK + SECOND
    shut = text.replace("{matchLabels: {app: hook}}", "{matchLabels: {track: canary}}")
    finding = only(shut, complete=True)
    assert finding.severity is Severity.WARNING
    assert "TCP 9443 on some pods app=hook in shop" in finding.message


def test_pods_that_do_not_have_the_port_do_not_count() -> None:
    """A selector may match more than was meant; connections by name never go there."""
    allowed = opening("{port: 9443}").replace("{app: hook}", "{track: canary}")
    text = (
        allowed + "---\n" + DENY + HOOK.replace("containerPort: 9443", "containerPort: 1") + SECOND
    )
    assert report(text) == []
    assert (
        report(
            text.replace("targetPort: 9443", "targetPort: webhook").replace(
                "webhook, containerPort: 1", "other, containerPort: 1"
            )
        )
        == []
    )


def test_named_ports_of_pods_out_of_view() -> None:
    named = SERVICE.replace("9443", "webhook") + WEBHOOK
    assert report(opening("{port: webhook}") + named) == []
    assert report(opening("{port: 9443}") + named) == []  # may be the number of that name
    assert report(opening("{protocol: TCP}") + named) == []
    assert grade(only(opening("{port: other}") + named))[0] == "NP501"
    fix = only(DENY + named).fix
    assert fix is not None and fix.creates is not None
    assert "'port': 'webhook'" in str(fix.creates)


def test_numbers_of_pods_out_of_view() -> None:
    assert report(opening("{port: webhook}") + SERVICE + WEBHOOK) == []  # may be 9443
    assert only(opening("{port: webhook, protocol: UDP}") + SERVICE + WEBHOOK).code == "NP501"
    assert report(DENY + SERVICE + WEBHOOK, complete=True) == []  # there are no pods


@pytest.mark.parametrize(
    "unknown",
    [
        opening("{port: '${PORT}'}"),
        opening("{port: 9443}", "{ipBlock: {cidr: '${CIDR}'}}"),
        opening("{port: 9443}").replace("Ingress]", "Ingress, Wrong]"),
        opening("{port: 9443}").replace("{app: hook}", "{app: hook, pod-template-hash: x}"),
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: x}\n",
        (
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
            "metadata: {name: x, namespace: shop}\nspec: {}\n"
        ),
    ],
)
def test_what_may_be_open_is_not_reported(unknown: str) -> None:
    assert report(unknown + "---\n" + DENY + HOOK) == []
    assert only(DENY + HOOK).code == "NP501"


def test_pods_that_may_not_be_isolated_are_not_reported() -> None:
    policy = DENY.replace("{}", "{matchLabels: {pod-template-hash: x}}")
    assert report(policy + HOOK) == []


def test_plugins_that_enforce_nothing() -> None:
    assert report(DENY + HOOK, cluster={"cni": "flannel"}) == []


def test_pods_that_the_service_does_not_select() -> None:
    other = SECOND.replace("app: hook, ", "")
    allowed = opening("{port: 9443}") + "---\n"
    codes = [finding.code for finding in report(allowed + DENY + HOOK + other)]
    assert codes == ["NP505"]  # for its own port, which nothing in view calls


def test_words_and_fix_go_by_the_selector_of_the_service() -> None:
    finding = only(DENY + SECOND + SERVICE + WEBHOOK)
    assert finding.message.endswith("TCP 9443 on pods app=hook in shop")
    assert finding.fix is not None and finding.fix.creates is not None
    assert "{'matchLabels': {'app': 'hook'}}" in str(finding.fix.creates)


def test_the_pods_it_gets_to_least_are_reported() -> None:
    partly = opening(peers="{ipBlock: {cidr: 10.0.0.1/32}}").replace(
        "{app: hook}", "{track: canary}"
    )
    text = partly + "---\n" + DENY + HOOK + SECOND
    finding = only(text, cluster={"api-server": ["10.0.0.1", "10.0.0.2"]})
    assert finding.code == "NP501"
    assert "TCP 9443 on some pods app=hook in shop" in finding.message


def test_a_name_that_may_be_the_number() -> None:
    """It counts for the policies, never against them."""
    peers = "{podSelector: {}}"
    finding = only(opening("{port: webhook}", peers) + SERVICE + WEBHOOK)
    assert finding.primary.api_path == "spec.policyTypes"
    named = SERVICE.replace("9443", "webhook") + WEBHOOK
    assert only(opening("{port: 9443}", peers) + named).primary.api_path == "spec.policyTypes"
    unread = opening("{port: '${PORT}'}, {port: 1}", peers) + HOOK
    assert only(unread).primary.api_path == "spec.policyTypes"


def test_one_port_that_may_be_the_right_one() -> None:
    assert report(opening("{port: '${PORT}'}, {port: 1}") + HOOK) == []


def test_the_container_port_among_others() -> None:
    ports = "[{containerPort: 80}, {name: webhook, containerPort: 9443}]"
    text = DENY + HOOK.replace("[{name: webhook, containerPort: 9443}]", ports)
    places = [each.api_path for each in only(text).related]
    assert "spec.template.spec.containers[0].ports[1]" in places
    undeclared = DENY + HOOK.replace("containerPort: 9443", "containerPort: 80")
    assert not any("containers" in each.api_path for each in only(undeclared).related)
