"""The union of policies against a brute-force reading of the same policies."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.bundle import Placed
from netlint_rules.config import Config, View
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation
from netlint_rules.policy import Direction
from netlint_rules.source.document import Document, Origin

KEYS, VALUES = ["app", "tier"], ["a", "b"]
LABELS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
EXPRESSIONS = st.builds(
    lambda key, operator, value: {
        "key": key,
        "operator": operator,
        "values": [value] if operator in {"In", "NotIn"} else [],
    },
    st.sampled_from(KEYS),
    st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
    st.sampled_from(VALUES),
)
SELECTORS = st.builds(
    lambda labels, expressions: {"matchLabels": labels, "matchExpressions": expressions},
    LABELS,
    st.lists(EXPRESSIONS, max_size=2),
)
TYPES = st.lists(st.sampled_from(["Ingress", "Egress"]), min_size=1, max_size=2, unique=True)
POLICIES = st.lists(st.tuples(SELECTORS, TYPES), max_size=6)
PODS = st.lists(LABELS, min_size=1, max_size=6)


def selected(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """The meaning of a label selector, written down once more as plainly as can be."""
    pinned = all(labels.get(key) == value for key, value in selector["matchLabels"].items())
    return pinned and all(holds(each, labels) for each in selector["matchExpressions"])


def holds(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression["values"]
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None


def document(kind: str, version: str, name: str, **body: object) -> Placed:
    metadata = {"name": name, "namespace": "shop", **body.pop("metadata", {})}  # type: ignore[dict-item]
    whole = {"apiVersion": version, "kind": kind, "metadata": metadata, **body}
    return Placed(Document(Origin("x.yaml"), whole), "shop")


def index(policies: list[Any], pods: list[dict[str, str]], *, complete: bool) -> ResourceIndex:
    placed = [
        document(
            "NetworkPolicy",
            "networking.k8s.io/v1",
            f"p{at}",
            spec={"podSelector": selector, "policyTypes": types},
        )
        for at, (selector, types) in enumerate(policies)
    ]
    placed += [
        document("Pod", "v1", f"pod{at}", metadata={"labels": labels})
        for at, labels in enumerate(pods)
    ]
    return ResourceIndex.build(placed, Config(view=View(complete)), Facts())


@given(POLICIES, PODS)
def test_known_pods_get_exactly_the_policies_that_select_them(
    policies: list[Any], pods: list[dict[str, str]]
) -> None:
    isolation = Isolation(index(policies, pods, complete=True), "shop")
    assert sum(len(subject.workloads) for subject in isolation.subjects) == len(pods)
    for subject in isolation.subjects:
        assert subject.labels is not None
        for direction in Direction:
            expected = {
                f"p{at}"
                for at, (selector, types) in enumerate(policies)
                if direction.value in types and selected(selector, dict(subject.labels))
            }
            selecting = isolation.selecting(subject, direction)
            assert {policy.name for policy in selecting.certain} == expected
            assert selecting.possible == ()


@given(POLICIES)
def test_unknown_pods_certain_is_below_and_possible_is_above_the_truth(
    policies: list[Any],
) -> None:
    """Whatever labels a selected pod has: certain policies select it, others never do."""
    isolation = Isolation(index(policies, [], complete=False), "shop")
    universe = [
        {key: value for key, value in (("app", app), ("tier", tier)) if value}
        for app in ["", *VALUES, "other"]
        for tier in ["", *VALUES, "other"]
    ]
    for subject in isolation.subjects:
        for direction in Direction:
            selecting = isolation.selecting(subject, direction)
            certain = {policy.name for policy in selecting.certain}
            possible = {policy.name for policy in selecting.possible}
            for labels in filter(subject.selector.matches, universe):
                truly = {
                    f"p{at}"
                    for at, (selector, types) in enumerate(policies)
                    if direction.value in types and selected(selector, labels)
                }
                assert certain <= truly <= certain | possible


@given(POLICIES, PODS)
def test_every_satisfiable_selector_is_seen(
    policies: list[Any], pods: list[dict[str, str]]
) -> None:
    """A policy that no pod in view explains has a subject of its own."""
    isolation = Isolation(index(policies, pods, complete=False), "shop")
    for at, (_, types) in enumerate(policies):
        policy = isolation.policies[at]
        if not policy.subject.is_unsatisfiable:
            for direction in (d for d in Direction if d.value in types):
                assert any(
                    policy in isolation.selecting(subject, direction).certain
                    for subject in isolation.subjects
                )
