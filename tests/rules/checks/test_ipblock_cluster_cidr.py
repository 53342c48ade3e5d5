"""What the examples of ipblock-cluster-cidr can't show: severities, words, places."""

from __future__ import annotations

import pytest

from netlint_rules.engine import examine
from netlint_rules.registry import all_rules
from tests.rules.builders import workspace
from tests.rules.checks.blocks import (
    EVERY_POD,
    KNOWN,
    NODE,
    POD,
    SERVICE,
    cluster,
    findings,
    policy,
    verdict,
)

DNS = "{port: 53, protocol: UDP}, {port: 53}"


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (policy("10.244.1.17/32") + POD, {}, ("NP301", "error", "certain")),
        (policy("10.244.1.17/32", ingress=True) + POD, {}, ("NP301", "error", "certain")),
        (policy("10.50.1.2/32"), KNOWN, ("NP301", "error", "certain")),
        (policy("10.50.1.2/32", ingress=True), KNOWN, ("NP301", "warning", "high")),
        (policy("10.50.1.0/24"), KNOWN, ("NP301", "warning", "certain")),
        (policy("10.50.1.0/24", ingress=True), KNOWN, ("NP301", "warning", "high")),
        (policy("10.50.1.0/24"), KNOWN | {"strict": True}, ("NP301", "error", "certain")),
        (policy("10.42.1.2/32"), {}, ("NP301", "warning", "medium")),
        (policy("10.42.1.0/24"), cluster(cni="cilium"), ("NP301", "warning", "medium")),
        (policy("10.42.0.0/16", ingress=True), {}, ("NP301", "warning", "medium")),
        (policy("10.42.0.0/16", peers=EVERY_POD), {}, ("NP301", "info", "medium")),
        (policy("10.10.0.0/16"), cluster(platform="microk8s"), None),
        (policy("10.1.0.0/16"), cluster(platform="microk8s"), ("NP301", "warning", "medium")),
        (policy("10.1.0.0/16"), {}, None),
        (policy("192.168.0.0/16"), {}, ("NP307", "info", "low")),
        (policy("192.168.0.0/17"), {}, None),
    ],
)
def test_pods(text: str, settings: dict[str, object], expected: object) -> None:
    assert verdict(text, **settings) == expected


@pytest.mark.parametrize(
    ("cni", "expected"),
    [
        ("cilium", "error"),
        ("gke-dataplane-v2", "warning"),  # a fact that nobody verified is no ground of an error
        ("calico", "warning"),
        ("flannel", "warning"),
    ],
)
def test_a_pod_range_as_destination_is_an_error_where_nothing_matches(
    cni: str, expected: str
) -> None:
    (finding,) = findings(
        policy("10.50.0.0/16"), **cluster(cluster_cidrs=["10.50.0.0/16"], cni=cni)
    )
    assert (finding.severity, finding.confidence) == (expected, "certain")


@pytest.mark.parametrize(
    "cidr",
    [
        "100.101.102.103/32",  # Tailscale and providers use 100.64.0.0/10
        "100.66.0.0/24",
        "10.128.0.9/32",  # Google Cloud's default network in us-central1
    ],
)
def test_parts_of_defaults_that_much_else_uses_are_a_guess(cidr: str) -> None:
    (finding,) = findings(policy(cidr))
    assert (finding.severity, finding.confidence) == ("info", "low")


def test_on_its_own_platform_a_default_is_doubtful_nowhere() -> None:
    assert verdict(policy("10.128.0.9/32"), **cluster(platform="openshift")) == (
        "NP301",
        "warning",
        "medium",
    )
    assert verdict(policy("100.96.0.0/11")) == ("NP301", "warning", "medium")


def test_a_range_that_nodes_share_tells_little() -> None:
    shared = cluster(cluster_cidrs=["10.9.0.0/16"], cni="aws-vpc-cni")
    assert verdict(policy("10.9.7.7/32") + NODE, **shared) == ("NP301", "info", "low")
    assert verdict(policy("10.9.7.7/32"), **shared) == ("NP301", "error", "certain")


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (policy("10.96.23.4/32", "{port: 5432}") + SERVICE, {}, ("warning", "high")),
        (policy("fd00:10:96::4/128") + SERVICE, {}, ("warning", "high")),
        (policy("10.96.23.4/32", ingress=True) + SERVICE, {}, ("warning", "high")),
        (policy("10.96.23.4/32") + SERVICE, cluster(cni="aws-vpc-cni"), ("info", "high")),
        (
            policy("10.96.23.4/32", ingress=True) + SERVICE,
            cluster(cni="aws-vpc-cni"),
            ("warning", "high"),
        ),
        (policy("10.96.23.4/32") + SERVICE, cluster(cni="calico"), ("warning", "high")),
        (policy("10.96.23.4/32", DNS) + SERVICE, {}, ("warning", "high")),
        (
            policy("10.96.23.4/32", DNS) + SERVICE.replace(": data", ": kube-system"),
            {},
            ("info", "high"),
        ),
        (policy("10.51.2.3/32"), KNOWN, ("warning", "high")),
        (policy("10.51.2.3/32", DNS), KNOWN, ("info", "high")),
        (policy("10.51.0.0/16", peers=EVERY_POD), KNOWN, ("info", "high")),
        (policy("10.96.2.3/32"), {}, ("info", "low")),
        (policy("10.96.2.3/32") + SERVICE, {}, ("warning", "high")),
        (policy("10.43.2.3/32"), cluster(platform="k3s"), ("info", "low")),
    ],
)
def test_services(text: str, settings: dict[str, object], expected: object) -> None:
    found = verdict(text, **settings)
    assert found is not None
    assert (found[0], found[1:]) == ("NP302", expected)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("info", "high")),
        (cluster(cni="calico"), ("info", "high")),
        (cluster(cni="cilium"), ("warning", "high")),
        (cluster(cni="azure-cilium"), ("warning", "high")),
    ],
)
def test_nodes(settings: dict[str, object], expected: object) -> None:
    facts = settings.get("cluster") or {}
    assert isinstance(facts, dict)
    ranges = {"cluster": facts | {"node-cidrs": ["10.9.8.0/24"]}}
    for found in (
        verdict(policy("10.9.8.7/32") + NODE, **settings),
        verdict(policy("10.9.8.16/28"), **ranges),
    ):
        assert found is not None
        assert (found[0], found[1:]) == ("NP303", expected)


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (policy("10.0.0.0/8"), KNOWN, ("NP307", "warning", "medium")),
        (policy("10.0.0.0/8", ingress=True), KNOWN, ("NP307", "warning", "medium")),
        (policy("10.0.0.0/8", peers=EVERY_POD), KNOWN, ("NP307", "info", "medium")),
        (policy("10.0.0.0/8", excepts="10.50.0.0/17"), KNOWN, ("NP307", "info", "medium")),
        (policy("10.0.0.0/8", excepts="10.50.0.0/16"), KNOWN, None),
        (policy("10.0.0.0/8"), {}, ("NP307", "info", "low")),
        (policy("10.0.0.0/8", excepts="10.244.0.0/16"), {}, None),
        (policy("172.16.0.0/12"), {}, None),
        (policy("10.240.0.0/12") + POD, {}, ("NP307", "warning", "medium")),
        (
            policy("10.77.0.0/16") + POD.replace("10.244.1.17", "10.77.1.17"),
            {},
            ("NP307", "warning", "medium"),
        ),
        (policy("10.77.1.0/24") + POD.replace("10.244.1.17", "10.77.1.17"), {}, None),
        (policy("0.0.0.0/0"), KNOWN, ("NP309", "info", "medium")),
        (policy("0.0.0.0/0", excepts="10.50.0.0/16"), KNOWN, None),
        (policy("0.0.0.0/0", excepts="203.0.113.0/24"), {}, ("NP309", "info", "low")),
        (policy("0.0.0.0/0", excepts="10.244.0.0/16"), {}, None),
        (policy("::/0"), {}, ("NP309", "info", "low")),
        (policy("::/0", excepts="fd00::/8"), {}, None),
    ],
)
def test_blocks_that_hold_pods(text: str, settings: dict[str, object], expected: object) -> None:
    assert verdict(text, **settings) == expected


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        (policy("169.254.169.254/32", "{port: 80}"), {}, ("NP304", "warning", "medium")),
        (policy("169.254.169.254/32"), cluster(platform="eks"), ("NP304", "warning", "high")),
        (policy("169.254.169.254/32"), cluster(platform="kind"), ("NP304", "info", "high")),
        (policy("169.254.169.254/32", "{port: 8080}"), cluster(platform="gke"), None),
        (policy("169.254.169.254/32", ingress=True), {}, None),
        (policy("169.254.169.254/32", "{port: 443}"), {}, None),
        (policy("169.254.0.0/16"), cluster(platform="gke"), ("NP305", "info", "high")),
        (policy("169.254.0.0/16", DNS), {}, None),
        (policy("169.254.0.0/16", "{port: 8080}"), {}, ("NP305", "info", "high")),
        (policy("169.254.0.0/16", excepts="169.254.169.254/32"), {}, ("NP305", "info", "high")),
        (policy("169.254.170.2/32"), {}, ("NP304", "warning", "medium")),
        (policy("100.100.100.200/32"), {}, ("NP304", "warning", "medium")),
        (policy("168.63.129.16/32", DNS), {}, None),
        (policy("168.63.129.16/32"), {}, ("NP304", "warning", "medium")),
        (policy("168.63.129.16/32"), cluster(platform="aks"), ("NP304", "warning", "high")),
        (policy("169.254.169.123/32"), {}, None),
        (policy("169.254.169.123/32", "{port: 123}"), {}, None),
        (policy("169.254.170.23/32"), {}, None),
        (policy("169.254.169.252/32", "{port: 988}"), {}, None),
        (policy("169.254.7.127/32", ingress=True), {}, None),
        (policy("169.254.9.0/24"), cluster(platform="openshift"), None),
        (policy("169.254.9.0/24"), {}, ("NP305", "info", "high")),
        (policy("fe80::/10", ingress=True), {}, ("NP305", "info", "high")),
        (policy("::1/128"), {}, ("NP306", "warning", "certain")),
        (policy("127.0.0.0/8"), {}, ("NP306", "warning", "certain")),
    ],
)
def test_special_addresses(text: str, settings: dict[str, object], expected: object) -> None:
    assert verdict(text, **settings) == expected


@pytest.mark.parametrize(
    ("cidr", "ranges"),
    [("10.42.0.0/16", ["10.42.0.0/16"]), ("10.42.3.4/32", ["10.42.0.0/17"])],
)
def test_external_ranges_are_not_the_clusters(cidr: str, ranges: list[str]) -> None:
    assert findings(policy(cidr) + NODE, **cluster(external_ranges=ranges)) == []


def test_external_ranges_do_not_count_as_held_by_wide_blocks() -> None:
    facts = cluster(cluster_cidrs=["10.50.0.0/16"], external_ranges=["10.50.0.0/16"])
    assert findings(policy("10.0.0.0/9"), **facts) == []


def test_rules_that_are_off_and_blocks_without_addresses_are_left_alone() -> None:
    off = policy("10.244.1.17/32").replace("[Egress]", "[Ingress]")
    assert findings(off + POD) == []
    assert findings(policy("10.244.1.0/24", excepts="10.244.1.0/24") + POD) == []


def test_what_a_patch_changes_is_not_judged() -> None:
    space = workspace(policy("127.0.0.1/32"))
    (patched,) = space.index.policies["shop"]
    rule = next(each for each in all_rules() if each.name == "ipblock-cluster-cidr")
    assert len(examine(space, [rule]).findings) == 1
    patched.document.patched = frozenset({("spec", "egress", 0, "to")})
    assert examine(space, [rule]).findings == ()


def test_usual_severities() -> None:
    rule = next(each for each in all_rules() if each.name == "ipblock-cluster-cidr")
    by_severity = {
        severity: [code.code for code in rule.codes if code.severity == severity]
        for severity in ("error", "warning", "info")
    }
    assert by_severity == {
        "error": ["NP301"],
        "warning": ["NP302", "NP304", "NP306", "NP307", "NP308"],
        "info": ["NP303", "NP305", "NP309"],
    }
