"""Whom ingress-controller-blocked would let in: the controller that serves the route."""

from __future__ import annotations

import pytest

from netlint_rules.examples.ingress_controller_blocked import BAD
from netlint_rules.finding import Finding
from tests.rules.builders import lint

INGRESS, ROUTE, OPENSHIFT = BAD[0].text, BAD[3].text, BAD[4].text
TRAEFIK = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: traefik, namespace: edge}
spec: {template: {metadata: {labels: {app.kubernetes.io/name: traefik}}}}
"""


def only(text: str) -> Finding:
    (finding,) = lint(text, "ingress-controller-blocked")
    return finding


def of_class(name: str) -> str:
    return INGRESS.replace("spec:\n  rules:", f"spec:\n  ingressClassName: {name}\n  rules:")


@pytest.mark.parametrize(
    ("text", "home"),
    [
        (INGRESS, "ingress-nginx"),
        (of_class("nginx"), "ingress-nginx"),
        (of_class("kong"), "kong"),
        (INGRESS + TRAEFIK, "edge"),
        (OPENSHIFT, "openshift-ingress"),
        (ROUTE, "gateways"),
    ],
)
def test_the_fix_opens_the_port_to_the_namespace_of_the_controller(text: str, home: str) -> None:
    fix = only(text).fix
    assert fix is not None
    assert fix.title.endswith(f"to the controller, here in {home}")


@pytest.mark.parametrize("name", ["gce", "alb", "azure-application-gateway"])
def test_a_load_balancer_outside_runs_in_no_namespace(name: str) -> None:
    finding = only(of_class(name))
    assert finding.fix is None
    assert "lets a load balancer in at TCP 8080" in finding.message


def test_of_another_class_nothing_is_known() -> None:
    finding = only(of_class("our-own"))
    assert finding.fix is None
    assert "lets a controller in at TCP 8080" in finding.message
