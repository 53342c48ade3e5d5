"""A naive reading of policies, one pod and one port at a time, to compare rules with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

Body = dict[str, Any]
LABELS = {"app": ("a", "b"), "tier": ("x", "y")}
NAMESPACES = ("shop", "data", "kube-system")
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_TEAM = {"shop": "s", "data": "d"}


def namespace_labels(name: str) -> dict[str, str]:
    """The labels of a namespace: its name, and a team for some."""
    team = {"team": _TEAM[name]} if name in _TEAM else {}
    return {"kubernetes.io/metadata.name": name, **team}


def matches(selector: Body | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector selects these labels."""
    wanted = selector or {}
    if any(labels.get(key) != value for key, value in wanted.get("matchLabels", {}).items()):
        return False
    return all(_holds(each, labels) for each in wanted.get("matchExpressions", []))


def _holds(expression: Body, labels: Mapping[str, str]) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
        case "Exists":
            return value is not None
        case _:
            return value is None


def types(spec: Body) -> list[str]:
    """The directions that a spec isolates."""
    default = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    return spec.get("policyTypes") or default


def selecting(policies: list[Body], labels: Mapping[str, str], direction: str) -> Iterator[Body]:
    """The policies that isolate pods with these labels in a direction."""
    for policy in policies:
        spec = policy["spec"]
        if direction in types(spec) and matches(spec["podSelector"], labels):
            yield policy


def has_port(rule: Body, protocol: str, number: int, name: str) -> bool:
    """Whether a rule holds a port of a pod, which has that name."""
    return not rule.get("ports") or any(
        _is_port(each, protocol, number, name) for each in rule["ports"]
    )


def _is_port(entry: Body, protocol: str, number: int, name: str) -> bool:
    port = entry.get("port")
    if entry.get("protocol", "TCP") != protocol:
        return False
    if isinstance(port, int):
        return port <= number <= int(entry.get("endPort", port))
    return port is None or port == name


def is_peer(peer: Body, own: str, where: str, labels: Mapping[str, str]) -> bool:
    """Whether an entry of a policy in the namespace `own` is for a pod; blocks are for none."""
    if "ipBlock" in peer:
        return False
    is_there = where == own
    if "namespaceSelector" in peer:
        is_there = matches(peer["namespaceSelector"], namespace_labels(where))
    return is_there and matches(peer.get("podSelector"), labels)


def _expressions(keys: Mapping[str, tuple[str, ...]]) -> st.SearchStrategy[Body]:
    def of(key: str, operator: str) -> st.SearchStrategy[Body]:
        values = st.lists(st.sampled_from(keys[key]), min_size=1, unique=True)
        found: Body = {"key": key, "operator": operator}
        return values.map(lambda v: {**found, "values": v} if "In" in operator else found)

    pairs = st.tuples(st.sampled_from(sorted(keys)), st.sampled_from(_OPERATORS))
    return pairs.flatmap(lambda pair: of(*pair))


def selectors(keys: Mapping[str, tuple[str, ...]]) -> st.SearchStrategy[Body]:
    """Selectors with up to two conditions."""
    labels = st.sampled_from(sorted(keys)).flatmap(
        lambda key: st.sampled_from(keys[key]).map(lambda v: {"matchLabels": {key: v}})
    )
    expressions = st.lists(_expressions(keys), max_size=2).map(lambda e: {"matchExpressions": e})
    return st.one_of(st.just({}), labels, expressions)
