"""What ipblock-cluster-cidr says of a block: messages and places, and what is allowed beside."""

from __future__ import annotations

import pytest

from tests.rules.checks.blocks import (
    DEPLOYMENT,
    EVERY_POD,
    HTTPS,
    KNOWN,
    KUBERNETES,
    NODE,
    OTHER,
    POD,
    SERVICE,
    cluster,
    findings,
    message,
    policy,
    verdict,
)

PODS = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}, podSelector: %s}"


@pytest.mark.parametrize(
    ("peers", "ports", "severity"),
    [
        ("{matchLabels: {app: db}}", "{port: 5432}", "info"),
        ("{matchLabels: {version: v1}}", "{port: 5432}", "error"),
        ("{matchLabels: {app: web}}", "{port: 5432}", "error"),
    ],
)
def test_a_selector_beside_the_address_of_its_pod(peers: str, ports: str, severity: str) -> None:
    found = verdict(policy("10.244.1.17/32", ports, peers=PODS % peers) + POD + DEPLOYMENT)
    assert found == ("NP301", severity, "certain")


def test_a_rule_for_any_destination_beside_the_address_of_a_pod() -> None:
    for port, severity in (("5432", "info"), ("80", "error")):
        text = policy("10.244.1.17/32", "{port: 5432}", rules=f"{{ports: [{{port: {port}}}]}}")
        assert verdict(text + POD) == ("NP301", severity, "certain")


def test_some_namespaces_are_not_every_pod() -> None:
    some = policy("10.42.0.0/16", peers="{namespaceSelector: {matchLabels: {team: a}}}")
    assert verdict(some) == ("NP301", "warning", "medium")


@pytest.mark.parametrize("ports", ["", "{port: 15432}", "{port: 15432}, {port: 9999}"])
def test_selectors_on_some_ports_do_not_stand_for_others(ports: str) -> None:
    rule = f"{{to: [{PODS % '{matchLabels: {app: db}}'}], ports: [{{port: 1}}, {{port: web}}]}}"
    odd = SERVICE.replace("name: admin,", "name: admin, protocol: QUIC,")
    assert verdict(policy("10.96.23.4/32", ports, rules=rule) + odd) == ("NP302", "warning", "high")
    only_services = rule.replace("port: 1}", "port: 15432}")
    found = verdict(policy("10.96.23.4/32", rules=only_services) + SERVICE)
    assert found == ("NP302", "warning", "high")


def test_what_allows_the_same_must_do_so_for_all_ports_and_pods() -> None:
    rule = f"{{to: [{PODS % '{matchLabels: {app: db}}'}], ports: [{{port: 15432}}]}}"
    text = SERVICE + policy("10.96.23.4/32", "{port: 5432}", rules=rule)
    assert verdict(text) == ("NP302", "info", "high")
    assert verdict(text.replace("[{port: 15432}]", "[{port: 5432}]")) == (
        "NP302",
        "warning",
        "high",
    )
    web = policy("10.96.23.4/32", "{port: 80}", rules=rule.replace("15432", "web"))
    assert verdict(SERVICE + web) == ("NP302", "info", "high")
    alone = SERVICE + policy("10.96.23.4/32", "{port: 5432}")
    assert verdict(alone + OTHER % ("{}", rule)) == ("NP302", "info", "high")
    other = OTHER % ("{matchLabels: {app: api, tier: x}}", rule)
    assert verdict(alone + other) == ("NP302", "warning", "high")
    own = OTHER % ("{}", "{to: [{podSelector: {matchLabels: {app: db}}}]}")
    assert verdict(alone + own) == ("NP302", "warning", "high")
    assert verdict(alone.replace("namespace: data", "namespace: shop") + own) == (
        "NP302",
        "info",
        "high",
    )
    broken = own.replace("  egress:", "  wrong: 1\n  egress:")
    assert verdict(alone.replace("namespace: data", "namespace: shop") + broken) == (
        "NP302",
        "warning",
        "high",
    )


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (
            policy("10.244.1.17/32") + POD,
            cluster(cni="calico"),
            "10.244.1.17 is pod db-0 in data: pod addresses change with every restart",
        ),
        (
            policy("10.244.1.17/32") + POD,
            cluster(cni="cilium"),
            (
                "10.244.1.17 is pod db-0 in data: "
                "Cilium never matches pods by ipBlock, so nothing is allowed"
            ),
        ),
        (
            policy("10.50.4.0/24"),
            KNOWN | cluster(cluster_cidrs=["10.50.0.0/16"], cni="calico"),
            (
                "10.50.4.0/24 is in 10.50.0.0/16, the pod range: "
                "Calico matches pods by ipBlock, other network plugins don't"
            ),
        ),
        (
            policy("10.42.9.0/24", excepts="10.42.9.0/32"),
            {},
            (
                "10.42.9.0/24 is in 10.42.0.0/16, the default pod range of k3s and RKE2: "
                "an ipBlock matches pods on some network plugins only"
            ),
        ),
        (
            policy("10.42.0.0/24", peers=EVERY_POD),
            {},
            (
                "10.42.0.0/24 is in 10.42.0.0/16, the default pod range of k3s and RKE2: "
                "selectors allow every pod already"
            ),
        ),
        (
            policy("10.9.8.7/32") + NODE,
            {},
            "10.9.8.7 is node worker-1: right for what runs on nodes, until nodes are replaced",
        ),
        (
            policy("10.9.8.7/32") + NODE,
            cluster(cni="azure-cilium"),
            (
                "10.9.8.7 is node worker-1: Azure CNI powered by Cilium "
                "never matches nodes by ipBlock by default, so nothing is allowed"
            ),
        ),
        (
            policy("10.9.8.7/32") + NODE,
            cluster(cni="calico"),
            "10.9.8.7 is node worker-1: right for what runs on nodes, until nodes are replaced",
        ),
        (
            policy("10.51.0.10/32", "{port: 53}"),
            KNOWN,
            (
                "10.51.0.10 is in 10.51.0.0/16, the Service range: "
                "matched only where a DNS cache on the node answers there"
            ),
        ),
        (
            policy("10.96.23.4/32", "{port: 53}") + SERVICE,
            {},
            (
                "10.96.23.4 is Service db in data: "
                "most network plugins see the pods' addresses instead, so nothing is allowed"
            ),
        ),
        (
            policy("10.51.0.10/32", "{port: 80}"),
            KNOWN,
            (
                "10.51.0.10 is in 10.51.0.0/16, the Service range: "
                "most network plugins see the pods' addresses instead, so nothing is allowed"
            ),
        ),
        (
            policy("10.96.23.4/32", ingress=True) + SERVICE,
            {},
            (
                "10.96.23.4 is Service db in data: "
                "no connection comes from a Service's address, so nothing is allowed"
            ),
        ),
        (
            policy("10.96.23.4/32") + SERVICE,
            cluster(cni="aws-vpc-cni"),
            "10.96.23.4 is Service db in data: AWS VPC CNI matches it, other network plugins don't",
        ),
        (
            policy("10.96.23.4/32") + SERVICE,
            cluster(cni="calico"),
            (
                "10.96.23.4 is Service db in data: "
                "Calico sees the pods' addresses instead, so nothing is allowed"
            ),
        ),
        (
            policy("10.0.0.0/8", ingress=True),
            cluster(cluster_cidrs=["10.50.0.0/16"], cni="calico"),
            "10.0.0.0/8 holds the pod range 10.50.0.0/16: with Calico it lets in every pod too",
        ),
        (
            policy("10.0.0.0/8"),
            cluster(cluster_cidrs=["10.50.0.0/16"], cni="cilium"),
            (
                "10.0.0.0/8 holds the pod range 10.50.0.0/16: "
                "Cilium never matches pods by ipBlock, other network plugins do"
            ),
        ),
        (
            policy("10.77.0.0/16") + POD.replace("10.244.1.17", "10.77.1.17"),
            {},
            (
                "10.77.0.0/16 holds the addresses of pods in view: "
                "with most network plugins it reaches every pod too, with Cilium no pod"
            ),
        ),
        (
            policy("10.55.0.1/32", HTTPS),
            cluster(service_cidrs=["10.55.0.0/16"], cni="calico"),
            (
                "pods app=api in shop can't reach the API server: "
                "Calico sees its endpoints, not its Service address 10.55.0.1"
            ),
        ),
        (
            policy("169.254.169.254/32", subject="{}"),
            {},
            "all pods in shop can get credentials from the cloud metadata server, 169.254.169.254",
        ),
        (
            policy("169.254.169.254/32", subject=f"{{matchLabels: {{app: {'x' * 60}}}}}"),
            {},
            (
                "pods of api in shop can get credentials from the cloud metadata server, "
                "169.254.169.254"
            ),
        ),
        (
            policy("10.42.0.0/30", excepts="10.42.0.0/31, 10.42.0.3/32"),
            {},
            (
                "10.42.0.2 is in 10.42.0.0/16, the default pod range of k3s and RKE2: "
                "matched by some network plugins only, and pod addresses change with every restart"
            ),
        ),
    ],
)
def test_messages(text: str, settings: dict[str, object], expected: str) -> None:
    assert message(text, **settings) == expected


def test_places() -> None:
    (finding,) = findings(policy("10.96.23.4/32") + SERVICE)
    assert finding.primary.api_path == "spec.egress[0].to[0].ipBlock.cidr"
    assert finding.primary.note == "names a Service by address"
    (place,) = finding.related
    assert (place.document.kind, place.api_path) == ("Service", "spec.clusterIP")
    assert place.note == "answers at this address"
    (finding,) = findings(policy("10.0.0.0/8") + NODE)
    (place,) = finding.related
    assert (place.document.kind, place.api_path) == ("Node", "spec.podCIDRs[0]")
    (finding,) = findings(policy("10.55.0.1/32", HTTPS) + KUBERNETES)
    assert [place.document.name for place in finding.related] == ["kubernetes"]
