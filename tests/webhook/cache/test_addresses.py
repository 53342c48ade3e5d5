"""One pod of each network stands for all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.discovery import network
from netlint_webhook.cache.addresses import PodAddresses

ADDRESSES = st.sampled_from(["10.0.1.9", "10.0.1.5", "10.0.2.1", "fd00::1", "fd00::2", "fd01::1"])
STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.lists(ADDRESSES, max_size=2, unique=True)))


def pod(*addresses: str, **spec: object) -> dict[str, Any]:
    return {"spec": spec, "status": {"podIPs": [{"ip": each} for each in addresses]}}


def shown(addresses: PodAddresses) -> dict[str, str]:
    """The pods that rules see, by their address."""
    return {
        str(body["status"]["podIP"]): placed.document.name
        for placed in addresses.publish()
        for body in [dict[str, Any](placed.document.body)]
    }


def test_the_lowest_address_of_a_network_is_shown_as_long_as_it_is_there() -> None:
    addresses = PodAddresses()
    addresses.note("shop", "b", pod("10.0.1.9", "fd00::9"), ended=False)
    assert shown(addresses) == {"10.0.1.9": "b", "fd00::9": "b"}
    addresses.note("shop", "a", pod("10.0.1.5"), ended=False)
    assert shown(addresses) == {"10.0.1.5": "a", "fd00::9": "b"}
    before = addresses.publish()
    addresses.note("shop", "c", pod("10.0.1.7"), ended=False)
    addresses.forget("shop", "c")
    assert addresses.publish() is before, "rules need not look again"
    addresses.forget("shop", "a")
    assert shown(addresses) == {"10.0.1.9": "b", "fd00::9": "b"}


def test_a_pod_is_found_by_its_address() -> None:
    addresses = PodAddresses()
    addresses.note("shop", "a", pod("10.0.1.5", "fd00::5"), ended=False)
    addresses.note("shop", "b", pod("10.0.1.6"), ended=False)
    assert addresses.name("10.0.1.6") == ("shop", "b")
    assert addresses.name("fd00::5") == ("shop", "a")
    addresses.note("shop", "c", pod("10.0.1.5"), ended=False)
    addresses.forget("shop", "a")
    assert addresses.name("10.0.1.5") == ("shop", "c"), "an address is given anew"
    assert addresses.name("fd00::5") is None


def test_pods_without_an_address_of_their_own() -> None:
    addresses = PodAddresses()
    addresses.note("shop", "a", pod("10.0.1.5"), ended=False)
    addresses.note("shop", "a", pod("10.0.1.5"), ended=True)
    addresses.note("shop", "b", pod("10.0.1.6", hostNetwork=True), ended=False)
    addresses.note("shop", "c", {"status": {"podIPs": [{}, {"ip": 1}, "x"]}}, ended=False)
    assert shown(addresses) == {}


@given(STEPS, st.sets(st.sampled_from("abcd")))
def test_every_network_is_shown_once(steps: list[tuple[str, list[str]]], kept: set[str]) -> None:
    addresses, there = PodAddresses(), dict[str, list[str]]()
    for name, found in steps:
        addresses.note("shop", name, pod(*found), ended=False)
        there[name] = found
    addresses.keep({"shop": dict.fromkeys(kept)})
    all_of_them = {each for name in kept for each in there.get(name, ())}
    lowest = {
        min(other for other in all_of_them if network(other) == network(each))
        for each in all_of_them
    }
    assert set(shown(addresses)) == lowest
