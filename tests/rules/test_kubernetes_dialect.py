"""The eight points of normalisation, and what becomes of objects that the server refuses."""

from __future__ import annotations

from typing import Any

import pytest

from netlint_rules.dialects import kubernetes
from netlint_rules.netset import PortSet
from netlint_rules.policy import AddressPeer, Direction, OpaquePeer, PodPeer, Policy
from netlint_rules.source.document import Document, Origin

INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS


def policy(spec: object, **body: Any) -> Policy:
    whole = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop"},
        "spec": spec,
        **body,
    }
    return kubernetes.read(Document(Origin("p.yaml"), whole), "shop")


@pytest.mark.parametrize("spec", [None, {}, {"podSelector": None}, {"podSelector": {}}])
def test_an_absent_pod_selector_selects_everything(spec: object) -> None:
    assert policy(spec).subject.matches_all


@pytest.mark.parametrize(
    ("spec", "directions"),
    [
        ({}, {INGRESS}),
        ({"policyTypes": []}, {INGRESS}),
        ({"policyTypes": None, "egress": []}, {INGRESS}),
        ({"egress": [{}]}, {INGRESS, EGRESS}),
        ({"policyTypes": ["Egress"]}, {EGRESS}),
        ({"policyTypes": ["Egress"], "ingress": [{}]}, {EGRESS}),
        ({"policyTypes": ["Ingress", "Ingress"]}, {INGRESS}),
        ({"policyTypes": ["ingress", "EGRESS"]}, {INGRESS, EGRESS}),
    ],
)
def test_effective_types(spec: object, directions: set[Direction]) -> None:
    assert policy(spec).directions == directions


@pytest.mark.parametrize(
    ("entry", "ports"),
    [
        ({}, PortSet.protocol("TCP")),
        (None, PortSet.protocol("TCP")),
        ({"protocol": None, "port": 53}, PortSet.of("TCP", 53)),
        ({"protocol": "UDP"}, PortSet.protocol("UDP")),
        ({"port": 8000, "endPort": 8010}, PortSet.of("TCP", 8000, 8010)),
        ({"port": 65535, "endPort": 65535}, PortSet.of("TCP", 65535)),
        ({"port": "http"}, PortSet.named("TCP", "http")),
    ],
)
def test_port_entries(entry: object, ports: PortSet) -> None:
    (rule,) = policy({"ingress": [{"ports": [entry]}]}).rules[INGRESS]
    assert rule.ports == ports
    assert not rule.opaque_reasons


@pytest.mark.parametrize("empty", [{}, {"ports": None}, {"ports": []}])
def test_no_ports_are_all_ports_and_protocols(empty: dict[str, object]) -> None:
    (rule,) = policy({"ingress": [empty]}).rules[INGRESS]
    assert rule.ports == PortSet.all()


@pytest.mark.parametrize("empty", [{}, {"to": None}, {"to": []}])
def test_no_peers_are_any_peer(empty: dict[str, object]) -> None:
    (rule,) = policy({"egress": [empty]}).rules[EGRESS]
    assert rule.peers is None
    assert rule.allows_everything


@pytest.mark.parametrize("rules", [None, []])
def test_no_rules_allow_nothing(rules: object) -> None:
    assert policy({"policyTypes": ["Egress"], "egress": rules}).rules[EGRESS] == ()


def test_null_items_are_zero_structs() -> None:
    assert policy({"ingress": [None]}).rules[INGRESS][0].allows_everything
    (rule,) = policy({"ingress": [{"from": [None]}]}).rules[INGRESS]
    assert isinstance((rule.peers or ())[0], OpaquePeer)


def peer(body: object) -> object:
    (rule,) = policy({"ingress": [{"from": [body]}]}).rules[INGRESS]
    return (rule.peers or (None,))[0]


def test_a_pod_selector_alone_means_the_own_namespace() -> None:
    found = peer({"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": None})
    assert isinstance(found, PodPeer)
    assert found.namespaces is None
    assert found.pods_written


def test_an_empty_namespace_selector_means_every_namespace() -> None:
    found = peer({"namespaceSelector": {}})
    assert isinstance(found, PodPeer)
    assert found.namespaces is not None
    assert found.namespaces.matches_all
    assert not found.pods_written


def test_both_selectors_must_hold() -> None:
    found = peer({"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}})
    assert isinstance(found, PodPeer)
    assert (found.namespaces is not None, str(found.pods)) == (True, "a=b")


def test_an_ip_block_without_its_excepts() -> None:
    found = peer({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/9"]}})
    assert isinstance(found, AddressPeer)
    assert "10.200.0.1" in found.block
    assert "10.1.0.1" not in found.block
    assert "10.1.0.1" in found.whole


def test_rules_of_other_directions_are_inert() -> None:
    found = policy({"policyTypes": ["Ingress"], "egress": [{}]})
    assert found.rules[EGRESS] == ()
    assert len(found.inert[EGRESS]) == 1


@pytest.mark.parametrize(
    "spec",
    [
        {"ingress": [{"from": [{}]}]},
        {"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.1"}}]}]},
        {"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}]},
        {"ingress": [{"ports": [{"protocol": "tcp"}]}]},
        {"ingress": [{"ports": [{"port": 0}]}]},
        {"ingress": [{"ports": [{"port": 65536}]}]},
        {"ingress": [{"ports": [{"port": 10, "endPort": 9}]}]},
        {"ingress": [{"ports": [{"endPort": 9}]}]},
        {"ingress": [{"ports": [{"port": "http", "endPort": 9}]}]},
        {"ingress": [{"ports": [{"port": "80"}]}]},
        {"ingress": {"from": []}},
        {"podselector": {}},
        {"policyTypes": [{"Ingress": None}]},
        {"podSelector": {"matchLabels": {"a": 1}}},
    ],
)
def test_what_the_server_refuses_is_broken(spec: object) -> None:
    assert policy(spec).broken


@pytest.mark.parametrize(
    "spec",
    [
        {"ingress": [{"from": [{"ipBlock": {"cidr": "${CIDR}"}}]}]},
        {"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["${X}"]}}]}]},
        {"ingress": [{"ports": [{"port": "${PORT}"}]}]},
        {"ingress": [{"ports": ["${PORT}"]}]},
        {"ingress": [{"ports": "${PORTS}"}]},
        {"ingress": [{"from": ["${PEER}"]}]},
        {"ingress": [{"from": "${PEERS}"}]},
        {"ingress": ["${RULE}"]},
        {"ingress": "${RULES}"},
    ],
)
def test_placeholders_are_opaque_but_no_mistake(spec: object) -> None:
    found = policy(spec)
    assert not found.broken
    assert found.rules[INGRESS][0].opaque_reasons == {kubernetes.PLACEHOLDER}
    assert not found.rules[INGRESS][0].allows_everything


def test_labels_and_intent() -> None:
    found = policy(
        {},
        metadata={
            "name": "p",
            "labels": {"a": "b"},
            "annotations": {"netlint.dev/expects": "allow-all, deny-all-egress"},
        },
    )
    assert found.labels == {"a": "b"}
    assert found.expects("allow-all")
    assert found.expects("deny-all-egress")
    assert not found.expects("deny")


@pytest.mark.parametrize("group", ["crd.antrea.io/v1beta1", "projectcalico.org/v3"])
def test_other_apis_reuse_the_kind(group: str) -> None:
    body: dict[str, object] = {"apiVersion": group, "kind": "NetworkPolicy"}
    assert not kubernetes.is_network_policy(Document(Origin("p.yaml"), body))
