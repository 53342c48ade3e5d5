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
