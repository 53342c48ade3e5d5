"""Port sets against plain Python sets, over a few numbers and names of every protocol.

Intervals begin and end at the numbers below, so one number out of each gap, the ends, and one
name that no set mentions decide everything.
"""

from __future__ import annotations

import re
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.netset import LAST_PORT, PROTOCOLS, PortSet

NUMBERS = (*range(1, 13), 1000, LAST_PORT - 1, LAST_PORT)
BOUNDS = (*range(1, 13), LAST_PORT)
NAMES = ("http", "dns")
UNMENTIONED = "metrics"

Element = tuple[str, int | str]
Model = frozenset[Element]

EVERY_ELEMENT: Model = frozenset(product(PROTOCOLS, (*NUMBERS, *NAMES, UNMENTIONED)))

protocols = st.sampled_from(PROTOCOLS)


def interval(protocol: str, ends: list[int]) -> tuple[PortSet, Model]:
    first, last = min(ends), max(ends)
    members = frozenset((protocol, number) for number in NUMBERS if first <= number <= last)
    return PortSet.of(protocol, first, last), members


def one_port(protocol: str, port: int) -> tuple[PortSet, Model]:
    return PortSet.of(protocol, port), frozenset({(protocol, port)})


def named(protocol: str, name: str) -> tuple[PortSet, Model]:
    return PortSet.named(protocol, name), frozenset({(protocol, name)})


def whole(protocol: str) -> tuple[PortSet, Model]:
    members = frozenset(element for element in EVERY_ELEMENT if element[0] == protocol)
    return PortSet.protocol(protocol), members


def combined(
    pair: tuple[tuple[PortSet, Model], tuple[PortSet, Model], str],
) -> tuple[PortSet, Model]:
    (ports, members), (other_ports, other_members), operation = pair
    match operation:
        case "|":
            return ports | other_ports, members | other_members
        case "&":
            return ports & other_ports, members & other_members
        case _:
            return ports - other_ports, members - other_members


LEAVES = st.one_of(
    st.builds(interval, protocols, st.lists(st.sampled_from(BOUNDS), min_size=1, max_size=2)),
    st.builds(one_port, protocols, st.sampled_from(BOUNDS)),
    st.builds(named, protocols, st.sampled_from(NAMES)),
    st.builds(whole, protocols),
    st.just((PortSet.empty(), Model())),
    st.just((PortSet.all(), EVERY_ELEMENT)),
)
SETS = st.recursive(
    LEAVES,
    lambda inner: st.tuples(inner, inner, st.sampled_from("||&-")).map(combined),
    max_leaves=8,
)
POD_PORTS = st.lists(
    st.tuples(
        st.sampled_from((*NAMES, UNMENTIONED, "")),
        st.sampled_from((*PROTOCOLS, "ICMP")),
        st.sampled_from((0, *BOUNDS, LAST_PORT + 1)),
    ),
    max_size=4,
)


def members(ports: PortSet) -> Model:
    return frozenset(
        (protocol, element)
        for protocol, element in EVERY_ELEMENT
        if (
            ports.covers(protocol, element)
            if isinstance(element, int)
            else PortSet.named(protocol, element) <= ports
        )
    )


def read(text: str) -> PortSet:
    """The set that a text of `str` describes."""
    ports = PortSet.all() if text == "all ports" else PortSet.empty()
    for item in text.split(", ") if text not in ("all ports", "no ports") else ():
        if match := re.fullmatch(r"all (\w+) ports(?: except (.+))?", item):
            protocol, holes = match[1], match[2] or ""
            ports |= PortSet.protocol(protocol)
            for hole in filter(None, holes.split(" and ")):
                ports -= read_one(protocol, hole)
        else:
            ports |= read_one(*item.split(" "))
    return ports


def read_one(protocol: str, item: str) -> PortSet:
    numbers = item.split("-")
    if numbers[0].isdigit():
        return PortSet.of(protocol, int(numbers[0]), int(numbers[-1]))
    return PortSet.named(protocol, item)


@given(SETS)
def test_members(made: tuple[PortSet, Model]) -> None:
    ports, model = made
    assert members(ports) == model
    assert bool(ports) == bool(model)
    assert ports.is_all == (model == EVERY_ELEMENT)


@given(SETS, SETS)
def test_relations_are_those_of_the_sets(
    one: tuple[PortSet, Model], two: tuple[PortSet, Model]
) -> None:
    (first, first_model), (second, second_model) = one, two
    assert members(first | second) == first_model | second_model
    assert members(first & second) == first_model & second_model
    assert members(first - second) == first_model - second_model
    assert (first <= second) == (first_model <= second_model)
    assert (first == second) == (first_model == second_model)
    if first == second:
        assert hash(first) == hash(second)


@given(SETS)
def test_intervals_are_sorted_disjoint_and_not_adjacent(made: tuple[PortSet, Model]) -> None:
    ports, model = made
    for protocol in PROTOCOLS:
        intervals = ports.intervals(protocol)
        flat = [end for each in intervals for end in each]
        assert flat == sorted(flat)
        assert all(later[0] - earlier[1] > 1 for earlier, later in pairwise(intervals))
        covered = {
            number for number in NUMBERS for first, last in intervals if first <= number <= last
        }
        assert covered == {number for number in NUMBERS if (protocol, number) in model}


@given(SETS)
def test_names_are_the_finite_ones(made: tuple[PortSet, Model]) -> None:
    ports, model = made
    infinite = {protocol for protocol, element in model if element == UNMENTIONED}
    assert ports.names == {
        (protocol, name)
        for protocol, name in model
        if isinstance(name, str) and protocol not in infinite
    }


@given(SETS, POD_PORTS)
def test_resolving_adds_the_number_of_every_named_port(
    made: tuple[PortSet, Model], pod_ports: list[tuple[str, str, int]]
) -> None:
    ports, model = made
    resolved = ports.resolve(pod_ports)
    infinite = {protocol for protocol, element in model if element == UNMENTIONED}
    numbers = {element for element in model if isinstance(element[1], int)} | {
        (protocol, port)
        for name, protocol, port in pod_ports
        if (protocol, name) in model or (name == "" and protocol in infinite)
        if port in NUMBERS
    }
    assert {each for each in members(resolved) if isinstance(each[1], int)} == numbers
    assert not resolved.names
    assert ports.is_all <= resolved.is_all
    assert resolved.resolve(pod_ports) == resolved or infinite


@given(SETS, SETS, POD_PORTS)
def test_resolving_a_union_is_the_union_of_the_resolved(
    one: tuple[PortSet, Model],
    two: tuple[PortSet, Model],
    pod_ports: list[tuple[str, str, int]],
) -> None:
    first, second = one[0], two[0]
    assert (first | second).resolve(pod_ports) == first.resolve(pod_ports) | second.resolve(
        pod_ports
    )


@given(SETS)
def test_the_text_reads_back(made: tuple[PortSet, Model]) -> None:
    ports, _ = made
    assert read(str(ports)) == ports
