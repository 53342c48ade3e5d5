"""Workloads and addresses as answers name them."""

from __future__ import annotations

import pytest

from netlint_rules.addresses import AddressSet
from netlint_rules.questions.names import Names, addresses
from netlint_rules.reach import Outside, Owner
from netlint_rules.reach.world import PUBLIC
from tests.rules.builders import workspace
from tests.rules.questions.shop import TOWN, network, pod


def blocks(*cidrs: str) -> AddressSet:
    found = AddressSet.empty()
    for cidr in cidrs:
        found |= AddressSet.parse(cidr)
    return found


V4, EVERYTHING = blocks("0.0.0.0/0"), AddressSet.everything()


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (EVERYTHING, "any address"),
        (PUBLIC, "the internet"),
        (PUBLIC.of_version(4), "the internet"),
        (V4, "any IPv4 address"),
        (V4 - blocks("10.0.0.0/8"), "any IPv4 address except 10.0.0.0/8"),
        (EVERYTHING - blocks("10.0.0.0/8"), "any address except 10.0.0.0/8"),
        (
            V4 - blocks(*(f"10.{number}.0.0/16" for number in range(0, 10, 2))),
            "any IPv4 address except 10.0.0.0/16, 10.2.0.0/16, 10.4.0.0/16 and 2 more ranges",
        ),
        (blocks("10.0.0.7/32"), "10.0.0.7"),
        (blocks("2001:db8::1/128"), "2001:db8::1"),
        (blocks("10.0.0.0/8", "192.168.0.0/16"), "10.0.0.0/8, 192.168.0.0/16"),
        (
            blocks(*(f"10.{number}.0.0/16" for number in range(0, 10, 2))),
            "10.0.0.0/16, 10.2.0.0/16, 10.4.0.0/16 and 2 more ranges",
        ),
    ],
)
def test_addresses(block: AddressSet, words: str) -> None:
    assert addresses(block) == words


def test_the_kind_is_said_where_two_have_a_name() -> None:
    names = Names.of(workspace(pod("a") + pod("a", kind="StatefulSet") + pod("b")).index)
    assert names.owner(Owner("shop", "StatefulSet", "a")) == "shop/StatefulSet/a"
    assert names.owner(Owner("shop", "Deployment", "b")) == "shop/b"


def test_a_namespace_that_nobody_gave() -> None:
    owners = [Owner("?apps/one", "Deployment", "a"), Owner("shop", "Deployment", "b")]
    assert Names.among(owners).owner(owners[0]) == "a"
    both = [*owners, Owner("?apps/two", "Deployment", "a")]
    assert [Names.among(both).owner(owner) for owner in both] == ["one/a", "shop/b", "two/a"]


def test_ends() -> None:
    net = network(TOWN)
    names = Names.of(net.index)
    db = Owner("shop", "StatefulSet", "db")
    assert names.end(db) == names.end(net.workloads[db][0]) == "shop/db"
    assert names.end(V4) == names.end(Outside(V4)) == "any IPv4 address"
    assert names.end(net.any_node) == "node of the cluster"
    assert names.end(net.stranger) == "pods out of view"
    assert names.end(net.controllers[0]) == "an ingress controller"
