"""Grants of DNS that miss the servers: why, and what a named port of theirs stands for."""

from __future__ import annotations

import pytest

from netlint_rules.examples.dns_egress import BOTH, KUBE_DNS, policy, together
from tests.rules.builders import configuration, lint

SERVERS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: kube-system}
spec:
  podSelector: {matchLabels: {k8s-app: kube-dns}}
  ingress:
  - from: [{namespaceSelector: {}}]
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
"""
HOST = """apiVersion: apps/v1
kind: DaemonSet
metadata: {name: NAME, namespace: kube-system}
spec: {template: {metadata: {labels: {app: NAME}}, spec: {hostNetwork: true, dnsPolicy: POLICY}}}
"""
CACHE = HOST.replace("NAME", "node-local-dns").replace("POLICY", "Default")
AGENT = HOST.replace("NAME", "agent").replace("POLICY", "ClusterFirstWithHostNet")


@pytest.mark.parametrize(
    ("peer", "note"),
    [
        ("podSelector: {matchLabels: {k8s-app: kube-dns}}", "selects pods of shop only"),
        (
            "namespaceSelector: {matchLabels: {name: kube-system}}",
            "matches no namespace of DNS servers: theirs doesn't have name=kube-system",
        ),
    ],
)
def test_a_peer_that_misses_the_servers_says_why(peer: str, note: str) -> None:
    text = together(
        policy(f"- to: [{{{peer}}}]" + BOTH),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n",
    )
    (finding,) = lint(text, "dns-egress")
    assert (finding.name, finding.primary.note) == ("dns-wrong-peer", note)


def test_the_port_named_dns_is_udp() -> None:
    (finding,) = lint(
        policy(KUBE_DNS + "\n  ports: [{port: dns}, {port: dns, protocol: UDP}]"), "dns-egress"
    )
    assert finding.name == "dns-udp-only"
    assert finding.fix is not None
    assert finding.fix.patch[0]["value"] == {"protocol": "TCP", "port": 53}


@pytest.mark.parametrize(("host", "name"), [(CACHE, "node-local-dns"), (AGENT, "agent")])
def test_servers_that_admit_pods_alone_are_closed_to_nodes(host: str, name: str) -> None:
    (finding,) = lint(together(SERVERS, host), "dns-egress")
    assert finding.message == (
        f"DaemonSet {name} can't resolve names: no policy in the files given admits nodes, where "
        "it runs, to pods k8s-app=kube-dns in kube-system"
    )


@pytest.mark.parametrize("host", [CACHE, AGENT])
@pytest.mark.parametrize(
    ("servers", "settings"),
    [
        (SERVERS.replace("from: [{namespaceSelector: {}}]\n    ports", "ports"), {}),
        (SERVERS.replace("{namespaceSelector: {}}", "{ipBlock: {cidr: 10.0.0.0/8}}"), {}),
        (SERVERS, {"cluster": {"cni": "ovn-kubernetes"}}),
    ],
)
def test_servers_that_admit_nodes(host: str, servers: str, settings: dict[str, object]) -> None:
    assert lint(together(servers, host), "dns-egress", config=configuration(**settings)) == []


def test_nodes_that_ask_others_need_not_be_admitted() -> None:
    text = together(SERVERS, AGENT.replace("ClusterFirstWithHostNet", "Default"))
    assert lint(text, "dns-egress") == []


def test_a_server_behind_a_cache_asks_others_itself() -> None:
    own = policy("- to: [{ipBlock: {cidr: 203.0.113.53/32}}]" + BOTH).replace("shop", "kube-system")
    text = own.replace("app: api", "k8s-app: kube-dns")
    assert lint(together(text, CACHE), "dns-egress") == []
