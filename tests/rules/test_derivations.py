"""What is derived of the objects in view is made again when these change, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from netlint_rules.callers import HomesOf
from netlint_rules.config import ClusterFacts, Config
from netlint_rules.context import Derivation, Workspace
from netlint_rules.dangling import NamesOf
from netlint_rules.dns.servers import ServersOf
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import PodSubjects
from netlint_rules.meant import PodTables
from netlint_rules.ranges import RangesOf
from netlint_rules.selector import Selector
from netlint_rules.webhooks.references import Calls, CallsOf
from tests.rules.builders import workspace

CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: openshift-dns}
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {clusterIP: 10.7.0.10, selector: {k8s-app: kube-dns}, ports: [{port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: shop}
spec: {clusterIP: 10.7.3.4, selector: {app: hook}, ports: [{port: 443}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-local-dns, namespace: kube-system}
spec: {template: {metadata: {labels: {k8s-app: node-local-dns}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: hook, namespace: shop, labels: {app: hook}}
status: {phase: Running, podIP: 10.3.4.5}
---
apiVersion: v1
kind: Pod
metadata: {name: traefik, namespace: edge, labels: {app.kubernetes.io/name: traefik}}
---
apiVersion: v1
kind: Node
metadata: {name: one}
spec: {podCIDR: 10.3.0.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.7.1}]}
---
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: {name: kubernetes}
spec: {cidrs: [10.7.0.0/16]}
---
apiVersion: kind.x-k8s.io/v1alpha4
kind: Cluster
metadata: {name: kind}
networking: {podSubnet: 10.3.0.0/16}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
- name: hook.example.com
  clientConfig: {service: {namespace: shop, name: hook}}
  rules: [{resources: [pods]}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.example.com}
spec: {service: {namespace: shop, name: gone}}
"""
FACTS = Facts(Config().facts)


def described_calls(calls: Calls) -> object:
    """Calls without their objects, which are new ones each time."""
    targets = [(where, each.port.port) for where, found in calls.targets.items() for each in found]
    lost = [
        (where, each.references[0].name)
        for where, found in calls.dangling.items()
        for each in found
    ]
    return targets, lost


DERIVATIONS: list[tuple[Derivation[Any], Callable[[Any], object]]] = [
    (ServersOf(ClusterFacts(), FACTS), lambda servers: servers),
    (RangesOf(ClusterFacts(), FACTS), lambda ranges: ranges),
    (CallsOf(), described_calls),
    (HomesOf("ingress", FACTS), lambda homes: homes),
    (NamesOf(), lambda names: names.nearest("openshift-nds")),
    (PodSubjects("shop"), lambda subjects: [subject.labels for subject in subjects]),
    (PodSubjects("kube-system"), lambda subjects: [subject.labels for subject in subjects]),
]


def without_a_part(index: ResourceIndex) -> Iterator[ResourceIndex]:
    """The index without some of what it holds, in every way; the rest are the same objects."""
    yield replace(index, services={})
    yield replace(index, namespaces={})
    for where in index.workloads:
        rest = {name: pods for name, pods in index.workloads.items() if name != where}
        yield replace(index, workloads=rest)
    for kind in index.documents:
        left = {name: placed for name, placed in index.documents.items() if name != kind}
        yield replace(index, documents=left)


@pytest.mark.parametrize(("derive", "described"), DERIVATIONS)
def test_whatever_changes_the_result_is_an_input(
    derive: Derivation[Any], described: Callable[[Any], object]
) -> None:
    index = workspace(CLUSTER).index
    derived: dict[Any, Any] = {}
    whole = Workspace(index, Config(), FACTS, _derived=derived).derived(derive)
    assert Workspace(index, Config(), FACTS, _derived=derived).derived(derive) is whole
    differing = 0
    for part in without_a_part(index):
        found = Workspace(part, Config(), FACTS, _derived=derived).derived(derive)
        assert described(found) == described(derive(part))
        differing += described(found) != described(whole)
    assert differing, "the cluster shows something to each of them"


def test_other_policies_change_nothing_that_is_derived() -> None:
    index = workspace(CLUSTER).index
    derived: dict[Any, Any] = {}
    first = Workspace(index, Config(), FACTS, _derived=derived)
    second = Workspace(replace(index, policies={}), Config(), FACTS, _derived=derived)
    for derive, _ in DERIVATIONS:
        assert first.derived(derive) is second.derived(derive)


def test_what_was_derived_of_namespaces_that_are_gone_is_forgotten() -> None:
    derived: dict[Any, Any] = {}
    space = Workspace(ResourceIndex(), Config(), FACTS, _derived=derived)
    for number in range(25_000):
        space.derived(PodSubjects(f"review-{number}"))
    assert len(derived) < 20_000


def test_a_table_of_pods_lasts_as_long_as_its_workloads() -> None:
    index, tables = workspace(CLUSTER).index, PodTables()
    hook = Selector.of({"app": "hook"})
    first = tables.of(index, "shop")
    assert [pod.name for pod in first.matching(hook).certain] == ["hook"]
    elsewhere = replace(index, workloads={**index.workloads, "kube-system": []})
    assert tables.of(elsewhere, "shop") is first
    emptied = replace(index, workloads={**index.workloads, "shop": []})
    assert tables.of(emptied, "shop").matching(hook).is_nothing


def test_tables_of_namespaces_that_are_gone_are_forgotten() -> None:
    tables = PodTables()
    for number in range(25_000):
        tables.of(ResourceIndex(), f"review-{number}")
    assert len(tables) < 20_000
