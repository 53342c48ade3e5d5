"""What is in view: external workloads, namespaces by their labels, policies of other APIs."""

from __future__ import annotations

import pytest

from netlint_rules.index import ResourceIndex
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth
from tests.rules.builders import configuration, workspace

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\n"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: bank}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}}
"""


def index(text: str, **settings: object) -> ResourceIndex:
    return workspace(text, configuration(**settings)).index


@pytest.mark.parametrize(
    ("glob", "namespaces"), [("shop", ["shop"]), ("*", ["bank", "shop"]), ("absent", [])]
)
def test_declared_pods_stand_once_in_each_namespace_in_view(
    glob: str, namespaces: list[str]
) -> None:
    declared = [
        {
            "namespace": glob,
            "labels": {"app": "legacy"},
            "ports": [{"name": "http", "protocol": "TCP", "port": 80}],
        }
    ]
    found = index(NAMESPACE + POLICY, external_workloads=declared).workloads
    assert sorted(where for where, pods in found.items() if pods) == namespaces
    for where in namespaces:
        (workload,) = found[where]
        assert (workload.name, workload.document) == ("app=legacy", None)
        assert workload.ports == (("http", "TCP", 80),)


@pytest.mark.parametrize(
    ("labels", "namespace", "answer"),
    [
        ({"team": "a"}, "shop", Truth.YES),
        ({"team": "b"}, "shop", Truth.NO),
        ({"kubernetes.io/metadata.name": "shop"}, "shop", Truth.YES),
        ({"kubernetes.io/metadata.name": "bank"}, "bank", Truth.YES),
        ({"kubernetes.io/metadata.name": "shop"}, "bank", Truth.NO),
        ({"team": "a"}, "bank", Truth.UNKNOWN),
        ({}, "bank", Truth.YES),
        ({}, "?.", Truth.YES),
        ({"team": "a"}, "?.", Truth.UNKNOWN),
    ],
)
def test_a_namespace_is_known_by_its_manifest_else_by_its_name(
    labels: dict[str, str], namespace: str, answer: Truth
) -> None:
    found = index(NAMESPACE + POLICY)
    assert found.namespace_matches(Selector.of(labels), namespace) is answer


def test_cluster_wide_policies_of_other_apis_count_everywhere() -> None:
    cilium = """\
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: all}
spec: {endpointSelector: {}}
---
apiVersion: crd.antrea.io/v1beta1
kind: NetworkPolicy
metadata: {name: own, namespace: bank}
spec: {}
"""
    found = index(NAMESPACE + POLICY + cilium)
    assert [each.name for each in found.unmodelled_in("shop")] == ["all"]
    assert [each.name for each in found.unmodelled_in("bank")] == ["own", "all"]
    assert [policy.name for policy in found.policies["bank"]] == ["web"]


def test_pods_that_operators_make() -> None:
    prometheus = """\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec: {podMetadata: {labels: {team: ops}}}
"""
    (workload,) = index(prometheus).workloads["monitoring"]
    assert workload.labels["app.kubernetes.io/name"] == "prometheus"
    assert workload.labels["prometheus"] == "main"
    assert workload.labels["team"] == "ops"
    assert ("web", "TCP", 9090) in workload.ports


def test_pods_from_templates_inside_a_resource() -> None:
    elasticsearch = """\
apiVersion: elasticsearch.k8s.elastic.co/v1
kind: Elasticsearch
metadata: {name: logs, namespace: search}
spec:
  nodeSets:
  - name: hot
    podTemplate: {metadata: {labels: {tier: hot}}, spec: {hostNetwork: true}}
  - name: cold
    podTemplate: {metadata: {labels: {tier: cold}}}
"""
    hot, cold = index(elasticsearch).workloads["search"]
    assert (hot.labels["tier"], hot.host_network) == ("hot", True)
    assert (cold.labels["tier"], cold.host_network) == ("cold", False)
    for workload in (hot, cold):
        assert workload.labels["elasticsearch.k8s.elastic.co/cluster-name"] == "logs"
