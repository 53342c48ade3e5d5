"""Inclusion of rules, and what netlint calls redundant, against a brute-force reading."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.inclusion import Outer, is_within
from netlint_rules.index import ResourceIndex
from netlint_rules.policy import Direction
from netlint_rules.registry import all_rules
from netlint_rules.source.document import Document, Origin
from tests.property.test_isolation import EXPRESSIONS, KEYS, VALUES, holds

LABELS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=1)
SELECTORS = st.builds(
    lambda labels, expressions: {"matchLabels": labels, "matchExpressions": expressions},
    LABELS,
    st.lists(EXPRESSIONS, max_size=1),
)
NAME = "kubernetes.io/metadata.name"
NAMESPACES = {"shop": {NAME: "shop", "app": "a"}, "other": {NAME: "other"}}
NAMESPACE_SELECTORS = st.one_of(
    SELECTORS,
    st.sampled_from(sorted(NAMESPACES)).map(
        lambda name: {"matchLabels": {NAME: name}, "matchExpressions": []}
    ),
)
BLOCKS = st.sampled_from(["0.0.0.0/0", "10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31", "10.0.0.1/32"])
PEERS = st.one_of(
    SELECTORS.map(lambda pods: {"podSelector": pods}),
    NAMESPACE_SELECTORS.map(lambda namespaces: {"namespaceSelector": namespaces}),
    st.builds(
        lambda namespaces, pods: {"namespaceSelector": namespaces, "podSelector": pods},
        NAMESPACE_SELECTORS,
        SELECTORS,
    ),
    BLOCKS.map(lambda cidr: {"ipBlock": {"cidr": cidr}}),
)
PORTS = st.one_of(
    st.builds(
        lambda protocol, port, more: {"protocol": protocol, "port": port, "endPort": port + more},
        st.sampled_from(["TCP", "UDP"]),
        st.integers(1, 4),
        st.integers(0, 2),
    ),
    st.sampled_from(["TCP", "UDP"]).map(lambda protocol: {"protocol": protocol}),
)
RULES = st.builds(
    lambda peers, ports: {"from": peers, "ports": ports},
    st.lists(PEERS, max_size=2),
    st.lists(PORTS, max_size=2),
)
POLICIES = st.lists(
    st.builds(
        lambda subject, rules, types: {
            "podSelector": subject,
            "ingress": rules,
            "policyTypes": types,
        },
        SELECTORS,
        st.lists(RULES, max_size=3),
        st.sampled_from([None, ["Ingress"], ["Ingress", "Egress"]]),
    ),
    min_size=1,
    max_size=4,
)
PODS = [
    {key: value for key, value in (("app", app), ("tier", tier)) if value}
    for app in ["", *VALUES, "x"]
    for tier in ["", *VALUES]
]
SOURCES: list[Any] = [(where, labels) for where in NAMESPACES for labels in PODS]
SOURCES += [f"10.0.0.{at}" for at in range(5)]
POINTS = [(protocol, port) for protocol in ("TCP", "UDP", "SCTP") for port in range(1, 8)]


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    pinned = all(labels.get(key) == value for key, value in selector["matchLabels"].items())
    return pinned and all(holds(each, labels) for each in selector["matchExpressions"])


def admits(peer: dict[str, Any], source: Any) -> bool:
    if isinstance(source, str):
        return "ipBlock" in peer and in_block(peer["ipBlock"]["cidr"], int(source[-1]))
    where, labels = source
    if "ipBlock" in peer or not matches(peer.get("podSelector") or EVERYTHING, labels):
        return False
    if "namespaceSelector" not in peer:
        return bool(where == "shop")
    return matches(peer["namespaceSelector"], NAMESPACES[where])


Allowed = tuple[int, ...]
"""For each source, the points that it may reach, as bits."""

NOTHING: Allowed = (0,) * len(SOURCES)
EVERYTHING: dict[str, Any] = {"matchLabels": {}, "matchExpressions": []}


def in_block(cidr: str, number: int) -> bool:
    base, length = cidr.split("/")
    return length == "0" or int(base[-1]) <= number < int(base[-1]) + (1 << (32 - int(length)))


def opens(entry: dict[str, Any], point: tuple[str, int]) -> bool:
    if entry["protocol"] != point[0]:
        return False
    return "port" not in entry or entry["port"] <= point[1] <= entry["endPort"]


def allowed(rule: dict[str, Any]) -> Allowed:
    peers, ports = rule["from"], rule["ports"]
    bits = (1 << at for at, point in enumerate(POINTS) if not ports or opens_any(ports, point))
    points = sum(bits)
    return tuple(
        points if not peers or any(admits(peer, source) for peer in peers) else 0
        for source in SOURCES
    )


def opens_any(ports: list[dict[str, Any]], point: tuple[str, int]) -> bool:
    return any(opens(entry, point) for entry in ports)


def is_subset(one: Allowed, two: Allowed) -> bool:
    return all(first & ~second == 0 for first, second in zip(one, two, strict=True))


def union(sets: list[Allowed]) -> Allowed:
    return tuple(reduce(or_, column, 0) for column in zip(*sets, strict=True))


def placed(kind: str, version: str, name: str, where: str, **body: Any) -> Placed:
    metadata = {"name": name, "namespace": where, **body.pop("metadata", {})}
    whole: dict[str, object] = {"apiVersion": version, "kind": kind, "metadata": metadata, **body}
    return Placed(Document(Origin("x.yaml"), whole), where)


def index_of(policies: list[dict[str, Any]]) -> ResourceIndex:
    objects = [
        placed("Namespace", "v1", name, "", metadata={"labels": labels})
        for name, labels in NAMESPACES.items()
    ]
    for at, policy in enumerate(policies):
        spec = {key: value for key, value in policy.items() if value is not None}
        objects.append(placed("NetworkPolicy", "networking.k8s.io/v1", f"p{at}", "shop", spec=spec))
    return ResourceIndex.build(objects, Config(), Facts())


@given(RULES, RULES)
def test_what_is_within_is_allowed(inner: dict[str, Any], outer: dict[str, Any]) -> None:
    index = index_of([{"podSelector": EVERYTHING, "ingress": [inner, outer]}])
    first, second = index.policies["shop"][0].rules[Direction.INGRESS]
    assert is_within(index, "shop", first, first)
    if is_within(index, "shop", first, second):
        assert is_subset(allowed(inner), allowed(outer))


@given(st.lists(PEERS.filter(lambda p: "ipBlock" in p), max_size=3), BLOCKS, PORTS, PORTS)
def test_inclusion_of_addresses_and_ports_is_exact(
    outer: list[dict[str, Any]], cidr: str, one: dict[str, Any], two: dict[str, Any]
) -> None:
    rules = [
        {"from": [{"ipBlock": {"cidr": cidr}}], "ports": [one]},
        {"from": outer, "ports": [two]},
    ]
    index = index_of([{"podSelector": EVERYTHING, "ingress": rules}])
    first, second = index.policies["shop"][0].rules[Direction.INGRESS]
    assert is_within(index, "shop", first, second) is is_subset(*map(allowed, rules))


def traffic(policies: list[dict[str, Any]]) -> list[object]:
    """For each pod: whether it is isolated for egress, and what may reach it; None is all."""
    result: list[object] = []
    for labels in PODS:
        mine = [spec for spec in policies if matches(spec["podSelector"], labels)]
        sets = [allowed(rule) for spec in mine for rule in spec["ingress"]]
        out = any("Egress" in (spec["policyTypes"] or ()) for spec in mine)
        result.append((out, union([NOTHING, *sets]) if mine else None))
    return result


@given(POLICIES)
def test_nothing_changes_when_everything_redundant_is_removed(
    policies: list[dict[str, Any]],
) -> None:
    index = index_of(policies)
    rule = next(rule for rule in all_rules() if rule.name == "redundant-rule")
    outcome = examine(Workspace(index, Config(), Facts()), [rule])
    assert not outcome.errors
    left = [{**spec, "ingress": list(spec["ingress"])} for spec in policies]
    gone: set[int] = set()
    for finding in sorted(outcome.findings, key=lambda each: each.primary.path[2:], reverse=True):
        at = int(finding.primary.document.name[1:])
        if finding.code == "NP208":
            gone.add(at)
        else:
            del left[at]["ingress"][int(finding.primary.path[2])]
    kept = [spec for at, spec in enumerate(left) if at not in gone]
    assert traffic(kept) == traffic(policies)


NAMED = st.sampled_from(["http", "dns"]).map(lambda name: {"protocol": "TCP", "port": name})
MIXED = st.builds(
    lambda peers, ports: {"from": peers, "ports": ports},
    st.lists(PEERS, max_size=1),
    st.lists(st.one_of(PORTS, NAMED), max_size=3),
)


@given(MIXED, st.lists(MIXED, min_size=1, max_size=4))
def test_candidates_hold_every_rule_that_another_is_within(
    inner: dict[str, Any], outer: list[dict[str, Any]]
) -> None:
    index = index_of([{"podSelector": EVERYTHING, "ingress": [inner, *outer]}])
    first, *others = index.policies["shop"][0].rules[Direction.INGRESS]
    within = [at for at, rule in enumerate(others) if is_within(index, "shop", first, rule)]
    chosen = Outer(others).candidates(first)
    assert list(chosen) == sorted(chosen)
    assert set(within) <= set(chosen)


@given(st.lists(MIXED, min_size=1, max_size=3), st.lists(MIXED, max_size=3))
def test_rules_that_are_apart_are_within_no_other(
    own: list[dict[str, Any]], others: list[dict[str, Any]]
) -> None:
    index = index_of([{"podSelector": EVERYTHING, "ingress": [*own, *others]}])
    rules = index.policies["shop"][0].rules[Direction.INGRESS]
    mine, rest = rules[: len(own)], rules[len(own) :]
    if Outer(mine).is_apart_from([Outer(rest)]):
        for inner in mine:
            for outer in rules:
                assert outer is inner or not is_within(index, "shop", inner, outer)
