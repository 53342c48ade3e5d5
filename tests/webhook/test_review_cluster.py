"""Verdicts with a cluster in view: unions of policies, and what a change opens."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from netlint_webhook.cluster import Situation
from tests.webhook.reviews import (
    GOOD_POLICY,
    Body,
    MemoryCluster,
    actions,
    judge,
    namespace,
    pod,
    policy,
)

API, WEB = pod("api-1", "{app: api}"), pod("web-1", "{app: web}")
PODS = (namespace("shop"), API, WEB)
DENY = policy("{podSelector: {}, policyTypes: [Ingress]}", name="default-deny")
DENY_BOTH = policy("{podSelector: {}, policyTypes: [Ingress, Egress]}", name="default-deny")
API_ONLY = policy("{podSelector: {matchLabels: {app: api}}, ingress: []}", name="api-in")
WEB_ONLY = policy("{podSelector: {matchLabels: {app: web}}, ingress: []}", name="web-in")
ALLOW_DNS = policy(
    """
podSelector: {}
policyTypes: [Egress]
egress: [{ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]
""",
    name="allow-dns",
)
API_OUT = policy(
    """
podSelector: {matchLabels: {app: api}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]
""",
    name="api-out",
)


@pytest.mark.parametrize(
    ("others", "text", "action", "allowed"),
    [
        ([DENY], "", "warn", True),
        ([DENY], "preset: strict", "deny", False),
        ([DENY], "preset: audit-only", "audit", True),
        ([DENY], "namespaces: [{names: [shop], modes: {dns-egress: deny}}]", "deny", False),
        ([DENY, ALLOW_DNS], "preset: strict", None, True),
    ],
)
def test_dns(others: list[Body], text: str, action: str | None, allowed: bool) -> None:
    verdict, response = judge(API_OUT, text=text, cluster=MemoryCluster(*PODS, *others))
    assert actions(verdict).get("NP101") == action
    assert response["allowed"] is allowed


def test_a_stale_view_warns_and_a_partial_one_only_audits() -> None:
    def action(**view: bool) -> str:
        cluster = MemoryCluster(*PODS, DENY, **view)
        return actions(judge(API_OUT, text="preset: strict", cluster=cluster)[0])["NP101"]

    assert action() == "deny"
    assert action(stale=True) == "warn"
    assert action(whole=False) == "audit"


def test_the_view_is_in_the_audit_annotations() -> None:
    assert judge(GOOD_POLICY)[1]["auditAnnotations"]["view"] == "none"
    for view, name in (({}, "whole"), ({"stale": True}, "stale"), ({"whole": False}, "partial")):
        response = judge(GOOD_POLICY, cluster=MemoryCluster(*PODS, **view))[1]
        assert response["auditAnnotations"]["view"] == f"{name} generation=7"


OPERATOR = """
kind: Pod
apiVersion: v1
metadata: {name: operator-0, namespace: shop, labels: {app: operator}}
spec: {containers: [{name: main, ports: [{containerPort: 9443}]}]}
---
kind: Service
apiVersion: v1
metadata: {name: operator, namespace: shop}
spec: {selector: {app: operator}, ports: [{port: 443, targetPort: 9443}]}
---
kind: ValidatingWebhookConfiguration
apiVersion: admissionregistration.k8s.io/v1
metadata: {name: orders}
webhooks:
- name: orders.example.com
  clientConfig: {service: {name: operator, namespace: shop, port: 443}}
  rules: [{apiGroups: [example.com], apiVersions: [v1], operations: ["*"], resources: [orders]}]
"""


class TestDefaultDeny:
    def test_a_namespace_gets_its_default_deny_first(self) -> None:
        verdict, response = judge(API_ONLY, text="preset: strict", cluster=MemoryCluster(*PODS))
        assert actions(verdict)["NP401"] == "deny"
        assert response["allowed"] is False

    @pytest.mark.parametrize("name", ["a", "z"])
    def test_whatever_other_policies_it_has(self, name: str) -> None:
        new = {**API_ONLY, "metadata": {"name": name, "namespace": "shop"}}
        cluster = MemoryCluster(*PODS, WEB_ONLY)
        assert judge(new, text="preset: strict", cluster=cluster)[1]["allowed"] is False

    def test_then_others_are_admitted(self) -> None:
        cluster = MemoryCluster(*PODS, DENY)
        assert judge(API_ONLY, text="preset: strict", cluster=cluster)[1]["allowed"] is True

    def test_it_is_admitted_itself_in_either_order_of_directions(self) -> None:
        egress = policy("{podSelector: {}, policyTypes: [Egress], egress: [{}]}", name="deny-out")
        for new in (DENY, egress):
            cluster = MemoryCluster(*PODS, WEB_ONLY)
            assert judge(new, text="preset: strict", cluster=cluster)[1]["allowed"] is True

    @pytest.mark.parametrize(("port", "allowed"), [(9443, True), (443, False)])
    def test_what_runs_already_gets_its_opening_before_it(self, port: int, allowed: bool) -> None:
        objects = list(yaml.safe_load_all(OPERATOR))
        opening = policy(f"{{podSelector: {{}}, ingress: [{{ports: [{{port: {port}}}]}}]}}")
        opening["spec"]["podSelector"] = {"matchLabels": {"app": "operator"}}
        running = MemoryCluster(namespace("shop"), *objects)
        assert judge(DENY, text="preset: strict", cluster=running)[1]["allowed"] is False
        response = judge(opening, text="preset: strict", cluster=running)[1]
        assert response["allowed"] is allowed
        opened = MemoryCluster(namespace("shop"), *objects, opening)
        assert judge(DENY, text="preset: strict", cluster=opened)[1]["allowed"] is True

    def test_changes_of_old_policies_are_admitted(self) -> None:
        changed = {**API_ONLY, "metadata": {**API_ONLY["metadata"], "labels": {"a": "b"}}}
        cluster = MemoryCluster(*PODS, API_ONLY, WEB_ONLY)
        response = judge(changed, API_ONLY, "preset: strict", cluster)[1]
        assert response["allowed"] is True
        assert any("NP401" in line for line in response["warnings"])


SPLIT_ELSEWHERE = policy(
    "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}, {podSelector: {matchLabels:"
    " {app: web}}}]}]}",
    name="other",
)


def test_mistakes_of_other_policies_are_not_the_request_s() -> None:
    verdict, response = judge(API_ONLY, cluster=MemoryCluster(*PODS, SPLIT_ELSEWHERE, DENY))
    assert "NP201" not in actions(verdict)
    assert response["allowed"] is True


def test_a_mistake_that_shows_at_another_policy_is_the_request_s() -> None:
    """With the policy that allows DNS gone from the selection, the other one cuts it off."""
    narrowed = {
        **ALLOW_DNS,
        "spec": {**ALLOW_DNS["spec"], "podSelector": WEB_ONLY["spec"]["podSelector"]},
    }
    cluster = MemoryCluster(*PODS, DENY, API_OUT, ALLOW_DNS)
    verdict, response = judge(narrowed, ALLOW_DNS, "preset: strict", cluster)
    assert actions(verdict)["NP101"] == "deny"
    assert "at NetworkPolicy api-out spec." in response["status"]["message"]


LOSES_INGRESS = "shop loses its default-deny for ingress: this"
LOSES_EGRESS = "shop loses its default-deny for egress: this"
OPENS_API = "this opens Pod api-1 in shop to every connection: no other policy isolates ingress"


@pytest.mark.parametrize(
    ("new", "old", "others", "lines"),
    [
        (
            None,
            DENY,
            [],
            [f"{LOSES_INGRESS} opens Pod api-1 and Pod web-1 to every connection"],
        ),
        (
            None,
            DENY,
            [API_ONLY],
            [f"{LOSES_INGRESS} opens Pod web-1 to every connection"],
        ),
        (
            None,
            DENY,
            [API_ONLY, WEB_ONLY],
            [f"{LOSES_INGRESS} opens new pods to every connection"],
        ),
        (None, DENY, [GOOD_POLICY], []),
        (
            None,
            API_ONLY,
            [WEB_ONLY],
            [OPENS_API],
        ),
        (None, API_ONLY, [DENY], []),
        (
            DENY,
            DENY_BOTH,
            [],
            [f"{LOSES_EGRESS} lets Pod api-1 and Pod web-1 connect anywhere"],
        ),
        (DENY_BOTH, DENY, [], []),
        (
            {**API_ONLY, "spec": WEB_ONLY["spec"]},
            API_ONLY,
            [],
            [OPENS_API],
        ),
    ],
)
def test_what_a_change_opens(
    new: Body | None, old: Body, others: list[Body], lines: list[str]
) -> None:
    verdict, response = judge(new, old, cluster=MemoryCluster(*PODS, old, *others))
    assert list(verdict.opened) == lines
    assert response["allowed"] is True
    shown = [line for line in response.get("warnings", []) if line.startswith("netlint: ")]
    assert len(shown) == len(lines)
    listed = response["auditAnnotations"].get("findings", "")
    assert ("lowered-isolation=warn" in listed) is bool(lines)


def test_many_pods_are_counted() -> None:
    pods = [pod(f"api-{number}", f"{{app: api, n: 'x{number}'}}") for number in range(6)]
    verdict, _ = judge(None, DENY, cluster=MemoryCluster(namespace("shop"), *pods, DENY))
    assert "Pod api-0, Pod api-1, Pod api-2 and 3 more" in verdict.opened[0]


@pytest.mark.parametrize(("mode", "warns"), [("warn", True), ("audit", False), ("off", False)])
def test_the_mode_of_lowered_isolation(mode: str, warns: bool) -> None:
    cluster = MemoryCluster(*PODS, DENY)
    verdict, response = judge(None, DENY, f"lowered-isolation: {mode}", cluster)
    assert ("warnings" in response) is warns
    assert bool(verdict.opened) is (mode != "off")


@pytest.mark.parametrize("view", [{"stale": True}, {"whole": False}])
def test_what_cannot_be_known_is_not_said(view: dict[str, bool]) -> None:
    assert judge(None, DENY, cluster=MemoryCluster(*PODS, DENY, **view))[0].opened == ()


def test_policies_of_another_api_may_isolate_the_pods() -> None:
    cilium = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "x", "namespace": "shop"},
        "spec": {"endpointSelector": {}},
    }
    assert judge(None, DENY, cluster=MemoryCluster(*PODS, DENY, cilium))[0].opened == ()


class Broken(dict[str, Any]):
    """Workloads that no rule can read."""

    def get(self, *_: object) -> Any:
        raise KeyError("broken")


class BrokenCluster(MemoryCluster):
    def situation(self, *arguments: Any) -> Situation:
        situation = super().situation(*arguments)
        situation.index.workloads = Broken()
        return situation


@pytest.mark.parametrize(("new", "old"), [(DENY, None), (DENY, DENY_BOTH), (None, DENY)])
def test_what_crashes_admits_and_says_so(new: Body | None, old: Body | None) -> None:
    verdict, response = judge(new, old, "preset: strict", BrokenCluster(*PODS, DENY))
    assert response["allowed"] is True
    assert verdict.crashed
    assert verdict.crashed[0].message == "KeyError: 'broken'"
    assert response["warnings"][0].startswith("netlint: not checked, by a mistake of netlint's: ")
    assert "crashed" in response["auditAnnotations"]
    assert response["auditAnnotations"]["decision"] == "warn"
