"""Address sets against plain Python sets, over the sixteen addresses of two small networks.

Networks are drawn inside 10.0.0.0/28 and fd00::/124, and above them up to everything. Beside the
sixteen of a family one address out of each wider ring decides everything.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netlint_rules.addresses import AddressSet, Relation, relation

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Model = frozenset[Address]

BASES: dict[int, int] = {4: int(IPv4Address("10.0.0.0")), 6: int(IPv6Address("fd00::"))}
BITS = {4: 32, 6: 128}


def address(version: int, number: int) -> Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)


def ring(version: int) -> list[Address]:
    """One address out of each network above the small one, without those of the next."""
    bits = BITS[version]
    return [address(version, BASES[version] ^ (1 << bit)) for bit in range(4, bits)]


WORLD: Model = frozenset(
    member
    for version, base in BASES.items()
    for member in (*(address(version, base + offset) for offset in range(16)), *ring(version))
)


def network(version: int, offset: int, host_bits: int) -> Network:
    length = BITS[version] - min(host_bits, BITS[version])
    return ip_network((BASES[version] + offset, length), strict=False)


networks = st.builds(
    network,
    st.sampled_from((4, 6)),
    st.integers(0, 15),
    st.integers(0, 4) | st.integers(0, 32) | st.integers(0, 128),
)


def members_of(network: Network) -> Model:
    return frozenset(member for member in WORLD if member in network)


def block(cidr: Network, excepts: list[Network]) -> tuple[AddressSet, Model]:
    model = members_of(cidr)
    for each in excepts:
        model -= members_of(each)
    return AddressSet.parse(str(cidr), map(str, excepts)), model


def combined(
    drawn: tuple[tuple[AddressSet, Model], tuple[AddressSet, Model], str],
) -> tuple[AddressSet, Model]:
    (one, one_model), (two, two_model), operation = drawn
    match operation:
        case "|":
            return one | two, one_model | two_model
        case "&":
            return one & two, one_model & two_model
        case _:
            return one - two, one_model - two_model


BLOCKS = st.builds(block, networks, st.lists(networks, max_size=3))
SETS = st.recursive(
    BLOCKS | st.just((AddressSet.empty(), Model())) | st.just((AddressSet.everything(), WORLD)),
    lambda inner: st.tuples(inner, inner, st.sampled_from("||&-")).map(combined),
    max_leaves=6,
)


def members(addresses: AddressSet) -> Model:
    return frozenset(member for member in WORLD if str(member) in addresses)


@given(SETS)
def test_members(made: tuple[AddressSet, Model]) -> None:
    addresses, model = made
    assert members(addresses) == model
    assert bool(addresses) == bool(model)
    assert addresses.families == {member.version for member in model}


@given(st.lists(SETS, max_size=5))
def test_a_union_of_many_is_that_of_one_after_the_other(
    made: list[tuple[AddressSet, Model]],
) -> None:
    one_by_one = AddressSet.empty()
    for addresses, _ in made:
        one_by_one |= addresses
    assert AddressSet.union([addresses for addresses, _ in made]) == one_by_one


@given(SETS, SETS)
def test_relations_are_those_of_the_sets(
    one: tuple[AddressSet, Model], two: tuple[AddressSet, Model]
) -> None:
    (first, first_model), (second, second_model) = one, two
    assert members(first | second) == first_model | second_model
    assert members(first & second) == first_model & second_model
    assert members(first - second) == first_model - second_model
    assert (first <= second) == (first_model <= second_model)
    assert first.isdisjoint(second) == first_model.isdisjoint(second_model)
    assert (first == second) == (first_model == second_model)
    if first == second:
        assert hash(first) == hash(second)


@given(SETS)
def test_prefixes_are_the_fewest_that_make_up_the_set(made: tuple[AddressSet, Model]) -> None:
    addresses, _ = made
    read = AddressSet.empty()
    for prefix in addresses.prefixes():
        assert read.isdisjoint(AddressSet.parse(prefix))
        read |= AddressSet.parse(prefix)
    assert read == addresses
    for version in addresses.families:
        found = [net for net in map(ip_network, addresses.prefixes()) if net.version == version]
        assert [str(net) for net in found] == collapsed(version, addresses)
    assert str(addresses) == (", ".join(addresses.prefixes()) or "no addresses")


def collapsed(version: int, addresses: AddressSet) -> list[str]:
    """The same prefixes merged pairwise until no two make up a larger one."""
    found = {net for net in map(ip_network, addresses.prefixes()) if net.version == version}
    while mergeable := [
        net for net in found if net.prefixlen and set(net.supernet().subnets()) <= found
    ]:
        found -= set(mergeable[0].supernet().subnets())
        found.add(mergeable[0].supernet())
    return [str(net) for net in sorted(found, key=lambda net: int(net.network_address))]


@given(networks, st.lists(networks, max_size=3), networks)
def test_relation_to_one_range(cidr: Network, excepts: list[Network], range_: Network) -> None:
    made, model = block(cidr, excepts)
    cluster = members_of(range_)
    found = relation(made, AddressSet.parse(str(cidr)), AddressSet.parse(str(range_)))
    holding = {
        Relation.DISJOINT: not model & cluster,
        Relation.INSIDE: bool(model) and model <= cluster,
        Relation.COVERS: cluster <= model,
        Relation.CARVED: cluster <= members_of(cidr) and model & cluster < cluster,
    }
    assert found is next(each for each, holds in holding.items() if holds)


@given(networks, st.integers(0, 3), st.data())
def test_sloppy_spellings_mean_the_canonical_network(
    drawn: Network, zeros: int, data: st.DataObject
) -> None:
    host = data.draw(st.integers(int(drawn[0]), int(drawn[-1])))
    separator = "." if drawn.version == 4 else ":"
    padded = separator.join(
        "0" * zeros + group if group else ""
        for group in str(address(drawn.version, host)).split(separator)
    )
    spelled = f"{padded}/{'0' * zeros}{drawn.prefixlen}"
    assert AddressSet.parse(spelled) == AddressSet.parse(str(drawn))
    assert padded in AddressSet.parse(str(drawn))


@given(st.from_regex(r"[0-9]{0,4}(\.[0-9]{1,4}){2,4}(/[0-9]{0,4})?", fullmatch=True))
def test_an_ipv4_cidr_is_four_decimals_and_a_prefix_length(text: str) -> None:
    numbers, _, length = text.partition("/")
    octets = numbers.split(".")
    fits = (
        len(octets) == 4
        and all(octet and int(octet) <= 255 for octet in octets)
        and length != ""
        and int(length) <= 32
    )
    if fits:
        plain = ".".join(str(int(octet)) for octet in octets)
        expected = str(ip_network(f"{plain}/{int(length)}", strict=False))
        assert AddressSet.parse(text).prefixes() == (expected,)
    else:
        refuse(text)


@given(st.text(max_size=12) | st.text("0123456789abcdef:./%", max_size=20))
def test_text_python_cannot_read_is_refused_unless_it_has_leading_zeros(text: str) -> None:
    try:
        ip_network(text, strict=False)
    except ValueError:
        assume(not re.search(r"(^|[:./])0[0-9a-f]", text))
        refuse(text)


def refuse(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        AddressSet.parse(text)
    assert AddressSet.parse("10.0.0.0/8", [text]) == AddressSet.parse("10.0.0.0/8")
