"""Bundles of real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_linter.discover import find
from netlint_rules.bundle import Cut, cut
from netlint_rules.facts import Facts
from netlint_rules.index import wanted_kinds
from netlint_rules.source.reader import read
from tests.rules.bundle_view import clashes, files_of

BUNDLES: dict[str, dict[str, tuple[int, int]]] = {
    "GoogleCloudPlatform+microservices-demo": {
        "kubernetes-manifests": (10, 23),
        "kustomize": (11, 24),
        "kustomize/components/shopping-assistant": (1, 2),
        "kustomize/tests/memorystore-with-all-components": (25, 37),
        "kustomize/tests/service-mesh-istio-with-all-components": (26, 39),
        "kustomize/tests/spanner-with-all-components": (25, 37),
        "kubernetes-manifests (other files)": (3, 3),
        "release": (4, 27),
    },
    "ahmetb+kubernetes-network-policy-recipes": {
        ".": (15, 15),
    },
    "argoproj+argo-cd": {
        "manifests/base/application-controller": (3, 3),
        "manifests/base/applicationset-controller": (3, 3),
        "manifests/base/commit-server": (3, 3),
        "manifests/base/dex": (3, 3),
        "manifests/base/notification": (3, 3),
        "manifests/base/redis": (3, 3),
        "manifests/base/repo-server": (3, 3),
        "manifests/base/server": (4, 4),
        "manifests/ha/base/redis-ha": (2, 2),
        "manifests/namespace-install-with-hydrator.yaml": (4, 28),
        "manifests/namespace-install.yaml": (4, 25),
        "manifests/ha": (4, 31),
    },
    "fluxcd+flux2": {
        "manifests/policies": (3, 3),
    },
    "kubeflow+manifests": {
        "applications/model-registry/upstream/options/controller/network-policy": (1, 1),
        "applications/pipeline/upstream/third-party/seaweedfs/base/seaweedfs": (3, 3),
        "common/cert-manager/overlays/kubeflow": (2, 2),
        "common/dex/overlays/oauth2-proxy": (2, 2),
        "common/istio/istio-namespace/base": (5, 5),
        "common/knative/knative-serving/base": (4, 4),
        "common/kubeflow-namespace/base/kubeflow": (23, 23),
        "common/kubeflow-namespace/base/kubeflow-system": (4, 4),
        "common/oauth2-proxy/base": (5, 5),
    },
    "longhorn+longhorn": {
        ".": (8, 8),
    },
    "metallb+metallb": {
        "config/networkpolicies": (2, 2),
        "dev-env/kube-prometheus/manifests": (15, 15),
    },
    "prometheus-operator+kube-prometheus": {
        ".": (42, 42),
        ". (other files)": (11, 12),
    },
    "servinfcolombia+telemedicina-livekit": {
        ".": (5, 6),
    },
    "sholdee+home-ops": {
        "apps/adguard": (5, 6),
        "apps/argocd": (6, 17),
        "apps/cert-manager": (1, 1),
        "apps/cnpg-system": (1, 1),
        "apps/envoy-gateway-system": (2, 3),
        "apps/external-dns": (1, 1),
        "apps/external-secrets": (1, 1),
        "apps/hass": (15, 18),
        "apps/headlamp": (2, 2),
        "apps/hivemq": (3, 3),
        "apps/kube-system": (3, 4),
        "apps/longhorn-system": (2, 8),
        "apps/mealie": (5, 5),
        "apps/mongodb-operator": (1, 1),
        "apps/monitoring": (10, 13),
        "apps/portainer": (5, 6),
        "apps/powerdns": (8, 19),
        "apps/renovate": (3, 5),
        "apps/system-upgrade": (1, 2),
        "apps/unifi": (10, 12),
        "apps/velero": (1, 1),
        ".": (2, 2),
        "apps/gateway": (3, 3),
    },
    "voipbin+install": {
        "k8s": (55, 114),
        "docs/plans": (2, 4),
    },
    "xunholy+k8s-gitops": {
        ".archive/kubernetes/cloudflare-ddns/app": (1, 1),
        ".archive/kubernetes/istio-ingress": (1, 1),
        ".archive/kubernetes/istio-ingress/istio-gateway/app": (2, 2),
        ".archive/kubernetes/istio-ingress/plex": (1, 2),
        ".archive/kubernetes/istio-system": (1, 1),
        ".archive/kubernetes/litmus": (1, 1),
        ".archive/kubernetes/openebs-system": (1, 1),
        ".archive/kubernetes/openfaas": (1, 1),
        ".archive/kubernetes/openfaas-fn": (1, 1),
        ".archive/kubernetes/traefik-ingress": (1, 1),
        ".archive/kubernetes/velero": (1, 1),
        "kubernetes/apps/base/actions-runner-system": (1, 1),
        "kubernetes/apps/overlays/cluster-00": (142, 150),
        ".": (74, 83),
        ".archive/kubernetes/bazarr/app": (1, 1),
        ".archive/kubernetes/emqx/cluster": (2, 2),
        ".archive/kubernetes/goldilocks/app": (1, 1),
        ".archive/kubernetes/istio-system/istiod/app": (1, 2),
        ".archive/kubernetes/jaeger/app": (1, 1),
        ".archive/kubernetes/kiali/app": (1, 1),
        ".archive/kubernetes/litmus/litmus/app": (1, 1),
        ".archive/kubernetes/openclaw/app": (1, 1),
        ".archive/kubernetes/plex/app": (1, 1),
        ".archive/kubernetes/sealed-secrets/app": (1, 1),
        ".archive/kubernetes/thanos/app": (1, 1),
        "kubernetes/apps/base/development/backstage/app": (1, 1),
        "kubernetes/apps/base/home-system/zigbee2mqtt/app": (1, 1),
        "kubernetes/apps/base/security-system/crowdsec/app": (1, 1),
    },
}
"""Files and objects of each bundle, for every repository of the corpus."""


def cut_of(repository: Path, namespace: str = "") -> Cut:
    wanted = wanted_kinds(Facts())
    sources = find(["."], cwd=repository).files
    documents = [
        document
        for source in sources
        for document in read(Path(source.path).read_bytes(), source.shown, wanted=wanted).documents
    ]
    return cut(documents, namespace=namespace, read=[source.shown for source in sources])


@pytest.mark.parametrize("repository", BUNDLES)
def test_repositories(corpus: Path, repository: str) -> None:
    result = cut_of(corpus / repository)
    counts = {bundle.name: (len(files_of(bundle)), len(bundle.placed)) for bundle in result.bundles}
    assert counts == BUNDLES[repository]


@pytest.mark.parametrize(
    "repository", sorted({*BUNDLES} - {"ahmetb+kubernetes-network-policy-recipes"})
)
def test_no_repository_defines_an_object_twice_by_mistake(corpus: Path, repository: str) -> None:
    assert cut_of(corpus / repository).clashes == ()


def test_one_recipe_shows_two_policies_of_one_name(corpus: Path) -> None:
    recipe = "11-deny-egress-traffic-from-an-application.md"
    assert clashes(cut_of(corpus / "ahmetb+kubernetes-network-policy-recipes")) == [
        [f"{recipe}.block01.yaml#0", f"{recipe}.block02.yaml#0"]
    ]


@pytest.mark.parametrize("namespace", ["", "argocd"])
@pytest.mark.parametrize("folder", [".", "argoproj+argo-cd"])
def test_the_ways_to_install_argo_cd_never_mix(corpus: Path, namespace: str, folder: str) -> None:
    result = cut_of(corpus / folder, namespace)
    for bundle in result.bundles:
        ways = {way for file in files_of(bundle) if (way := way_of(file))}
        assert len(ways) <= 1
    assert not any(way_of(document.origin.file) for same in result.clashes for document in same)


def way_of(file: str) -> str:
    """Which of Argo CD's ways to install itself a file belongs to."""
    path = file.removeprefix("argoproj+argo-cd/")
    ways = ("base/", "ha/base/", "ha/", "namespace-install.yaml", "namespace-install-with")
    return next((way for way in ways if path.startswith(f"manifests/{way}")), "")


def test_a_cluster_of_flux_is_one_bundle(corpus: Path) -> None:
    cluster = next(
        bundle
        for bundle in cut_of(corpus / "xunholy+k8s-gitops").bundles
        if bundle.name == "kubernetes/apps/overlays/cluster-00"
    )
    folders = {file.split("/")[3] for file in files_of(cluster) if file.count("/") > 3}
    assert len(folders) > 10
