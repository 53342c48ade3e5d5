"""Which pods webhook-ingress finds behind a call, and which it suspects without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Severity
from netlint_rules.index import ResourceIndex
from netlint_rules.source.reader import read
from netlint_rules.webhooks.references import find_service
from tests.rules.checks.hookpods import (
    DENY,
    SERVICE,
    WEBHOOK,
    containers,
    examined,
    grades,
    pod,
    report,
)

BLOCKED = ("NP501", Severity.WARNING, Confidence.HIGH)
ENDPOINTS = """\
apiVersion: v1
kind: Endpoints
metadata: {name: hook, namespace: shop}
subsets:
- addresses: [{ip: 10.0.0.1, targetRef: {kind: Pod, name: hook}}, {ip: 10.0.0.2}]
  ports: [{name: https, port: 8080}, {name: other, port: 1}]
- addresses: [{ip: 10.0.0.3, targetRef: {kind: Pod, name: other}}]
  ports: [{port: 1}]
---
"""
SLICE = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: hook-x, namespace: shop, labels: {kubernetes.io/service-name: hook}}
endpoints: [{addresses: [10.0.0.1], targetRef: {kind: Pod, name: hook}}, {addresses: [10.0.0.2]}]
ports: [{name: https, port: 8080}]
---
"""


@pytest.mark.parametrize("listed", [ENDPOINTS, SLICE])
def test_services_without_selector(listed: str) -> None:
    service = SERVICE.replace("selector: {app: hook}, ", "")
    text = DENY + service + WEBHOOK + listed + pod() + pod("other", "{app: other}")
    (finding,) = report(text)
    assert "TCP 8080 on pods app=hook in shop" in finding.message
    assert finding.fix is not None and finding.fix.creates is not None
    assert "'matchLabels': {'app': 'hook'}" in str(finding.fix.creates)
    assert report(text.replace("kind: Pod, name", "kind: Node, name")) == []
    assert (
        report(
            text.replace("name: hook, namespace: shop, labels", "name: x, namespace: y, labels")
            .replace("name: hook, namespace: shop}\nsubsets", "name: x, namespace: shop}\nsubsets")
            .replace("service-name: hook", "service-name: x")
        )
        == []
    )


def test_pods_in_the_network_of_their_node_or_gone() -> None:
    assert grades(DENY + SERVICE + WEBHOOK + pod()) == [BLOCKED]
    assert report(DENY + SERVICE + WEBHOOK + pod(spec="{hostNetwork: true}")) == []
    gone = pod().replace("spec: {}", "status: {phase: Succeeded}")
    assert report(DENY + SERVICE + WEBHOOK + gone) == []


def test_sidecars_and_init_containers() -> None:
    service = SERVICE.replace("9443", "webhook")
    port = "{name: webhook, containerPort: 7000}"
    sidecar = f"{{initContainers: [{{name: a, restartPolicy: Always, ports: [{port}]}}]}}"
    (finding,) = report(DENY + service + WEBHOOK + pod(spec=sidecar))
    assert "TCP 7000" in finding.message
    assert "spec.initContainers[0].ports[0]" in [each.api_path for each in finding.related]
    assert report(DENY + service + WEBHOOK + pod(spec=sidecar.replace("Always", "No"))) == []


def test_a_name_of_another_protocol_is_another_port() -> None:
    udp = pod(spec=containers("ports: [{name: x, containerPort: 9443, protocol: UDP}]"))
    assert report(DENY + SERVICE.replace("9443", "x") + WEBHOOK + udp) == []


def test_pods_that_only_the_configuration_knows() -> None:
    external = [{"namespace": "shop", "labels": {"app": "hook"}, "ports": [{"port": 9443}]}]
    assert grades(DENY + SERVICE + WEBHOOK, external_workloads=external) == [BLOCKED]


def test_a_kustomization_moves_service_and_caller() -> None:
    kustomization = "resources: [all.yaml]\nnamespace: moved\nnamePrefix: a-\n"
    text = (DENY + SERVICE + WEBHOOK + pod()).replace("namespace: shop", "namespace: system")
    (finding,) = examined({"kustomization.yaml": kustomization, "all.yaml": text})
    assert finding.message.endswith("TCP 9443 on pods app=hook in moved")


def test_services_whose_namespace_is_not_known() -> None:
    """The webhook names a namespace that the others get when they are applied."""
    text = DENY + SERVICE + WEBHOOK.replace("namespace: shop", "namespace: later") + pod()
    bare = text.replace(", namespace: shop", "")
    (finding,) = examined({"a/all.yaml": bare})
    assert finding.code == "NP501"
    assert finding.message.endswith("TCP 9443 on pods app=hook in the namespace of a")
    assert finding.fix is not None and finding.fix.creates is not None
    assert finding.fix.creates["metadata"] == {"name": "allow-hook-webhook"}


def test_callers_of_one_service_by_other_namespaces_are_one_finding() -> None:
    other = WEBHOOK.replace("namespace: shop", "namespace: other").replace("orders", "items")
    bare = (DENY + SERVICE + pod()).replace(", namespace: shop", "")
    (finding,) = examined({"a/all.yaml": bare + WEBHOOK + other})
    assert finding.message.startswith("writes to orders and items are rejected (2 webhooks): ")


def test_two_services_of_unknown_namespaces_are_no_match() -> None:
    def service(namespace: str) -> Placed:
        return Placed(read(SERVICE.encode(), "service.yaml").documents[0], namespace)

    def found(*namespaces: str, named: str = "later") -> str | None:
        index = ResourceIndex.build(map(service, namespaces), Config(), Facts())
        match = find_service(index, named, "hook")
        return match.namespace if match else None

    assert found("?a") == "?a"
    assert found("?a", "later") == "later"
    assert found("?a", "?b") is None
    assert found("a") is None
    assert found("a", named="") == "a"
    assert found("a", "b", named="") is None
    index = ResourceIndex.build([service("?a")], Config(), Facts())
    assert find_service(index, "later", "other") is None


@pytest.mark.parametrize(
    ("text", "settings", "severity", "confidence", "message"),
    [
        (
            WEBHOOK + pod(),
            {},
            Severity.INFO,
            Confidence.MEDIUM,
            (
                "writes to orders are rejected without Service hook in shop, "
                "which isn't in the files given"
            ),
        ),
        (
            WEBHOOK + pod(),
            {"complete_namespaces": ["shop"]},
            Severity.WARNING,
            Confidence.CERTAIN,
            "writes to orders are rejected: Service hook in shop doesn't exist",
        ),
        (
            WEBHOOK + SERVICE.replace("443,", "80,"),
            {},
            Severity.WARNING,
            Confidence.CERTAIN,
            "writes to orders are rejected: Service hook in shop has no TCP port 443",
        ),
        (
            WEBHOOK + SERVICE.replace("443,", "443, protocol: UDP,"),
            {},
            Severity.WARNING,
            Confidence.CERTAIN,
            "writes to orders are rejected: Service hook in shop has no TCP port 443",
        ),
        (
            WEBHOOK + pod().replace("shop", "another"),
            {"complete": True},
            Severity.WARNING,
            Confidence.CERTAIN,
            "writes to orders are rejected: Service hook in shop doesn't exist",
        ),
    ],
)
def test_dangling(
    text: str,
    settings: dict[str, object],
    severity: Severity,
    confidence: Confidence,
    message: str,
) -> None:
    (finding,) = report(text, **settings)
    assert (finding.code, finding.severity, finding.confidence) == ("NP506", severity, confidence)
    assert finding.message == message
    assert finding.primary.api_path == "webhooks[0].clientConfig.service"


def test_dangling_references_are_counted() -> None:
    second = WEBHOOK.replace("orders", "items")
    service = SERVICE.replace("443,", "80,")
    (finding,) = report(WEBHOOK + second + second + service)
    assert "(3 webhooks)" in finding.message
    assert [each.document.kind for each in finding.related] == [
        "ValidatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "Service",
    ]
    assert finding.related[-1].note == "are all its ports"


def test_not_dangling() -> None:
    external = SERVICE.replace("spec: {", "spec: {type: ExternalName, ").replace("443,", "80,")
    assert report(WEBHOOK + external) == []
    assert report(WEBHOOK.replace(", namespace: shop}}", "}}") + pod()) == []
    unnamed = DENY + SERVICE + WEBHOOK.replace(", namespace: shop}}", "}}") + pod()
    assert grades(unnamed) == [BLOCKED]


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("kubeflow+manifests", ["ml-pipeline"]),
        ("longhorn+longhorn", []),
        ("metallb+metallb", []),
        ("prometheus-operator+kube-prometheus", []),
        ("fluxcd+flux2", []),
        ("argoproj+argo-cd", []),
    ],
)
def test_real_manifests(corpus: Path, repository: str, expected: list[str]) -> None:
    files = {
        str(file): file.read_text("utf-8")
        for file in (corpus / repository).rglob("*")
        if file.suffix in {".yaml", ".yml", ".md"}
    }
    assert [finding.primary.document.name for finding in examined(files)] == expected
