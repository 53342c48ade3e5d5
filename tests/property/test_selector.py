"""The selector algebra against the meaning of each expression, over every object of a small world.

Every selector built here speaks of two keys and three values. One value that none of them names
stands for all the others, so two keys with the four values, the empty one and absence decide
everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations_with_replacement, product
from typing import TypedDict

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.selector import EVERYTHING, Selector

KEYS = ("app", "tier")
VALUES = ("", "a", "b")
UNNAMED = "unnamed"

Labels = Mapping[str, str]

TERM = re.compile(r"(!?)(\w+)(=\w*)?(?: (in|notin) \(([^)]*)\))?(?:,|$)")
OPERATORS = {"in": "In", "notin": "NotIn", "!": "DoesNotExist", "": "Exists"}

WORLD: tuple[Labels, ...] = tuple(
    {key: value for key, value in zip(KEYS, chosen, strict=True) if value is not None}
    for chosen in product((None, UNNAMED, *VALUES), repeat=len(KEYS))
)


class Expression(TypedDict):
    key: str
    operator: str
    values: list[str]


class Body(TypedDict):
    matchLabels: dict[str, str]
    matchExpressions: list[Expression]


def expressions() -> st.SearchStrategy[Expression]:
    keys = st.sampled_from(KEYS)
    values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=3)
    return st.one_of(
        st.builds(Expression, key=keys, operator=st.sampled_from(("In", "NotIn")), values=values),
        st.builds(
            Expression,
            key=keys,
            operator=st.sampled_from(("Exists", "DoesNotExist")),
            values=st.builds(list),
        ),
    )


BODIES = st.builds(
    Body,
    matchLabels=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)),
    matchExpressions=st.lists(expressions(), max_size=3),
)

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
FIELDS = st.sampled_from(("matchLabels", "matchExpressions", "key", "operator", "values", "In"))
JSON = st.recursive(
    SCALARS | FIELDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(FIELDS | st.text(max_size=2), inner, max_size=3)
    ),
)


def holds(expression: Expression, labels: Labels) -> bool:
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


def selected(body: Body) -> list[Labels]:
    return [
        labels
        for labels in WORLD
        if body["matchLabels"].items() <= labels.items()
        and all(holds(expression, labels) for expression in body["matchExpressions"])
    ]


def matched(selector: Selector) -> list[Labels]:
    return [labels for labels in WORLD if selector.matches(labels)]


def read(text: str) -> Body:
    """The body of what a selector prints, in the syntax of `kubectl get -l`."""
    body = Body(matchLabels={}, matchExpressions=[])
    for absent, key, equal, operator, listed in TERM.findall(text):
        if equal:
            body["matchLabels"][key] = equal[1:]
            continue
        name = OPERATORS[absent or operator]
        values = listed.split(",") if operator else []
        body["matchExpressions"].append(Expression(key=key, operator=name, values=values))
    return body


@given(BODIES)
def test_matches_what_the_expressions_mean(body: Body) -> None:
    selector = Selector.parse(body)
    assert not selector.invalid
    assert matched(selector) == selected(body)
    assert selector.is_unsatisfiable == (not selected(body))
    assert selector.matches_all == (len(selected(body)) == len(WORLD))


@given(BODIES, BODIES)
def test_relations_are_those_of_the_selected_sets(one: Body, two: Body) -> None:
    check_relations(one, two)


def check_relations(one: Body, two: Body) -> None:
    first, second = Selector.parse(one), Selector.parse(two)
    both = [labels for labels in selected(one) if labels in selected(two)]
    assert matched(first & second) == both
    assert first.implies(second) == (both == selected(one))
    assert first.overlaps(second) == bool(both)
    assert (first == second) == (selected(one) == selected(two))
    if first == second:
        assert hash(first) == hash(second)


def test_every_pair_of_selectors_on_one_key() -> None:
    choices = [["a"], ["b"], ["a", "b"]]
    terms = [
        *(
            Expression(key="app", operator=name, values=v)
            for name in ("In", "NotIn")
            for v in choices
        ),
        *(Expression(key="app", operator=name, values=[]) for name in ("Exists", "DoesNotExist")),
    ]
    for one, two in product(combinations_with_replacement(terms, 2), repeat=2):
        check_relations(
            Body(matchLabels={}, matchExpressions=[*one]),
            Body(matchLabels={}, matchExpressions=[*two]),
        )


@given(BODIES, BODIES, BODIES)
def test_the_conjunction_is_a_meet(one: Body, two: Body, three: Body) -> None:
    a, b, c = Selector.parse(one), Selector.parse(two), Selector.parse(three)
    assert a & b == b & a
    assert (a & b) & c == a & (b & c)
    assert a & a == a
    assert a & EVERYTHING == a
    assert a.implies(b) == (a & b == a)


@given(BODIES)
def test_requirements_and_equalities_describe_the_selector(body: Body) -> None:
    selector = Selector.parse(body)
    for labels in WORLD:
        passes = [each.admits(labels.get(key)) for key, each in selector.requirements.items()]
        assert all(passes) == selector.matches(labels)
    for key in KEYS:
        possible = {labels.get(key) for labels in selected(body)}
        pinned = possible if len(possible) == 1 and UNNAMED not in possible else {None}
        if possible:
            assert selector.equalities().get(key) in pinned


@given(BODIES, BODIES)
def test_the_text_is_canonical_and_reads_back(one: Body, two: Body) -> None:
    first, second = Selector.parse(one), Selector.parse(two)
    assert selected(read(str(first))) == selected(one)
    if selected(one):
        assert (str(first) == str(second)) == (first == second)


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)))
def test_labels_select_the_objects_that_carry_them(labels: dict[str, str]) -> None:
    assert Selector.of(labels) == Selector.parse({"matchLabels": labels})
    assert Selector.of(labels).equalities() == labels


@given(JSON)
def test_any_json_parses_and_what_is_invalid_matches_nothing(body: object) -> None:
    selector = Selector.parse(body)
    if selector.invalid:
        assert not matched(selector)
        assert selector.is_unsatisfiable
        assert selector.implies(EVERYTHING)
        assert not EVERYTHING.implies(selector)
        assert not selector.overlaps(EVERYTHING)
        assert (selector & EVERYTHING).invalid
        assert not selector.requirements
    assert selector == Selector.parse(body)
    assert str(selector) == str(Selector.parse(body))
