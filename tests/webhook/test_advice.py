"""Advice on objects that policies may break: warnings for what is new, never a denial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.config import Config
from netlint_rules.context import Derived
from netlint_rules.facts import Facts
from netlint_rules.source.document import Document, Origin
from netlint_webhook import protocol
from netlint_webhook.advice import KINDS, advise
from netlint_webhook.cluster import ClusterView, Identity, NoCluster
from netlint_webhook.respond import respond
from netlint_webhook.verdict import Verdict
from tests.webhook.cache.stored import holding
from tests.webhook.process import running
from tests.webhook.reviews import (
    GOOD_POLICY,
    Body,
    MemoryCluster,
    actions,
    admission_review,
    namespace,
    policy,
    settings,
)

STRICT = settings("preset: strict")
WORDS = st.sampled_from(
    [
        "conversion",
        "strategy",
        "webhook",
        "clientConfig",
        "service",
        "name",
        "namespace",
        "port",
        "ports",
        "selector",
    ]
)
POD = yaml.safe_load(
    """
apiVersion: v1
kind: Pod
metadata: {name: hook-1, namespace: shop, labels: {app: hook}}
spec: {containers: [{name: main, ports: [{containerPort: 9443}]}]}
status: {phase: Running}
"""
)
DENY = policy("{podSelector: {}, policyTypes: [Ingress]}", name="default-deny")
CLUSTER = (namespace("shop"), POD, DENY)


def service(target: int = 9443, name: str = "hook") -> Body:
    spec = {"selector": {"app": "hook"}, "ports": [{"port": 443, "targetPort": target}]}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": spec,
    }


def api_service(name: str = "hook") -> Body:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1.shop.io"},
        "spec": {"group": "shop.io", "service": {"namespace": "shop", "name": name}},
    }


CRD = yaml.safe_load(
    """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: orders.shop.io}
spec:
  conversion:
    strategy: Webhook
    webhook: {clientConfig: {service: {namespace: shop, name: hook}}}
"""
)
WEBHOOK = yaml.safe_load(
    """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.shop.io
  clientConfig: {service: {name: hook, namespace: shop}}
  rules: [{apiGroups: [shop.io], resources: [orders]}]
"""
)


def advised(
    new: Body | None, old: Body | None = None, text: str = "", *cluster: Body, **view: bool
) -> tuple[Verdict, Body]:
    """What is said of a review, and the `response` that says it."""
    chosen = settings(text)
    request = protocol.read(orjson.dumps(admission_review(new, old)))
    seen = MemoryCluster(*(cluster or CLUSTER), **view)
    verdict = advise(request, seen, chosen, lambda: False)
    return verdict, respond(request, verdict, chosen)["response"]


BROKEN = pytest.mark.parametrize(
    ("new", "there", "code"),
    [
        (service(), (WEBHOOK,), "NP501"),
        (api_service(), (service(),), "NP507"),
        (CRD, (service(),), "NP501"),
        (api_service("absent"), (), "NP506"),
    ],
)


@BROKEN
def test_what_a_policy_breaks_is_told(new: Body, there: tuple[Body, ...], code: str) -> None:
    verdict, response = advised(new, None, "preset: strict", *CLUSTER, *there)
    assert actions(verdict) == {code: "warn"}
    assert response["allowed"] is True
    assert response["warnings"][0].startswith(code)
    assert "status" not in response


@BROKEN
def test_the_cache_tells_the_same(new: Body, there: tuple[Body, ...], code: str) -> None:
    request = protocol.read(orjson.dumps(admission_review(new)))
    verdict = advise(request, holding((*CLUSTER, *there)), STRICT, lambda: False)
    assert actions(verdict) == {code: "warn"}
    assert verdict.view.startswith("whole")
    changed = {**new, "spec": {**new["spec"], "note": "x"}}
    request = protocol.read(orjson.dumps(admission_review(changed, new)))
    verdict = advise(request, holding((*CLUSTER, *there, new)), STRICT, lambda: False)
    assert (verdict.judged, verdict.waived) == ((), ""), "nothing is new"


def test_an_open_port_is_no_news() -> None:
    opening = policy(
        """
podSelector: {matchLabels: {app: hook}}
policyTypes: [Ingress]
ingress: [{ports: [{port: 9443}]}]
""",
        name="hook",
    )
    verdict, response = advised(service(), None, "", *CLUSTER, opening, WEBHOOK)
    assert verdict.judged == ()
    assert "warnings" not in response


def test_only_what_is_new_is_told() -> None:
    there = (*CLUSTER, service(), WEBHOOK)
    unchanged, _ = advised(service(), service(), "", *there)
    assert unchanged.waived == "nothing has changed"
    renamed = {**service(), "spec": {**service()["spec"], "sessionAffinity": "ClientIP"}}
    assert advised(renamed, service(), "", *there)[0].judged == ()
    elsewhere = {**service(), "spec": {**service()["spec"], "ports": [{"port": 8443}]}}
    assert actions(advised(elsewhere, service(), "", *there)[0])["NP506"] == "warn"


def test_a_namespace_without_policies_is_not_the_services_fault() -> None:
    verdict, _ = advised(service(), None, "min-severity: info", namespace("shop"), POD)
    assert verdict.judged == ()


@pytest.mark.parametrize("mode", ["off", "audit", "warn", "deny"])
def test_the_modes_hold_but_never_deny(mode: str) -> None:
    text = f"namespaces: [{{names: [shop], modes: {{all: {mode}}}}}]"
    verdict, response = advised(service(), None, text, *CLUSTER, WEBHOOK)
    assert response["allowed"] is True
    assert actions(verdict).get("NP501", "off") == ("warn" if mode == "deny" else mode)
    assert ("warnings" in response) is (mode in {"warn", "deny"})


def test_what_is_out_of_view_is_only_audited() -> None:
    verdict, _ = advised(service(), None, "", *CLUSTER, WEBHOOK, whole=False)
    assert set(actions(verdict).values()) == {"audit"}


@pytest.mark.parametrize(("honour", "action"), [("warnings", "audit"), ("none", "warn")])
def test_an_annotation_of_the_policy_silences(honour: str, action: str) -> None:
    deny: Any = {**DENY, "metadata": {**DENY["metadata"]}}
    deny["metadata"]["annotations"] = {"netlint.dev/ignore": "NP501"}
    text = f"suppressions: {honour}"
    verdict, _ = advised(service(), None, text, namespace("shop"), POD, deny, WEBHOOK)
    assert actions(verdict) == {"NP501": action}


@pytest.mark.parametrize("new", [GOOD_POLICY, POD, WEBHOOK, None])
def test_other_objects_and_removals_are_waived(new: Body | None) -> None:
    assert advised(new, service(), "")[0].waived == "nothing to advise on"


def test_exempt_namespaces_are_waived() -> None:
    assert advised(service(), None, "exempt: {namespaces: [shop]}")[0].waived == "namespace shop"


def test_what_is_derived_of_a_service_serves_no_other_request() -> None:
    cluster: ClusterView = NoCluster()
    config, facts = Config(), Facts()

    def derived(body: Body) -> Derived:
        document = Document(Origin("request"), body)
        identity = Identity(document.group, document.kind, document.namespace, document.name)
        return cluster.situation(identity, document, config, facts).derived

    assert derived(GOOD_POLICY) is derived(DENY)
    assert derived(service()) is not derived(DENY)
    assert derived(service()) is not derived(service())
    assert len(KINDS) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99_999) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from([service(), api_service(), CRD]), JSON, st.booleans())
def test_no_object_makes_it_fail(body: Body, spec: object, has_cluster: bool) -> None:
    hostile = {**body, "spec": spec}
    request = protocol.read(orjson.dumps(admission_review(hostile)))
    cluster: ClusterView = MemoryCluster(*CLUSTER) if has_cluster else NoCluster()
    verdict = advise(request, cluster, STRICT, lambda: False)
    assert verdict.allowed
    assert verdict.crashed == ()


def test_it_is_served_where_it_is_wanted(tls: Path, tmp_path: Path, calls: httpx.Client) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("preset: strict\nmin-severity: info\nunproven: warn\n")
    with running(tls, "--advise", "--config", config) as webhook:
        url = webhook.url.replace("/validate", "/advise")
        response = calls.post(url, json=admission_review(api_service())).json()["response"]
        assert response["allowed"] is True
        assert "Service hook in shop, which isn't in view" in response["warnings"][0]
        labels = {"endpoint": "advise", "operation": "CREATE", "dry_run": "false"}
        name = "netlint_admission_requests_total"
        assert webhook.metric(name, decision="warn", **labels) == 1
        assert webhook.entry("advised")["findings"] == ["NP506=warn"]
        assert calls.post(url, content=b"x").status_code == 415
    with running(tls) as webhook:
        url = webhook.url.replace("/validate", "/advise")
        assert calls.post(url, json=admission_review(api_service())).status_code == 404
