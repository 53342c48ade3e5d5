"""Uniting flows changes nothing of what they say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netlint_linter.picture.merging import merged
from netlint_linter.picture.model import Flow
from netlint_rules.netset import PortSet

PORTS = [PortSet.of("TCP", 80), PortSet.of("UDP", 53)]
IDS = st.frozensets(st.sampled_from("abcdefg"), min_size=1)
FLOWS = st.lists(st.builds(Flow, IDS, IDS, st.sampled_from(PORTS), certain=st.booleans()))


def pairs(flows: list[Flow]) -> set[tuple[str, str, PortSet, bool]]:
    return {
        (source, destination, flow.ports, flow.certain)
        for flow in flows
        for source in flow.sources
        for destination in flow.destinations
        if source != destination
    }


@given(FLOWS)
def test_the_same_pairs_are_connected(flows: list[Flow]) -> None:
    assert pairs(merged(flows)) == pairs(flows)


def test_everybody_to_everybody_else_is_one() -> None:
    ids = [f"pod-{number}" for number in range(50)]
    flows = [Flow(frozenset({one}), frozenset(ids) - {one}, PORTS[0]) for one in ids]
    assert merged(flows) == [Flow(frozenset(ids), frozenset(ids), PORTS[0])]


def test_sources_of_one_destination_are_one() -> None:
    flows = [Flow(frozenset(one), frozenset("d"), PORTS[0]) for one in "abc"]
    assert merged(flows) == [Flow(frozenset("abc"), frozenset("d"), PORTS[0])]
