"""Pictures of real manifests, by the real command: the arrows that reading the policies gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.picture.conftest import Show

SHOP = {
    ("frontend", "adservice", "TCP 9555"),
    ("frontend", "cartservice", "TCP 7070"),
    ("frontend", "checkoutservice", "TCP 5050"),
    ("frontend", "currencyservice", "TCP 7000"),
    ("frontend", "productcatalogservice", "TCP 3550"),
    ("frontend", "recommendationservice", "TCP 8080"),
    ("frontend", "shippingservice", "TCP 50051"),
    ("checkoutservice", "cartservice", "TCP 7070"),
    ("checkoutservice", "currencyservice", "TCP 7000"),
    ("checkoutservice", "emailservice", "TCP 8080"),
    ("checkoutservice", "paymentservice", "TCP 50051"),
    ("checkoutservice", "productcatalogservice", "TCP 3550"),
    ("checkoutservice", "shippingservice", "TCP 50051"),
    ("recommendationservice", "productcatalogservice", "TCP 3550"),
    ("cartservice", "redis-cart", "TCP 6379"),
}
ARGO = {
    ("argocd-application-controller", "argocd-commit-server", "TCP 8086"),
    ("argocd-application-controller", "argocd-redis", "TCP 6379"),
    ("argocd-application-controller", "argocd-repo-server", "TCP 8081"),
    ("argocd-applicationset-controller", "argocd-repo-server", "TCP 8081"),
    ("argocd-notifications-controller", "argocd-repo-server", "TCP 8081"),
    ("argocd-repo-server", "argocd-redis", "TCP 6379"),
    ("argocd-server", "argocd-dex-server", "TCP 5556-5557"),
    ("argocd-server", "argocd-redis", "TCP 6379"),
    ("argocd-server", "argocd-repo-server", "TCP 8081"),
}
MONITORING = {
    ("grafana", "k8s", "TCP 9090"),
    ("prometheus-adapter", "k8s", "TCP 9090"),
    ("k8s", "grafana", "TCP 3000"),
    ("k8s", "kube-state-metrics", "TCP 8443, 9443"),
    ("k8s", "blackbox-exporter", "TCP 9115, 19115"),
    ("k8s", "prometheus-operator", "TCP 8443"),
    ("k8s", "main", "TCP 8080, 9093"),
}
EDGE = re.compile(r'"node (?P<a>[^"]*)" -> "node (?P<b>[^"]*)" \[label="(?P<ports>[^"?]*)"')


def between_workloads(dot: str) -> set[tuple[str, str, str]]:
    """The arrows that are certain and lead from one workload to another, by their short names."""
    found = (edge.group("a", "b", "ports") for edge in EDGE.finditer(dot))
    return {(a.rpartition("/")[2], b.rpartition("/")[2], ports) for a, b, ports in found}


@pytest.mark.parametrize(
    ("folder", "arrows"),
    [
        ("GoogleCloudPlatform+microservices-demo", SHOP),
        ("argoproj+argo-cd", ARGO),
        ("prometheus-operator+kube-prometheus", MONITORING),
    ],
)
def test_arrows_are_those_that_the_policies_name(
    folder: str, arrows: set[tuple[str, str, str]], corpus: Path, run_netlint: RunNetlint
) -> None:
    result = run_netlint("reach", "--format", "dot", folder, cwd=corpus)
    assert result.returncode == 0, result.stderr
    assert between_workloads(result.stdout) == arrows


def test_pages_of_real_manifests_have_every_workload(
    corpus: Path, run_netlint: RunNetlint, show: Show, tmp_path: Path
) -> None:
    for folder, count in (("argoproj+argo-cd", 9), ("voipbin+install", 42)):
        page = tmp_path / f"{folder}.html"
        arguments = ("reach", "--format", "html", "--output", str(page), folder)
        result = run_netlint(*arguments, cwd=corpus)
        assert result.returncode == 0, result.stderr
        assert show(page).locator(".chip").count() == count
