"""Where DNS servers are, what reaches them, and what only looks as if it did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netlint_rules.engine import examine
from netlint_rules.examples.dns_egress import BOTH, DB, DENY_ALL, KUBE_DNS, pod, policy, together
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.registry import all_rules
from tests.rules.builders import configuration, lint, workspace

ANYWHERE_443 = "- ports: [{port: 443}]"


def findings(text: str, **settings: Any) -> list[Finding]:
    return lint(text, "dns-egress", config=configuration(**settings))


def names(text: str, **settings: Any) -> list[str]:
    return [finding.name for finding in findings(text, **settings)]


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  selector: {k8s-app: kube-dns}
  clusterIP: 10.1.2.3
  ports: [{name: dns, protocol: UDP, port: 53, targetPort: 1053}]
"""


def test_the_service_tells_the_pods_port_and_its_own_address() -> None:
    assert names(together(SERVICE, policy(KUBE_DNS + BOTH))) == ["dns-wrong-port"]
    assert names(together(SERVICE, policy(KUBE_DNS + BOTH.replace("53", "1053")))) == []
    by_address = policy("- to: [{ipBlock: {cidr: 10.1.2.3/32}}]" + BOTH)
    assert names(together(SERVICE, by_address)) == ["dns-service-ip"]


def test_a_cache_on_the_nodes_is_seen() -> None:
    daemons = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-local-dns, namespace: kube-system}
spec: {template: {metadata: {labels: {k8s-app: node-local-dns}}, spec: {hostNetwork: true}}}
"""
    (finding,) = findings(together(daemons, policy(KUBE_DNS + BOTH)))
    assert finding.name == "dns-wrong-peer"
    assert finding.message.endswith("not to 169.254.20.10, which answers DNS on this cluster")
    cache = policy("- to: [{ipBlock: {cidr: 169.254.20.10/32}}]" + BOTH)
    assert names(together(daemons, cache)) == []
    through_service = policy("- to: [{ipBlock: {cidr: 10.96.0.10/32}}]" + BOTH)
    assert names(together(daemons, through_service)) == []


@pytest.mark.parametrize(
    ("peers", "expected"),
    [
        ("[{ipBlock: {cidr: 169.254.25.10/32}}]", []),
        ("[{ipBlock: {cidr: 10.0.0.0/8}}]", []),
        ("[{ipBlock: {cidr: 10.96.0.0/24}}]", ["dns-custom-resolver"]),
        ("[{ipBlock: {cidr: 10.96.0.10/32}}]", ["dns-service-ip"]),
        (
            (
                "[{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,"
                " 100.64.0.0/10, 34.118.224.0/20]}}]"
            ),
            ["dns-custom-resolver"],
        ),
        ("[{ipBlock: {cidr: 169.254.0.0/16, except: [169.254.169.254/32]}}]", []),
        ("[{namespaceSelector: {matchLabels: {team: dns}}}]", []),
        ("[{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]", []),
        (
            "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dns}}}]",
            ["dns-custom-resolver"],
        ),
        ("[{podSelector: {}}]", ["dns-custom-resolver"]),
    ],
)
def test_recognised_peers(peers: str, expected: list[str]) -> None:
    assert names(policy(f"- to: {peers}" + BOTH)) == expected


def test_several_rules_may_grant_together() -> None:
    udp = KUBE_DNS + "\n  ports: [{protocol: UDP, port: 53}]\n"
    tcp = KUBE_DNS + "\n  ports: [{port: 53}]"
    assert names(policy(udp + tcp)) == []
    # Of the pods that only the second policy selects, netlint can't know whether there are any.
    assert names(together(policy(udp), policy(tcp, name="more", subject="{}"))) == ["dns-unknown"]


def test_a_policy_that_the_server_refuses_grants_nothing_for_sure() -> None:
    broken = policy(KUBE_DNS + BOTH, name="dns", subject="{}") + "  extra: 1\n"
    assert names(together(policy(DB), broken)) == []  # the refusal is reported, once mended…
    assert names(together(policy(DB), broken.replace("  extra: 1\n", ""))) == []
    assert names(policy(DB) + "  extra: 1\n") == []


def test_port_53_to_everywhere_can_be_made_a_warning() -> None:
    text = policy("- ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]")
    (finding,) = findings(text)
    assert finding.severity is Severity.INFO
    (finding,) = findings(text, options={"dns-egress.exfil": "strict"})
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("ports", "closed"),
    [
        ("[{protocol: UDP, port: 53}]", "TCP 53"),
        ("[{port: 9153}]", "TCP and UDP 53"),
        ("[{protocol: UDP, port: dns}, {port: dns-tcp}]", ""),
        ("[{protocol: UDP, port: 53}, {port: 53}]", ""),
    ],
)
def test_servers_that_are_closed(ports: str, closed: str) -> None:
    text = f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: dns, namespace: kube-system}}
spec:
  podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}
  ingress: [{{ports: {ports}}}]
"""
    found = findings(text)
    assert [closed in finding.message for finding in found] == ([True] if closed else [])
    for finding in found:
        assert finding.severity is Severity.WARNING


def test_nameservers_of_the_pods_own() -> None:
    own = pod("dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.53, 10.0.0.54]}")
    first = policy("- to: [{ipBlock: {cidr: 10.0.0.53/32}}]" + BOTH)
    assert findings(together(first, own), complete=True) == []
    second = policy("- to: [{ipBlock: {cidr: 10.0.0.54/31}}]" + BOTH)
    (finding,) = findings(together(second, own), complete=True)
    assert finding.message.endswith(
        "wait long for every name: no policy allows port 53 of their nameserver 10.0.0.53"
    )
    neither = policy("- to: [{ipBlock: {cidr: 10.0.0.0/30}}]" + BOTH)
    (finding,) = findings(together(neither, own), complete=True)
    assert finding.message.endswith(
        "can't resolve names: no policy allows port 53 of their nameserver 10.0.0.53, 10.0.0.54"
    )
    assert names(together(DENY_ALL, own), complete=True) == []


def test_pods_that_ask_their_nodes_resolver() -> None:
    asks_node = pod("dnsPolicy: Default")
    (finding,) = findings(together(policy(DB), asks_node), complete=True)
    assert (finding.name, finding.severity) == ("dns-unknown", Severity.INFO)
    outside = policy("- to: [{ipBlock: {cidr: 0.0.0.0/0}}]\n  ports: [{protocol: UDP, port: 53}]")
    assert names(together(outside, asks_node), complete=True, ignore=["NP107"]) == [
        "dns-to-everywhere"
    ]


def test_literal_addresses_need_no_names_even_where_everything_is_in_view() -> None:
    text = policy("- to: [{ipBlock: {cidr: 203.0.113.7/32}}]")
    assert [f.severity for f in findings(text, complete=True)] == [Severity.INFO]
    api_server = policy("- ports: [{port: 6443}]")
    assert [f.severity for f in findings(api_server)] == [Severity.INFO]


def test_a_plugin_that_enforces_nothing_cuts_nothing_off() -> None:
    assert names(policy(DB), cluster={"cni": "flannel"}) == []
    assert names(policy(DB), cluster={"cni": "calico"}) == ["dns-missing"]


def test_facts_that_nobody_checked_are_no_ground_for_an_error() -> None:
    text = policy("- to: [{ipBlock: {cidr: 198.51.100.53/32}}]" + BOTH)
    settings: dict[str, Any] = {"complete": True, "cluster": {"dns-profile": "gke-nodelocal"}}
    (finding,) = findings(text, **settings)
    assert (finding.name, finding.severity) == ("dns-wrong-peer", Severity.WARNING)


def test_a_guess_about_an_unnamed_namespace_is_a_weak_one() -> None:
    text = policy("- to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}]" + BOTH)
    (finding,) = findings(text.replace(", namespace: shop", ""))
    assert (finding.severity, finding.confidence) == (Severity.WARNING, Confidence.MEDIUM)


def test_who_is_denied_everything_where_others_are_not() -> None:
    text = together(DENY_ALL, policy(KUBE_DNS + BOTH), pod("containers: []", name="db"))
    (finding,) = findings(text)
    assert finding.message == (
        "every pod in shop that no other policy selects can't open any connection, DNS included"
    )


def test_the_known_pod_range_decides_whom_a_block_reaches() -> None:
    text = policy("- to: [{ipBlock: {cidr: 10.0.0.0/8}}]" + BOTH)
    inside: dict[str, Any] = {"cluster-cidrs": ["10.244.0.0/16"], "dns-profile": "coredns"}
    outside = {**inside, "cluster-cidrs": ["192.168.0.0/16"]}
    assert names(text, cluster=inside) == []
    assert names(text, cluster=outside) == ["dns-wrong-peer"]


def test_the_service_tells_the_labels_of_its_pods() -> None:
    service = SERVICE.replace("k8s-app: kube-dns", "app: my-dns").replace("1053", "53")
    assert names(together(service, policy(KUBE_DNS + BOTH))) == ["dns-wrong-peer"]
    assert (
        names(
            together(service, policy(KUBE_DNS.replace("k8s-app: kube-dns", "app: my-dns") + BOTH))
        )
        == []
    )


def test_openshift_is_seen_by_its_namespace() -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: openshift-dns}\n"
    (finding,) = findings(
        together(namespace, policy("- ports: [{protocol: UDP, port: 53}, {port: 53}, {port: 443}]"))
    )
    assert (finding.name, finding.primary.api_path) == ("dns-wrong-port", "spec.egress[0].ports[0]")
    assert finding.fix is not None
    assert finding.fix.patch[0]["value"] == 5353


def test_a_resolver_of_ones_own_needs_both_protocols_too() -> None:
    text = policy(
        "- to: [{ipBlock: {cidr: 198.51.100.53/32}}]\n  ports: [{protocol: UDP, port: 53}]"
    )
    assert names(text) == ["dns-udp-only"]
    assert names(text.replace("UDP", "TCP")) == ["dns-tcp-only"]


@pytest.mark.parametrize(
    ("peers", "admitted"),
    [
        ("[{namespaceSelector: {}}]", True),
        ("[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]", True),
        ("[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bank}}}]", False),
        ("[{podSelector: {}}]", False),
        ("[{ipBlock: {cidr: 10.0.0.0/8}}]", True),
    ],
)
def test_servers_that_shut_a_namespace_out(peers: str, admitted: bool) -> None:
    text = f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: dns, namespace: kube-system}}
spec:
  podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}
  ingress: [{{from: {peers}, ports: [{{protocol: UDP, port: 53}}, {{port: 53}}]}}]
"""
    found = findings(together(text, pod("containers: []")))
    assert [
        finding.message.startswith("pods of shop can't resolve names: ") for finding in found
    ] == ([] if admitted else [True])


def test_other_rules_to_everywhere_leave_nothing_to_tunnel() -> None:
    dns = "- ports: [{protocol: UDP, port: 53}, {port: 53}]\n"
    assert names(policy(dns)) == ["dns-to-everywhere"]
    assert names(policy(dns + ANYWHERE_443)) == []
    server = policy(dns, namespace="kube-system", subject="{matchLabels: {k8s-app: kube-dns}}")
    assert names(server) == []


def test_a_policy_that_a_patch_changes_makes_no_claim() -> None:
    space = workspace(policy(DB))
    for changed, expected in (("spec", []), ("metadata", ["NP101"])):
        document = space.index.policies["shop"][0].document
        document.patched = frozenset({(changed,)})
        fresh = replace(space, _isolations={}, _derived={})
        rules = [rule for rule in all_rules() if rule.name == "dns-egress"]
        assert [finding.code for finding in examine(fresh, rules).findings] == expected


def test_the_fix_takes_a_name_that_is_free() -> None:
    web = policy(DB, name="allow-dns", subject="{matchLabels: {app: web}}")
    (finding,) = findings(together(DENY_ALL, policy(DB), web))
    assert finding.fix is not None
    assert finding.fix.creates is not None
    assert finding.fix.creates["metadata"] == {"name": "allow-dns-2", "namespace": "shop"}


def test_a_range_is_completed_by_the_port_alone() -> None:
    text = policy(KUBE_DNS + "\n  ports: [{protocol: UDP, port: 50, endPort: 60}]")
    (finding,) = findings(text)
    assert finding.fix is not None
    (operation,) = finding.fix.patch
    assert operation["value"] == {"protocol": "TCP", "port": 53}
