"""Questions about a bundle, and its map, on manifests as users write them."""

from __future__ import annotations

import json

from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.reach import Network, Owner
from netlint_rules.truth import Truth
from tests.rules.builders import configuration, workspace

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{ports: [{name: pg, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: pg}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: pg}]
  - from: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443, endPort: 450}]
"""
WEB, DB = Owner("shop", "Deployment", "web"), Owner("shop", "Deployment", "db")


def network(text: str) -> Network:
    space = workspace(text)
    return Network(space.index, space.config.cluster, space.facts)


def test_a_question_is_answered_with_the_rule_that_decides() -> None:
    net = network(SHOP)
    (web,), (db,) = net.workloads[WEB], net.workloads[DB]
    verdict = net.allowed(web, db, "TCP", 5432)
    assert verdict.answer is Truth.YES
    (step,) = verdict.allowing()
    assert (step.policy.name, step.location.api_path) == ("db", "spec.ingress[0]")
    assert step.location.span is not None and step.location.span.line == 26
    assert step.reason("TCP", 5432) == "selects Deployment web, TCP pg"
    refused = net.allowed(web, db, "TCP", 443)
    assert refused.answer is Truth.NO and not refused.allowing()
    (half,) = refused.closed()
    assert [each.reason("TCP", 443) for each in half.rules()] == [
        "opens TCP pg, not TCP 443",
        "203.0.113.0/24 doesn't hold Deployment web",
    ]


def test_a_service_leads_to_the_port_of_its_pods() -> None:
    net = network(SHOP)
    (web,) = net.workloads[WEB]
    service = net.index.services["shop"]["db"]
    verdict = net.allowed(web, service, "TCP", 80)
    assert verdict.answer is Truth.YES and [part.port for part in verdict.parts] == [5432]
    assert net.allowed(web, service, "TCP", 5432).answer is Truth.NO


def test_the_map_has_an_entry_for_each_pair() -> None:
    found = {
        (str(each.source), str(each.destination)): each
        for each in network(SHOP).map().connections()
    }
    everywhere = "0.0.0.0/0, ::/0"
    assert set(found) == {
        (str(WEB), str(DB)),
        (str(WEB), everywhere),
        (everywhere, str(WEB)),
        ("203.0.113.0/24", str(DB)),
    }
    assert found[str(WEB), str(DB)].ports == PortSet.of("TCP", 5432)
    assert found["203.0.113.0/24", str(DB)].ports == PortSet.of("TCP", 443, 450)
    assert found[str(WEB), everywhere].ports.is_all


def test_groups_are_the_connections_of_many_at_a_time() -> None:
    twins = SHOP + SHOP.partition("---\n")[0].replace("name: web", "name: twin").join(["---\n", ""])
    whole = network(twins).map()
    one_by_one = {(each.source, each.destination): each.ports for each in whole.connections()}
    expanded = {
        (source, destination): group.ports
        for group in whole.groups()
        for source in as_tuple(group.sources)
        for destination in as_tuple(group.destinations)
        if source != destination
    }
    assert expanded == one_by_one
    assert len(list(whole.groups())) < len(one_by_one)


def as_tuple(end: tuple[Owner, ...] | AddressSet) -> tuple[Owner | AddressSet, ...]:
    return (end,) if isinstance(end, AddressSet) else end


def test_the_map_explains_its_connections() -> None:
    whole = network(SHOP).map()
    (to_db,) = (
        each for each in whole.connections() if (each.source, each.destination) == (WEB, DB)
    )
    (trace,) = whole.explain(to_db)
    assert [step.location.api_path for step in trace.allowing()] == ["spec.ingress[0]"]


def test_exposure_to_the_internet_and_to_every_namespace() -> None:
    db, web = network(SHOP).map().exposures()
    assert (db.workload, web.workload) == (DB, WEB)
    assert not (db.internet.possible or db.namespaces.possible or db.to_internet.possible)
    assert web.internet.certain.is_all and web.namespaces.certain.is_all


def test_the_addresses_of_pods_tell_the_ip_version_of_the_others() -> None:
    """A Deployment's pods have IPv6 addresses where those that are in view do."""
    pod = """\
---
apiVersion: v1
kind: Pod
metadata: {name: job, namespace: shop}
status: {podIPs: [{ip: "2001:db8::7"}]}
"""
    found = {(each.source, each.destination) for each in network(SHOP + pod).map().connections()}
    assert (WEB, Owner("shop", "Pod", "job")) in found


POLICIES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}
      podSelector: {matchLabels: {app: backup}}
    ports: [{port: 5432}]
"""


def test_policies_without_pods_speak_of_pods_that_are_out_of_view() -> None:
    space = workspace(POLICIES)
    assert not list(network(POLICIES).map().connections())
    whole = Network(space.index, space.config.cluster, space.facts, unseen=True).map()
    db, web, backup = (
        Owner(where, "Pods", f"app={app}")
        for where, app in [("shop", "db"), ("shop", "web"), ("ops", "backup")]
    )
    assert whole.workloads == (backup, db, web)
    found = {(each.source, each.destination): each for each in whole.connections()}
    assert found[web, db].ports == found[backup, db].ports == PortSet.of("TCP", 5432)
    assert not {(db, web), (backup, web)} & found.keys()
    assert found[web, backup].ports.is_all


def test_a_pod_that_is_out_of_view_has_labels_that_its_selector_matches() -> None:
    expressions = [
        {"key": "a", "operator": "In", "values": ["x", "y"]},
        {"key": "b", "operator": "Exists"},
        {"key": "c", "operator": "NotIn", "values": ["z"]},
        {"key": "d", "operator": "DoesNotExist"},
    ]
    text = POLICIES.replace(
        "{matchLabels: {app: db}}", json.dumps({"matchExpressions": expressions})
    )
    space = workspace(text)
    net = Network(space.index, space.config.cluster, space.facts, unseen=True)
    (found,) = (pods for owner, (pods,) in net.workloads.items() if "a in (x,y)" in owner.name)
    assert space.index.policies["shop"][1].subject.matches(found.workload.labels)


def test_where_everything_is_in_view_nothing_is_out_of_it() -> None:
    space = workspace(POLICIES, configuration(complete=True))
    whole = Network(space.index, space.config.cluster, space.facts, unseen=True).map()
    assert whole.workloads == ()
