"""The map of real manifests, as read from their policies by hand."""

from __future__ import annotations

from pathlib import Path

from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.reach import Network, Owner
from netlint_rules.source.reader import read

Ports = dict[tuple[str, str], str]


def limited(*paths: Path) -> Ports:
    """The connections between workloads, by name, of which not all ports are open."""
    placed = [
        Placed(document, document.namespace or "here")
        for path in paths
        for document in read(path.read_bytes(), str(path)).documents
    ]
    index = ResourceIndex.build(placed, Config(), Facts())
    found = Network(index, Config().cluster, Facts()).map().connections()
    return {
        (each.source.name, each.destination.name): str(each.ports)
        for each in found
        if isinstance(each.source, Owner) and isinstance(each.destination, Owner)
        if each.ports and not each.ports.is_all
    }


def test_kube_prometheus(corpus: Path) -> None:
    """The node exporter is in the network of its node, the adapter is open to everybody."""
    manifests = corpus / "prometheus-operator+kube-prometheus" / "manifests"
    assert limited(*sorted(manifests.glob("*.yaml"))) == {
        ("grafana", "k8s"): "TCP 9090",
        ("prometheus-adapter", "k8s"): "TCP 9090",
        ("k8s", "main"): "TCP 8080, TCP 9093",
        ("k8s", "blackbox-exporter"): "TCP 9115, TCP 19115",
        ("k8s", "grafana"): "TCP 3000",
        ("k8s", "kube-state-metrics"): "TCP 8443, TCP 9443",
        ("k8s", "prometheus-operator"): "TCP 8443",
    }


def test_argo_cd(corpus: Path) -> None:
    found = limited(corpus / "argoproj+argo-cd" / "manifests" / "namespace-install.yaml")
    everybody = {
        "applicationset-controller": "TCP 7000, TCP 8080",
        "application-controller": "TCP 8082",
        "dex-server": "TCP 5558",
        "notifications-controller": "TCP 9001",
        "repo-server": "TCP 8084",
    }
    names = {*everybody, "server", "redis"}
    expected = {
        (source, name): ports
        for name, ports in everybody.items()
        for source in names
        if source != name
    }
    expected["server", "dex-server"] = "TCP 5556-5558"
    for source in ("server", "repo-server", "application-controller"):
        expected[source, "redis"] = "TCP 6379"
    clients = "server application-controller notifications-controller applicationset-controller"
    for source in clients.split():
        expected[source, "repo-server"] = "TCP 8081, TCP 8084"
    assert found == {
        (f"argocd-{source}", f"argocd-{name}"): ports for (source, name), ports in expected.items()
    }


def test_microservices_demo(corpus: Path) -> None:
    """Everybody may leave, and only the frontend is open."""
    folder = corpus / "GoogleCloudPlatform+microservices-demo" / "kustomize"
    policies = folder / "components" / "network-policies"
    paths = sorted([*(folder / "base").glob("*.yaml"), *policies.glob("*.yaml")])
    frontend = {
        "adservice": 9555,
        "cartservice": 7070,
        "checkoutservice": 5050,
        "currencyservice": 7000,
        "productcatalogservice": 3550,
        "recommendationservice": 8080,
        "shippingservice": 50051,
    }
    checkout = {
        "cartservice": 7070,
        "currencyservice": 7000,
        "emailservice": 8080,
        "paymentservice": 50051,
        "productcatalogservice": 3550,
        "shippingservice": 50051,
    }
    expected = {("frontend", name): f"TCP {port}" for name, port in frontend.items()}
    expected |= {("checkoutservice", name): f"TCP {port}" for name, port in checkout.items()}
    expected["recommendationservice", "productcatalogservice"] = "TCP 3550"
    expected["cartservice", "redis-cart"] = "TCP 6379"
    assert limited(*paths) == expected
