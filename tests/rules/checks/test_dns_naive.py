"""dns-egress against a naive evaluator, in whole clusters made at random."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.builders import configuration, lint
from tests.rules.checks.naive import (
    LABELS,
    NAMESPACES,
    Body,
    has_port,
    is_peer,
    namespace_labels,
    selecting,
    selectors,
)

SERVER = {"k8s-app": "kube-dns"}
PORTS = {"UDP": "dns", "TCP": "dns-tcp"}
MEANING = {
    "NP101": "none",
    "NP102": "UDP",
    "NP103": "TCP",
    "NP104": "none",
    "NP105": "none",
    "NP110": "denied",
}
_PODS = {**LABELS, "k8s-app": ("kube-dns", "other")}
_SPACES = {"team": ("s", "d"), "kubernetes.io/metadata.name": NAMESPACES}
_numbers = st.sampled_from(
    [{"port": 53}, {"port": 50, "endPort": 60}, {"port": 54, "endPort": 60}, {}]
    + [{"port": name} for name in ("dns", "dns-tcp")]
)
_entries = st.tuples(_numbers, st.sampled_from([{}, {"protocol": "UDP"}]))
_BOTH = [{"port": 53}, {"port": 53, "protocol": "UDP"}]
_ports = st.one_of(
    st.just(_BOTH), st.lists(_entries.map(lambda pair: {**pair[0], **pair[1]}), max_size=2)
)
_AT_HOME = {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}
_peers = st.one_of(
    selectors(_PODS).map(lambda pods: {"namespaceSelector": _AT_HOME, "podSelector": pods}),
    st.fixed_dictionaries({"podSelector": selectors(_PODS)}),
    st.fixed_dictionaries({"namespaceSelector": selectors(_SPACES)}),
    st.fixed_dictionaries(
        {"namespaceSelector": selectors(_SPACES), "podSelector": selectors(_PODS)}
    ),
    st.just({"ipBlock": {"cidr": "203.0.113.0/24"}}),
)
_rules = st.fixed_dictionaries({"to": st.lists(_peers, min_size=1, max_size=2), "ports": _ports})
_specs = st.fixed_dictionaries(
    {"podSelector": selectors(LABELS), "egress": st.lists(_rules, min_size=1, max_size=2)},
    optional={"policyTypes": st.sampled_from([["Egress"], ["Ingress"], ["Ingress", "Egress"]])},
)
_labels = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in LABELS.items()})


def _of(kind: str, name: str, namespace: str, spec: Body) -> Body:
    group = {"NetworkPolicy": "networking.k8s.io/v1", "Deployment": "apps/v1"}.get(kind, "v1")
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, "spec": spec}


def _pods(name: str, namespace: str, labels: Body, ports: list[Body]) -> Body:
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"ports": ports}]}}
    return _of("Deployment", name, namespace, {"template": template})


def _cluster() -> list[Body]:
    ports = [{"name": PORTS[each], "protocol": each, "containerPort": 53} for each in PORTS]
    forwarded = [{"name": PORTS[each], "protocol": each, "port": 53} for each in PORTS]
    service = _of("Service", "kube-dns", "kube-system", {"selector": SERVER, "ports": forwarded})
    spaces = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": namespace_labels(name)},
        }
        for name in NAMESPACES
    ]
    return [*spaces, service, _pods("coredns", "kube-system", SERVER, ports)]


def _expected(policies: list[Body], labels: Body) -> str:
    chosen = list(selecting(policies, labels, "Egress"))
    rules = [rule for policy in chosen for rule in policy["spec"]["egress"]]
    if not chosen or not rules:
        return "denied" if chosen else ""
    open_to_servers = [
        rule
        for rule in rules
        if not rule["to"]
        or any(is_peer(peer, "shop", "kube-system", SERVER) for peer in rule["to"])
    ]
    granted = [
        protocol
        for protocol, name in PORTS.items()
        if any(has_port(rule, protocol, 53, name) for rule in open_to_servers)
    ]
    return "" if len(granted) == len(PORTS) else "".join(granted) or "none"


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_labels, min_size=1, max_size=3), st.lists(_specs, min_size=1, max_size=3))
def test_what_pods_lack_is_what_is_reported(pods: list[Body], specs: list[Body]) -> None:
    policies = [_of("NetworkPolicy", f"p{at}", "shop", spec) for at, spec in enumerate(specs)]
    workloads = [_pods(f"w{at}", "shop", labels, []) for at, labels in enumerate(pods)]
    text = "\n---\n".join(map(json.dumps, [*_cluster(), *workloads, *policies]))
    found = lint(text, "dns-egress", config=configuration(complete=True, ignore=["NP107"]))
    reported = {MEANING[finding.code] for finding in found if finding.code != "NP107"}
    assert reported == {_expected(policies, labels) for labels in pods} - {""}
