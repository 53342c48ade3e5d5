"""Where the ranges of a cluster are known from, and which defaults are still possible then."""

from __future__ import annotations

import pytest

from netlint_rules.discovery import Evidence, Kind, parse
from netlint_rules.ranges import ClusterRanges, RangesOf
from tests.rules.builders import configuration, workspace

NODE = """
apiVersion: v1
kind: Node
metadata: {{name: {0}}}
spec: {{podCIDR: {1}, podCIDRs: [{1}]}}
status:
  addresses: [{{type: InternalIP, address: 192.168.7.{2}}}, {{type: Hostname, address: n}}]
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: p, namespace: shop}}
spec: {{hostNetwork: {host}}}
status: {{phase: {phase}, podIP: {ip}, podIPs: [{{ip: {ip}}}, {{ip: "fd00:1::5"}}]}}
---
"""


def ranges(text: str, **settings: object) -> ClusterRanges:
    space = workspace(text or "kind: List\napiVersion: v1", configuration(**settings))
    return space.derived(RangesOf(space.config.cluster, space.facts))


def known(found: ClusterRanges, kind: Kind) -> set[str]:
    return {
        prefix
        for each in found.ranges
        if each.kind is kind and each.evidence is Evidence.KNOWN
        for prefix in each.addresses.prefixes()
    }


def defaults(found: ClusterRanges, kind: Kind) -> set[str]:
    return {
        str(each.addresses)
        for each in found.ranges
        if each.kind is kind and each.evidence is Evidence.DEFAULT
    }


@pytest.mark.parametrize(
    ("text", "pods", "services"),
    [
        (
            (
                "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: k}\n"
                'spec: {cidrs: [10.7.0.0/16, "fd07::/112"]}'
            ),
            set(),
            {"10.7.0.0/16", "fd07::/112"},
        ),
        (
            (
                "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {name: k}\n"
                "spec: {cidr: 10.7.0.0/16, allowedUses: [Workload, Tunnel]}"
            ),
            {"10.7.0.0/16"},
            set(),
        ),
        (
            (
                "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: k}\n"
                "spec: {cidr: 10.7.0.0/16, disabled: true}"
            ),
            set(),
            set(),
        ),
        (
            (
                "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: k}\n"
                "spec: {cidr: 10.7.0.0/16, allowedUses: [LoadBalancer]}"
            ),
            set(),
            set(),
        ),
        (
            (
                "apiVersion: whereabouts.cni.cncf.io/v1alpha1\nkind: IPPool\nmetadata: {name: k}\n"
                "spec: {cidr: 10.7.0.0/16}"
            ),
            set(),
            set(),
        ),
        (
            (
                "apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\n"
                "spec: {calicoNetwork: {ipPools: [{cidr: 10.7.0.0/16}, {cidr: 10.8.0.0/16}]}}"
            ),
            {"10.7.0.0/16", "10.8.0.0/16"},
            set(),
        ),
        (
            (
                "apiVersion: cilium.io/v2\nkind: CiliumNode\nmetadata: {name: n}\n"
                "spec: {ipam: {podCIDRs: [10.7.1.0/24], pools: {allocated: "
                "[{pool: a, cidrs: [10.8.1.0/27]}]}}, addresses: [{type: InternalIP, ip: 10.9.9.9},"
                " {type: CiliumInternalIP, ip: 10.7.1.1}]}"
            ),
            {"10.7.1.0/24", "10.8.1.0/27"},
            set(),
        ),
        (
            (
                "apiVersion: cilium.io/v2alpha1\nkind: CiliumPodIPPool\nmetadata: {name: a}\n"
                'spec: {ipv4: {cidrs: [10.7.0.0/16], maskSize: 27}, ipv6: {cidrs: ["fd07::/104"]}}'
            ),
            {"10.7.0.0/16", "fd07::/104"},
            set(),
        ),
        (
            (
                "apiVersion: config.openshift.io/v1\nkind: Network\nmetadata: {name: cluster}\n"
                "spec: {clusterNetwork: [{cidr: 10.7.0.0/16}]}\n"
                "status: {serviceNetwork: [10.8.0.0/16]}"
            ),
            {"10.7.0.0/16"},
            {"10.8.0.0/16"},
        ),
        (
            (
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
                'networking: {podSubnet: "10.7.0.0/16, fd07::/48", serviceSubnet: 10.8.0.0/16}'
            ),
            {"10.7.0.0/16", "fd07::/48"},
            {"10.8.0.0/16"},
        ),
        (
            (
                "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n"
                "networking: {podSubnet: 10.7.0.0/16}"
            ),
            {"10.7.0.0/16"},
            {"10.96.0.0/16"},
        ),
        (
            "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnetworking: {ipFamily: ipv6}",
            {"fd00:10:244::/56"},
            {"fd00:10:96::/112"},
        ),
        (
            (
                "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c}\n"
                "networking: {podSubnet: 10.7.0.0/16}"
            ),
            set(),
            set(),
        ),
        (
            NODE.format("a", "10.7.0.0/24", 1) + NODE.format("b", "10.7.1.0/24", 2),
            {"10.7.0.0/23"},
            set(),
        ),
        (NODE.format("a", "none", 1), set(), set()),
        (POD.format(host="false", phase="Running", ip="10.244.1.5"), {"10.244.0.0/16"}, set()),
        (POD.format(host="true", phase="Running", ip="10.244.1.5"), set(), set()),
        (POD.format(host="false", phase="Succeeded", ip="10.244.1.5"), set(), set()),
    ],
)
def test_ranges_from_objects(text: str, pods: set[str], services: set[str]) -> None:
    found = ranges(text)
    assert (known(found, Kind.POD), known(found, Kind.SERVICE)) == (pods, services)


def test_nodes_are_found_by_the_addresses_of_their_hosts() -> None:
    cilium = (
        "apiVersion: cilium.io/v2\nkind: CiliumNode\nmetadata: {name: n}\nspec: {addresses: "
        "[{type: InternalIP, ip: 10.9.9.9}, {type: CiliumInternalIP, ip: 10.7.1.1}, 7]}\n---\n"
    )
    found = ranges(cilium + NODE.format("a", "10.7.1.0/24", 1))
    nodes = {str(address) for address, owner in found.owners.items() if owner.kind is Kind.NODE}
    assert nodes == {"10.9.9.9/32", "192.168.7.1/32"}


def test_a_known_range_refutes_the_defaults_of_its_family_only() -> None:
    found = ranges("", cluster={"cluster-cidrs": ["10.7.0.0/16"]})
    assert defaults(found, Kind.POD) == set()
    assert "10.43.0.0/16" in defaults(found, Kind.SERVICE)
    six = ranges("", cluster={"cluster-cidrs": ["fd07::/48"]})
    assert "10.42.0.0/16" in defaults(six, Kind.POD)


def test_the_part_of_a_range_that_is_seen_refutes_or_confirms_defaults() -> None:
    found = ranges(NODE.format("a", "10.42.3.0/24", 1))
    assert defaults(found, Kind.POD) == set()
    assert known(found, Kind.POD) == {"10.42.3.0/24", "10.42.0.0/16"}
    confirmed = next(each for each in found.ranges if each.kind is Kind.POD)
    assert (confirmed.title, confirmed.is_whole) == ("the pod range", True)
    assert confirmed.origin is not None


def test_a_default_too_common_to_tell_anything_is_never_confirmed() -> None:
    found = ranges(POD.format(host="false", phase="Running", ip="192.168.1.5"))
    pods = {str(each.addresses): each.evidence for each in found.ranges if each.kind is Kind.POD}
    assert pods["192.168.0.0/16"] is Evidence.EQUAL
    assert "10.0.0.0/8" not in pods


@pytest.mark.parametrize(
    ("platform", "there", "not_there"),
    [
        ("", {"10.42.0.0/16", "10.244.0.0/16", "10.128.0.0/14"}, {"10.1.0.0/16"}),
        ("unknown", {"10.42.0.0/16", "10.244.0.0/16"}, {"10.1.0.0/16"}),
        ("k3s", {"10.42.0.0/16", "10.244.0.0/16"}, {"10.128.0.0/14"}),
        ("talos", {"fc00:db8:10::/56", "10.244.0.0/16"}, {"10.42.0.0/16"}),
        ("aks-kubenet", {"10.244.0.0/16"}, {"10.42.0.0/16"}),
        ("microk8s", {"10.1.0.0/16"}, {"10.42.0.0/16", "10.128.0.0/14"}),
    ],
)
def test_the_platform_decides_between_defaults(
    platform: str, there: set[str], not_there: set[str]
) -> None:
    found = defaults(ranges("", cluster={"platform": platform} if platform else {}), Kind.POD)
    assert there <= found
    assert found.isdisjoint(not_there)


def test_the_platform_rules_out_common_defaults_of_others() -> None:
    for platform, expected in (("gke", True), ("k3s", False)):
        found = ranges("", cluster={"platform": platform})
        assert any(each.addresses == parse(["10.4.0.0/14"]) for each in found.ranges) is expected


def test_titles_name_the_users_of_a_default() -> None:
    titles = {str(each.addresses): each.title for each in ranges("").ranges}
    assert titles["10.244.0.0/16"] == "the default pod range of flannel, kind and minikube"
    assert titles["172.30.0.0/16"] == "the default Service range of OpenShift"


def test_ranges_in_pieces_are_shown_in_part() -> None:
    cidrs = [f"10.{number}.0.0/16" for number in (7, 9, 11)]
    nodes = "".join(NODE.format(cidr[3:5], cidr, at) for at, cidr in enumerate(cidrs, 1))
    (found, *_) = ranges(nodes).ranges
    assert str(found) == "the pod range 10.7.0.0/16, 10.9.0.0/16 and more"


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ("", {"cluster": {"service-cidrs": ["10.7.0.0/16"]}}, {"10.7.0.1/32": ""}),
        ("", {"cluster": {"service-cidrs": ["10.7.0.9/32"]}}, {"10.7.0.9/32": ""}),
        (
            (
                "apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes, namespace: default}\n"
                "spec: {clusterIP: 10.9.0.1}"
            ),
            {},
            {"10.9.0.1/32": ""},
        ),
        (
            (
                "apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes, namespace: shop}\n"
                "spec: {clusterIP: 10.9.0.1}"
            ),
            {"cluster": {"platform": "k3s"}},
            {"10.43.0.1/32": "k3s, RKE2"},
        ),
    ],
)
def test_the_api_servers_addresses(
    text: str, settings: dict[str, object], expected: dict[str, str]
) -> None:
    servers = ranges(text, **settings).api_servers
    ours = {str(each): name for each, name in servers.items() if each.families == {4}}
    assert expected.items() <= ours.items()
    assert ours.items() <= {*expected.items(), ("100.64.0.1/32", "kOps")}


def test_addresses_and_networks_as_one_set() -> None:
    found = parse(["10.0.0.1", "10.0.0.2/31", "fd00::1", "nonsense", "None", ""])
    assert found.prefixes() == ("10.0.0.1/32", "10.0.0.2/31", "fd00::1/128")
    assert not parse([])
