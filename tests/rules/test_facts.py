"""The facts that ship: sound in themselves, and held against real manifests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from netlint_rules.facts import CustomWorkload, Facts, Operator
from netlint_rules.facts.columns import required, row_problems
from netlint_rules.facts.loading import ROW_TYPES, row_type, shipped

DATA = Path(str(files("netlint_rules.facts"))) / "data"
TABLES = sorted(ROW_TYPES)
FACTS = Facts()


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping inside a JSON value, itself included."""
    if isinstance(value, Mapping):
        yield value
    children = value.values() if isinstance(value, Mapping) else value
    for child in children if not isinstance(children, str | int) else ():
        yield from mappings(child)


# What ships


def test_every_data_file_is_a_table() -> None:
    assert sorted(path.stem for path in DATA.glob("*.json")) == TABLES


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_one_line(table: str) -> None:
    first, *lines, last = (DATA / f"{table}.json").read_text(encoding="utf-8").splitlines()
    assert (first, last) == ("[", "]")
    assert [json.loads(line.removesuffix(",")) for line in lines] == shipped(table)


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_sound(table: str) -> None:
    rows = shipped(table)
    assert rows
    for row in rows:
        assert list(row_problems(row_type(table), row)) == [], row["id"]
        assert set(required(row_type(table))) <= set(row), row["id"]
        assert str(row["source"]).strip(), row["id"]
    assert all(type(row) is row_type(table) for row in FACTS.rows(table))


@pytest.mark.parametrize("table", TABLES)
def test_ids_are_unique(table: str) -> None:
    ids = [row.id for row in FACTS.rows(table)]
    assert len(set(ids)) == len(ids)


def test_no_two_ranges_say_the_same() -> None:
    said = [(row.distribution, row.kind, row.cidr) for row in FACTS.cluster_ranges]
    assert len(set(said)) == len(said)
    assert not [row.id for row in FACTS.cluster_ranges if row.distinctive and row.exact_only]


def test_cidrs_and_ports() -> None:
    found = [each for table in TABLES for each in mappings(shipped(table))]
    cidrs = [each["cidr"] for each in found if "cidr" in each]
    assert all(str(ip_network(cidr)) == cidr for cidr in cidrs)
    addresses = [each["address"] for each in found if "address" in each]
    assert all(str(ip_address(address)) == address for address in addresses)
    assert len(cidrs) > 70
    assert len(addresses) > 20


def test_service_addresses_are_where_the_distribution_puts_them() -> None:
    services = [ip_network(row.cidr) for row in FACTS.cluster_ranges if row.kind == "service"]
    firsts = {network[1] for network in services}
    assert {ip_address(row.address) for row in FACTS.api_server_addresses} <= firsts
    tenths = {network[10] for network in services} | {ip_address("10.233.0.3")}
    dns = {ip_address(row.address) for row in FACTS.dns_addresses if row.kind == "service-ip"}
    assert dns <= tenths


@pytest.mark.parametrize("profile", FACTS.dns_profiles, ids=lambda profile: profile.id)
def test_dns_targets_say_where(profile: Any) -> None:
    for target in profile.targets:
        assert bool(target.cidr) == (target.kind == "address")
        assert bool(target.namespace and target.labels) == (target.kind == "pods")
        assert target.grants or target.fix
        assert target.ports
    assert bool(profile.granting) == (profile.id != "custom")


@pytest.mark.parametrize(
    ("profile", "targets"),
    [
        ("coredns", ["pods kube-system 53"]),
        ("nodelocal", ["169.254.20.10/32 53", "service  53", "pods kube-system 53"]),
        ("gke-clouddns", ["169.254.169.254/32 53"]),
        (
            "gke-nodelocal",
            ["169.254.20.10/32 53", "pods kube-system 53", "pods kube-system 53", "service  53"],
        ),
        ("openshift", ["pods openshift-dns 5353"]),
        ("eks-auto", ["service  53"]),
        ("custom", []),
        ("default-host", []),
    ],
)
def test_what_a_dns_fix_allows(profile: str, targets: list[str]) -> None:
    found = FACTS.dns_profile(profile)
    assert found
    assert targets == [
        f"{target.cidr or f'{target.kind} {target.namespace}'} {target.ports[0]}"
        for target in found.fix_targets
    ]


def test_every_recognised_dns_label_set_belongs_to_a_profile() -> None:
    known = [labels for profile in FACTS.dns_profiles for labels in profile.labels]
    assert all(labels in known for labels in FACTS.dns_labels)
    assert set(FACTS.dns_namespaces) == {
        name for profile in FACTS.dns_profiles for name in profile.namespaces
    }
    assert {"dns", "dns-tcp", "domain"} <= set(FACTS.dns_port_names)


@pytest.mark.parametrize("operator", FACTS.operators, ids=lambda operator: operator.id)
def test_operators(operator: Operator) -> None:
    assert all(operator.labels)
    assert bool(operator.port) == operator.admission
    assert bool(operator.kinds) == (operator.admission and operator.id != "controller-runtime")
    values = [value for labels in operator.labels for value in labels.values()]
    assert not [value for value in values if "*" in value[:-1]]
    generic = {"control-plane": "controller-manager"} in operator.labels
    assert generic == operator.generic


def test_operators_worth_remembering() -> None:
    by_id = {row.id: row for row in FACTS.operators}
    assert [row.id for row in FACTS.operators if row.fail_open] == ["gatekeeper"]
    assert [row.id for row in FACTS.operators if row.host_network] == ["antrea"]
    assert by_id["eck"].labels == (
        {"control-plane": "elastic-operator"},
        {"app.kubernetes.io/name": "elastic-operator"},
    )
    assert by_id["longhorn-admission"].service_port == 9502
    assert {row.port for row in FACTS.operators if "metrics-server" in row.id} == {10250, 4443}


@pytest.mark.parametrize(
    ("platform", "kind", "selectable", "port"),
    [
        ("kubeadm", "node", False, 6443),
        ("minikube", "node", False, 8443),
        ("microk8s", "node", False, 16443),
        ("eks", "eni", False, 443),
        ("gke", "konnectivity", True, 443),
        ("aks", "konnectivity", True, 443),
        ("aks-kubenet", "node", False, 443),
        ("k0s", "konnectivity", True, 6443),
        ("openshift", "host-network", True, 6443),
        ("unknown", "unknown", False, 443),
    ],
)
def test_api_server_sources(platform: str, kind: str, selectable: bool, port: int) -> None:
    source = FACTS.api_server_source(platform)
    assert source
    assert (source.platform, source.kind, source.selectable) == (platform, kind, selectable)
    assert port in source.endpoint_ports


def test_only_some_network_plugins_differ() -> None:
    cilium, aws = FACTS.cni("cilium"), FACTS.cni("aws-vpc-cni")
    assert cilium
    assert not (cilium.ip_block_pods or cilium.ip_block_nodes)
    assert aws
    assert (aws.service_address, aws.enforces) == ("before", "optional")
    assert [row.id for row in FACTS.cnis if row.enforces == "no"] == [
        "flannel",
        "kubenet",
        "bridge",
    ]


def test_special_addresses() -> None:
    kinds = {row.cidr: row.kind for row in FACTS.special_addresses}
    assert kinds["169.254.169.254/32"] == "metadata"
    assert kinds["169.254.170.23/32"] == "credentials"
    assert kinds["168.63.129.16/32"] == "wireserver"
    assert kinds["169.254.20.10/32"] == "dns"
    assert kinds["169.254.0.0/16"] == "link-local"


def test_what_nobody_checked_is_marked() -> None:
    unsure = re.compile(
        r"not checked|not read|no reference page|derived:|inferred|vendor text only"
    )
    for table in TABLES:
        for row in FACTS.rows(table):
            if unsure.search(row.source) and (table, row.id) != ("known_pairs", "prometheus"):
                assert not row.verified, (table, row.id)


def test_hints_are_the_union_of_their_rows() -> None:
    hints = Facts({"webhook_hints": [{"id": "mine", "port_names": ["hook"]}]}).webhook_hints
    assert hints.port_names == (*FACTS.webhook_hints.port_names, "hook")
    assert hints.args == FACTS.webhook_hints.args
    assert "https" not in hints.port_names
    assert 9443 in hints.low_ports


@pytest.mark.parametrize("workload", FACTS.custom_workloads, ids=lambda workload: workload.id)
def test_custom_workloads_can_be_followed(workload: CustomWorkload) -> None:
    assert workload.labels or workload.pod_templates
    for value in workload.labels.values():
        value.format(name="a", namespace="b")
    paths = workload.pod_templates + workload.label_paths + workload.port_paths
    for path in (*paths, *filter(None, [workload.when])):
        assert re.fullmatch(r"(spec|metadata)(\.([a-z][A-Za-z]*|\*))+", path), path
    names = [(port.name, port.protocol, port.port) for port in workload.ports]
    assert len(set(names)) == len(names)


# What ships, held against real manifests


def documents(folder: Path, pattern: str = "*.yaml") -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob(pattern)):
        for found in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if isinstance(found, dict):
                yield found


@pytest.mark.parametrize("name", ["prometheus", "alertmanager"])
def test_labels_of_operated_pods_match_their_policy(corpus: Path, name: str) -> None:
    """The policies of kube-prometheus select pods that only the operator makes."""
    folder = corpus / "prometheus-operator+kube-prometheus" / "manifests"
    workload = next(row for row in FACTS.custom_workloads if row.id == name)
    resource, policy = (
        next(documents(folder, f"{name}-{part}.yaml")) for part in (name, "networkPolicy")
    )
    pods = dict(resource["spec"]["podMetadata"]["labels"])
    assert workload.label_paths == ("spec.podMetadata.labels",)
    for key, value in workload.labels.items():
        pods[key] = value.format(**resource["metadata"])
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= pods.items()
    opened = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
    assert opened <= {port.port for port in workload.ports}


def test_ports_of_kubeflow_webhooks(corpus: Path) -> None:
    """Kubeflow's policies open exactly the webhook ports of well-known operators."""
    found = {
        "cert-manager-webhook": "cert-manager",
        "webhook-apiserver": "knative-serving",
        "net-istio-webhook-apiserver": "knative-net-istio",
        "kserve": "kserve",
        "poddefaults": "kubeflow-poddefaults",
        "katib-controller": "katib",
        "cache-server": "kubeflow-cache",
        "pvcviewer-webhook": "kubeflow-pvcviewer",
        "training-operator-webhook": "kubeflow-training",
        "spark-operator-webhook": "spark-operator",
        "jobset-webhook": "jobset",
    }
    operators = {row.id: row for row in FACTS.operators}
    seen = set()
    for policy in documents(corpus / "kubeflow+manifests" / "common"):
        if policy.get("kind") != "NetworkPolicy" or policy["metadata"]["name"] not in found:
            continue
        operator = operators[found[policy["metadata"]["name"]]]
        selector = policy["spec"]["podSelector"]
        wanted = {each["key"]: each["values"] for each in selector.get("matchExpressions", [])}
        wanted |= {key: [value] for key, value in selector.get("matchLabels", {}).items()}
        assert all(operator.labels[0].get(key) in [*wanted[key], None] for key in wanted)
        assert set(operator.labels[0]) <= set(wanted), operator.id
        assert policy["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": operator.port}]
        seen.add(operator.id)
    assert seen == set(found.values())
