"""The quick answer and the full one agree on any object."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.dialects.schema import conforms, problems

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from(["a", "${X}", "", "80"])
)
NAMES = """spec metadata labels podSelector matchLabels matchExpressions values ingress from
ports port endPort ipBlock except status foo"""
KEYS = st.sampled_from(NAMES.split())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
PEERS = st.fixed_dictionaries({}, optional={"podSelector": VALUES, "ipBlock": VALUES})
SPECS = st.fixed_dictionaries(
    {},
    optional={
        "podSelector": VALUES,
        "policyTypes": VALUES,
        "ingress": st.lists(st.fixed_dictionaries({}, optional={"from": st.lists(PEERS)})),
    },
)


@given(st.one_of(VALUES, st.fixed_dictionaries({"spec": SPECS})))
def test_conforms_exactly_where_there_are_no_problems(body: Any) -> None:
    assert conforms(body) == (not list(problems(body)))
