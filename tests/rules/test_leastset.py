"""Policies for given connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from netlint_rules.addresses import AddressSet
from netlint_rules.index import ResourceIndex
from netlint_rules.leastset import End, Pair, least_set, telling_labels
from netlint_rules.netset import PortSet
from netlint_rules.reach.world import PUBLIC
from netlint_rules.resources import Workload
from tests.rules.builders import workspace
from tests.rules.questions.shop import pod

OBJECTS = pod("api") + pod("web") + pod("db", kind="StatefulSet") + pod("vault", "bank")
Named = str | AddressSet | None
PORT = PortSet.of("TCP", 5432)


def index(text: str = OBJECTS) -> ResourceIndex:
    return workspace(text).index


def workload(objects: ResourceIndex, name: str, kind: str = "") -> Workload:
    return next(
        each
        for found in objects.workloads.values()
        for each in found
        if each.name == name and kind in {"", each.kind}
    )


def spec(*pairs: tuple[Named, Named, PortSet], namespace: str = "shop") -> list[Mapping[str, Any]]:
    """The specs of the policies for pairs of names."""
    objects = index()

    def end(name: Named) -> End:
        return workload(objects, name) if isinstance(name, str) else name

    wanted = [Pair(end(source), end(target), ports, "because") for source, target, ports in pairs]
    bodies: list[Any] = [each.body for each in least_set(objects, wanted, namespace)]
    return [body["spec"] for body in bodies]


def test_both_ends_get_a_policy() -> None:
    to_db, of_db = spec(("api", "db", PORT))
    entries = [{"protocol": "TCP", "port": 5432}]
    assert to_db == {
        "podSelector": {"matchLabels": {"app": "api"}},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"podSelector": {"matchLabels": {"app": "db"}}}], "ports": entries}],
    }
    assert of_db["policyTypes"] == ["Ingress"]
    assert of_db["ingress"] == [
        {"from": [{"podSelector": {"matchLabels": {"app": "api"}}}], "ports": entries}
    ]


def test_peers_with_the_same_ports_share_a_rule() -> None:
    found = spec(("api", "db", PORT), ("web", "db", PORT), ("vault", "db", PORT))[-1]["ingress"]
    assert [len(rule["from"]) for rule in found] == [3]
    assert found[0]["from"][2]["namespaceSelector"] == {
        "matchLabels": {"kubernetes.io/metadata.name": "bank"}
    }
    other = spec(("api", "db", PORT), ("web", "db", PortSet.of("UDP", 53)))[-1]["ingress"]
    assert [rule["ports"][0]["protocol"] for rule in other] == ["TCP", "UDP"]
    both = spec(("api", "db", PORT), ("api", "db", PortSet.of("UDP", 53)))[-1]["ingress"]
    assert [len(rule["ports"]) for rule in both] == [2]


@pytest.mark.parametrize(
    ("ports", "entries"),
    [
        (PortSet.all(), None),
        (PortSet.protocol("UDP"), [{"protocol": "UDP"}]),
        (PortSet.of("TCP", 80, 90), [{"protocol": "TCP", "port": 80, "endPort": 90}]),
        (PortSet.named("TCP", "http"), [{"protocol": "TCP", "port": "http"}]),
    ],
)
def test_ports(ports: PortSet, entries: object) -> None:
    assert spec(("api", "db", ports))[0]["egress"][0].get("ports") == entries


def test_addresses_and_anything() -> None:
    block = AddressSet.parse("192.0.2.0/24")
    (policy,) = spec((block, "db", PORT))
    assert policy["ingress"][0]["from"] == [{"ipBlock": {"cidr": "192.0.2.0/24"}}]
    (policy,) = spec(("db", PUBLIC, PORT))
    v4, v6 = (peer["ipBlock"] for peer in policy["egress"][0]["to"])
    assert (v4["cidr"], v6) == ("0.0.0.0/0", {"cidr": "2000::/3"})
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} <= set(v4["except"])
    assert AddressSet.parse("0.0.0.0/0", v4["except"]) == PUBLIC.of_version(4)
    (policy,) = spec(("db", None, PORT))
    assert policy["egress"] == [{"ports": [{"protocol": "TCP", "port": 5432}]}]
    assert spec((None, "vault", PORT)) == []


def test_names_and_remarks() -> None:
    objects = index(pod("db") + pod("db", kind="StatefulSet").replace("app: db", "app: sts"))
    ends = [workload(objects, "db", kind) for kind in ("Deployment", "StatefulSet")]
    found = list(least_set(objects, [Pair(ends[0], ends[1], PORT, "env DB")], "shop"))
    assert [each.body["metadata"] for each in found] == [
        {"name": "allow-db", "namespace": "shop"},
        {"name": "allow-db-statefulset", "namespace": "shop"},
    ]
    assert found[0].remarks == ("Deployment db reaches:", "  to db, TCP 5432: env DB")


def test_labels_tell_pods_from_their_neighbours_and_last() -> None:
    text = pod("api").replace("labels: {app: api}", "labels: {app: api, version: '1', team: a}")
    assert telling_labels(index(text), workload(index(text), "api")) == {"app": "api"}
    both = text + pod("web").replace("app: web", "app: api").replace(
        "labels: {app: api}", "labels: {app: api, team: b}"
    )
    objects = index(both)
    assert telling_labels(objects, workload(objects, "api")) == {"app": "api", "team": "a"}
    usual = text.replace("matchLabels: {app: api}", "matchLabels: {}")
    assert telling_labels(index(usual), workload(index(usual), "api")) == {"app": "api"}
