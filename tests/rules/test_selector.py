"""What is a valid selector, and how one prints."""

from __future__ import annotations

import pytest

from netlint_rules.requirement import Requirement
from netlint_rules.selector import EVERYTHING, Selector


def expression(operator: object, *values: object, key: object = "app") -> dict[str, object]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": [*values]}]}


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"matchLabels": None, "matchExpressions": None},
        {"matchLabels": {}, "matchExpressions": []},
    ],
)
def test_nothing_asked_selects_everything(body: object) -> None:
    assert Selector.parse(body) == EVERYTHING
    assert Selector.parse(body).matches_all
    assert str(Selector.parse(body)) == ""


@pytest.mark.parametrize(
    "body",
    [
        "app=web",
        [],
        0,
        {"app": "web"},
        {"matchLabels": {"app": "web"}, "matchlabels": {}},
        {"matchLabels": ["app"]},
        {"matchLabels": {"version": 1.1}},
        {"matchLabels": {"enabled": True}},
        {"matchLabels": {"": "web"}},
        {"matchLabels": {1: "web"}},
        {"matchExpressions": {}},
        {"matchExpressions": [None]},
        {"matchExpressions": ["app"]},
        {"matchExpressions": [{"operator": "Exists"}]},
        {"matchExpressions": [{"key": "app"}]},
        {"matchExpressions": [{"key": "app", "operator": "In", "values": "web"}]},
        {"matchExpressions": [{"key": "app", "operator": "Exists", "value": "web"}]},
        expression("In"),
        expression("NotIn"),
        expression("Exists", "web"),
        expression("DoesNotExist", "web"),
        expression("in", "web"),
        expression("Gt", "1"),
        expression(["In"], "web"),
        expression("In", 1),
        expression("In", ["web"]),
        expression("Exists", key=1),
    ],
)
def test_what_the_api_server_refuses_matches_nothing(body: object) -> None:
    selector = Selector.parse(body)
    assert selector.invalid
    assert not selector.matches({})
    assert not selector.matches({"app": "web"})
    assert str(selector) == "<invalid selector>"


def test_invalid_is_not_the_same_as_contradictory() -> None:
    invalid = Selector.parse(expression("Gt", "1"))
    contradictory = Selector.of({"app": "a"}) & Selector.of({"app": "b"})
    assert contradictory.is_unsatisfiable
    assert not contradictory.invalid
    assert invalid != contradictory
    assert invalid == Selector.parse("app=web")


def test_all_contradictions_are_equal_and_keep_their_requirements() -> None:
    one = Selector.of({"app": "a"}) & Selector.of({"app": "b"})
    two = Selector.of({"tier": "a"}) & Selector.parse(expression("DoesNotExist", key="tier"))
    assert one == two
    assert one.requirements == {"app": Requirement(False, frozenset(), False)}
    assert str(two) == "tier,!tier"


@pytest.mark.parametrize("values", [["web"], ["web", "web"]])
def test_in_with_one_value_is_a_match_label(values: list[str]) -> None:
    assert Selector.parse(expression("In", *values)) == Selector.of({"app": "web"})


def test_null_is_an_empty_value() -> None:
    empty = Selector.of({"app": ""})
    assert Selector.parse({"matchLabels": {"app": None}}) == empty
    assert Selector.parse(expression("In", None)) == empty
    assert empty.matches({"app": ""})
    assert not empty.matches({})


def test_a_selector_prints_as_kubectl_takes_it() -> None:
    selector = Selector.parse(
        {
            "matchLabels": {"app": "web"},
            "matchExpressions": [
                {"key": "env", "operator": "NotIn", "values": ["dev"]},
                {"key": "legacy", "operator": "DoesNotExist"},
                {"key": "team", "operator": "Exists"},
                {"key": "tier", "operator": "In", "values": ["b", "a"]},
            ],
        }
    )
    assert str(selector) == "app=web,tier in (a,b),team,!legacy,env notin (dev)"


def test_a_selector_keeps_its_labels() -> None:
    labels = {"app": "web"}
    selector = Selector.of(labels)
    labels["app"] = "db"
    assert selector.equalities() == {"app": "web"}
