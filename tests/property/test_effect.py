"""The effect of a change, against traffic decided one connection at a time."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.apivalidation import NEWEST
from netlint_rules.effect import Effect, effect
from netlint_rules.finding import Applicability, Fix
from netlint_rules.source.document import Document, Origin

LABELS = [{}, {"a": "1"}, {"a": "2"}, {"a": "1", "b": "1"}]
SELECTORS = st.sampled_from(
    [
        {},
        {"matchLabels": {"a": "1"}},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": ["1"]}]},
        {"matchExpressions": [{"key": "a", "operator": "Exists"}]},
        {"matchExpressions": [{"key": "b", "operator": "DoesNotExist"}]},
    ]
)
BLOCKS = st.sampled_from(
    [
        {"cidr": "10.0.0.0/30"},
        {"cidr": "10.0.0.0/31"},
        {"cidr": "10.0.0.2/31"},
        {"cidr": "10.0.0.0/30", "except": ["10.0.0.3/32"]},
    ]
)
PEERS = st.one_of(
    st.builds(lambda pods: {"podSelector": pods}, SELECTORS),
    st.builds(lambda n, p: {"namespaceSelector": n, "podSelector": p}, SELECTORS, SELECTORS),
    st.builds(lambda block: {"ipBlock": block}, BLOCKS),
)
PORTS = st.sampled_from(
    [{"port": 80}, {"protocol": "TCP", "port": 80, "endPort": 82}, {"port": 81}, {}]
)
RULES = st.fixed_dictionaries(
    {},
    optional={"from": st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)},
)
SPECS = st.fixed_dictionaries(
    {"podSelector": SELECTORS},
    optional={
        "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        "ingress": st.lists(RULES, max_size=2),
    },
)


def matches(selector: dict[str, Any] | None, labels: dict[str, str]) -> bool:
    if selector is None:
        return True
    if any(labels.get(k) != v for k, v in selector.get("matchLabels", {}).items()):
        return False
    for each in selector.get("matchExpressions", []):
        here = labels.get(each["key"])
        answer = {
            "In": here in each.get("values", ()),
            "Exists": here is not None,
            "DoesNotExist": here is None,
        }
        if not answer[each["operator"]]:
            return False
    return True


def is_peer(peer: dict[str, Any], source: Any) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        if not isinstance(source, str) or ip_address(source) not in ip_network(block["cidr"]):
            return False
        return not any(ip_address(source) in ip_network(each) for each in block.get("except", ()))
    if isinstance(source, str):
        return False
    own, namespace, labels = source
    inside = matches(peer["namespaceSelector"], namespace) if "namespaceSelector" in peer else own
    return bool(inside) and matches(peer.get("podSelector"), labels)


def is_port(entry: dict[str, Any], port: int) -> bool:
    first = entry.get("port")
    return first is None or first <= port <= entry.get("endPort", first)


SOURCES: list[Any] = [f"10.0.0.{last}" for last in range(5)]
SOURCES += [(True, {}, labels) for labels in LABELS]
SOURCES += [(False, namespace, labels) for namespace, labels in product(LABELS, LABELS)]


def decided(spec: dict[str, Any]) -> list[object]:
    """What the policy does to each kind of pod, source and port."""
    types = spec.get("policyTypes") or ["Ingress"]
    answers: list[object] = [sorted(types)]
    for pod in LABELS:
        for source, port in product(SOURCES, (79, 80, 81, 82, 83)):
            if not matches(spec["podSelector"], pod) or "Ingress" not in types:
                answers.append(None)
                continue
            answers.append(
                any(
                    (not rule.get("from") or any(is_peer(each, source) for each in rule["from"]))
                    and (not rule.get("ports") or any(is_port(p, port) for p in rule["ports"]))
                    for rule in spec.get("ingress", [])
                )
            )
    return answers


def between(old: dict[str, Any], new: dict[str, Any]) -> Effect:
    body: dict[str, object] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": old,
    }
    patch = ({"op": "replace", "path": "/spec", "value": new},)
    fix = Fix("change it", Applicability.SAFE, patch)
    return effect(Document(Origin("a.yaml"), body), fix, NEWEST)


@given(SPECS, SPECS)
def test_no_effect_is_a_proof(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = between(old, new)
    if found == Effect():
        assert decided(old) == decided(new)


@given(SPECS, SPECS)
def test_what_is_lost_and_won_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    new = {**new, "podSelector": old["podSelector"]}
    before, after = decided(old), decided(new)
    found = between(old, new)
    pairs = list(zip(before[1:], after[1:], strict=True))
    if any(left is not False and right is False for left, right in pairs):
        assert found.cuts
    if any(left is False and right is not False for left, right in pairs):
        assert found.opens


@given(SPECS, st.randoms())
def test_order_and_explicit_defaults_change_nothing(spec: dict[str, Any], random: Any) -> None:
    same = {"policyTypes": ["Ingress"], **spec}
    same["ingress"] = [*spec.get("ingress", [])]
    random.shuffle(same["ingress"])
    same["ingress"] += same["ingress"][:1]
    assert between(spec, same) == Effect()
