"""The fixes of ipblock-cluster-cidr."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from netlint_rules.finding import Applicability
from tests.rules.builders import repaired
from tests.rules.checks.blocks import (
    DEPLOYMENT,
    ENDPOINTS,
    HTTPS,
    KNOWN,
    KUBERNETES,
    NODE,
    POD,
    SERVICE,
    cluster,
    findings,
    policy,
)


def rules(text: str, **settings: object) -> Any:
    """The policy's rules with the first finding's fix applied, which must clear the finding."""
    finding = findings(text, **settings)[0]
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
    better = repaired(text, finding)
    assert finding.code not in {each.code for each in findings(better, **settings)}
    spec = next(yaml.safe_load_all(better))["spec"]
    return spec.get("egress", spec.get("ingress"))


DB = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "data"}},
    "podSelector": {"matchLabels": {"app": "db"}},
}


def test_a_pod_is_selected_by_what_its_controller_goes_by() -> None:
    pod = POD.replace("app: db,", "app: db, version: v2,")
    assert rules(policy("10.244.1.17/32") + pod + DEPLOYMENT) == [{"to": [DB]}]
    both = {"matchLabels": {"app": "db", "version": "v2"}}
    assert rules(policy("10.244.1.17/32") + pod) == [{"to": [DB | {"podSelector": both}]}]
    other = DEPLOYMENT.replace("{app: db}", "{app: web}")
    assert rules(policy("10.244.1.17/32") + pod + other) == [{"to": [DB | {"podSelector": both}]}]
    declared = [{"namespace": "data", "labels": {"app": "db"}}]
    assert rules(policy("10.244.1.17/32") + POD, external_workloads=declared) == [{"to": [DB]}]
    bare = DEPLOYMENT.replace("selector: {matchLabels: {app: db}}", "replicas: 1")
    assert rules(policy("10.244.1.17/32") + pod + bare) == [{"to": [DB | {"podSelector": both}]}]


def test_a_pod_of_the_same_namespace_needs_no_namespace_selector() -> None:
    pod = POD.replace(": data", ": shop")
    assert rules(policy("10.244.1.17/32", ingress=True) + pod) == [
        {"from": [{"podSelector": {"matchLabels": {"app": "db"}}}]}
    ]


@pytest.mark.parametrize(
    "text",
    [
        policy("10.244.1.17/32") + POD.replace("labels: {app: db, pod-template-hash: x1}", ""),
        policy("10.244.1.17/32") + POD.replace(", namespace: data", ""),
        policy("10.96.23.4/32") + SERVICE.replace("selector: {app: db}", "type: ClusterIP"),
        policy("10.9.8.7/32") + NODE,
        policy("10.42.0.0/16"),
    ],
)
def test_no_fix_where_nothing_says_which_pods_are_meant(text: str) -> None:
    assert [finding.fix for finding in findings(text)] == [None]


def test_a_services_port_becomes_that_of_its_pods() -> None:
    ports = "{port: 5432}, {port: 80, protocol: TCP}, {port: 80, protocol: UDP}, {port: sql}"
    assert rules(policy("10.96.23.4/32", ports) + SERVICE) == [
        {
            "to": [DB],
            "ports": [
                {"port": 15432},
                {"port": "web", "protocol": "TCP"},
                {"port": 80, "protocol": "UDP"},
                {"port": "sql"},
            ],
        }
    ]
    assert rules(policy("10.96.23.4/32", "{port: 80, endPort: 90}") + SERVICE) == [
        {"to": [DB], "ports": [{"port": 80, "endPort": 90}]}
    ]
    same = SERVICE.replace("targetPort: 15432", "targetPort: 5432")
    assert rules(policy("10.96.23.4/32", "{port: 5432}") + same) == [
        {"to": [DB], "ports": [{"port": 5432}]}
    ]
    assert rules(policy("10.96.23.4/32", "{port: 5432}", ingress=True) + SERVICE) == [
        {"from": [DB], "ports": [{"port": 5432}]}
    ]


def test_another_port_gets_a_rule_of_its_own_where_other_peers_share_the_old_one() -> None:
    text = policy("10.96.23.4/32", "{port: 5432}", peers="{podSelector: {}}") + SERVICE
    assert rules(text) == [
        {"to": [{"podSelector": {}}], "ports": [{"port": 5432}]},
        {"to": [DB], "ports": [{"port": 15432}]},
    ]
    every_port = policy("10.96.23.4/32", peers="{podSelector: {}}") + SERVICE
    assert rules(every_port) == [{"to": [DB, {"podSelector": {}}]}]
    same = text.replace("15432", "5432")
    assert rules(same) == [{"to": [DB, {"podSelector": {}}], "ports": [{"port": 5432}]}]


def test_titles_say_what_to_do() -> None:
    titles = [
        findings(text, **settings)[0].fix
        for text, settings in (
            (policy("10.96.23.4/32", "{port: 5432}") + SERVICE, {}),
            (policy("10.96.23.4/32") + SERVICE, {}),
            (policy("10.0.0.0/8"), KNOWN),
            (policy("10.55.0.1/32", HTTPS) + KUBERNETES + ENDPOINTS, {}),
        )
    ]
    assert [fix.title for fix in titles if fix] == [
        "select pods app=db in data on port 15432 instead",
        "select pods app=db in data instead",
        "leave out 10.50.0.0/15",
        "allow 172.18.0.2/31 on TCP 6443 instead",
    ]


def excepts(text: str, **settings: object) -> Any:
    (rule,) = rules(text, **settings)
    (peer,) = rule.get("to") or rule.get("from")
    return peer["ipBlock"]["except"]


def test_wide_blocks_leave_out_pods_and_services() -> None:
    assert excepts(policy("10.0.0.0/8"), **KNOWN) == ["10.50.0.0/15"]
    assert excepts(policy("10.0.0.0/8", excepts="10.1.0.0/16, 10.50.3.0/24"), **KNOWN) == [
        "10.1.0.0/16",
        "10.50.0.0/15",
    ]
    assert excepts(policy("0.0.0.0/0"), **KNOWN) == ["10.50.0.0/15", "169.254.169.254/32"]
    assert excepts(policy("0.0.0.0/0", ingress=True), **KNOWN) == ["10.50.0.0/15"]
    nodes = cluster(cluster_cidrs=["10.50.0.0/16"], node_cidrs=["10.9.0.0/16"])
    assert excepts(policy("10.0.0.0/8"), **nodes) == ["10.50.0.0/16"]
    assert excepts(policy("169.254.0.0/16")) == ["169.254.169.254/32"]


def test_nothing_is_left_out_where_nothing_would_be_left() -> None:
    assert findings(policy("169.254.169.254/32"))[0].fix is None


def test_a_guessed_range_is_left_out_of_nothing() -> None:
    assert findings(policy("10.0.0.0/8"))[0].fix is None
    assert findings(policy("10.77.0.0/16") + POD.replace("10.244", "10.77"))[0].fix is None


def test_the_api_server_is_allowed_by_its_endpoints() -> None:
    view = KUBERNETES + ENDPOINTS
    block = {"ipBlock": {"cidr": "172.18.0.2/31"}}
    assert rules(policy("10.55.0.1/32", "{port: 443}, {port: api}") + view) == [
        {"to": [block], "ports": [{"port": 6443}, {"port": "api"}]}
    ]
    apart = view.replace("172.18.0.3", "172.18.0.9")
    assert rules(policy("10.55.0.1/32") + apart) == [
        {"to": [{"ipBlock": {"cidr": "172.18.0.2/32"}}, {"ipBlock": {"cidr": "172.18.0.9/32"}}]}
    ]
    calico = cluster(cni="calico")
    assert rules(policy("10.55.0.1/32") + view, **calico) == [{"to": [block]}]
    right = policy("10.55.0.1/32", "{port: 6443}", peers="{podSelector: {}}")
    assert rules(right + view) == [{"to": [block, {"podSelector": {}}], "ports": [{"port": 6443}]}]
    ports = "{port: 443}, {port: 6443}"
    assert rules(policy("10.55.0.1/32", ports, peers="{podSelector: {}}") + view) == [
        {"to": [{"podSelector": {}}], "ports": [{"port": 443}, {"port": 6443}]},
        {"to": [block], "ports": [{"port": 6443}]},
    ]


@pytest.mark.parametrize(
    ("view", "settings"),
    [
        (KUBERNETES, {}),
        (KUBERNETES + ENDPOINTS, cluster(cni="cilium")),
        (KUBERNETES + ENDPOINTS.replace("6443}", "6443}, {name: more, port: 9345}"), {}),
    ],
)
def test_no_fix_where_the_endpoints_are_unknown_or_never_matched(
    view: str, settings: dict[str, object]
) -> None:
    (finding,) = findings(policy("10.55.0.1/32", HTTPS) + view, **settings)
    assert (finding.code, finding.fix) == ("NP308", None)
