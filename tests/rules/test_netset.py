"""Port and address sets: what is accepted, what is printed, and cases with a name."""

from __future__ import annotations

import pytest

from netlint_rules.addresses import AddressSet, Relation, relation
from netlint_rules.netset import PortSet


def tcp(first: int, last: int | None = None) -> PortSet:
    return PortSet.of("TCP", first, last)


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        (PortSet.empty(), "no ports"),
        (PortSet.all(), "all ports"),
        (PortSet.protocol("UDP"), "all UDP ports"),
        (PortSet.named("TCP", "http"), "TCP http"),
        (
            tcp(8000, 8010) | PortSet.of("UDP", 53) | tcp(80) | PortSet.named("TCP", "http"),
            "TCP 80, TCP 8000-8010, TCP http, UDP 53",
        ),
        (tcp(1, 65535), "TCP 1-65535"),
        (PortSet.protocol("TCP") - tcp(80), "all TCP ports except 80"),
        (
            PortSet.all() - tcp(80) - tcp(90, 95) - PortSet.named("TCP", "http"),
            "all TCP ports except 80 and 90-95 and http, all UDP ports, all SCTP ports",
        ),
    ],
)
def test_a_port_set_as_text(ports: PortSet, text: str) -> None:
    assert str(ports) == text


@pytest.mark.parametrize(("first", "last"), [(0, None), (65536, None), (1, 65536), (9, 8), (0, 5)])
def test_ports_outside_the_numbers_of_ports_are_refused(first: int, last: int | None) -> None:
    with pytest.raises(ValueError, match="1-65535"):
        tcp(first, last)


def test_other_protocols_are_refused() -> None:
    for make in (PortSet.protocol, PortSet.all().intervals):
        with pytest.raises(ValueError, match="'ICMP'"):
            make("ICMP")


def test_adjacent_ports_are_one_interval() -> None:
    assert (tcp(80) | tcp(82) | tcp(81)).intervals("TCP") == ((80, 82),)


def test_a_name_stands_for_every_container_port_of_its_name_and_protocol() -> None:
    ports = PortSet.named("TCP", "http") | PortSet.named("TCP", "gone")
    pod = [("http", "TCP", 8080), ("http", "TCP", 8081), ("http", "UDP", 9), ("dns", "TCP", 53)]
    assert ports.resolve(pod) == tcp(8080, 8081)
    assert ports.resolve([("http", "TCP", 0), ("http", "ICMP", 8)]) == PortSet.empty()


def test_a_whole_protocol_has_every_name_and_the_numbers_alone_none() -> None:
    http = PortSet.named("TCP", "http")
    assert http <= PortSet.protocol("TCP")
    assert not http <= PortSet.protocol("UDP")
    assert not http <= tcp(1, 65535)
    assert not http.covers("TCP", 80)


def test_a_whole_protocol_but_for_a_name_lists_no_names() -> None:
    http = PortSet.named("TCP", "http")
    assert http.names == {("TCP", "http")}
    assert (PortSet.protocol("TCP") - http).names == frozenset()
    assert (PortSet.protocol("TCP") - http) | http == PortSet.protocol("TCP")


@pytest.mark.parametrize(
    ("cidr", "prefix"),
    [
        ("10.0.0.5/24", "10.0.0.0/24"),
        ("010.008.000.001/08", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("FD00:0010:244::1/56", "fd00:10:244::/56"),
        ("::00001/128", "::1/128"),
        ("::/0", "::/0"),
        ("64:ff9b::010.0.0.1/128", "64:ff9b::a00:1/128"),
        ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
        ("::ffff:a01:203/128", "10.1.2.3/32"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::ffff:10.1.2.3/95", "::fffe:0:0/95"),
    ],
)
def test_cidrs_are_read_as_the_api_server_reads_them(cidr: str, prefix: str) -> None:
    assert AddressSet.parse(cidr).prefixes() == (prefix,)


@pytest.mark.parametrize(
    "cidr",
    [
        "",
        "/",
        "/8",
        "10.0.0/8",
        "10.0.0.0.0/8",
        "10.0.0.256/32",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/٨",
        " 10.0.0.0/8",
        "10.0.0.0/ 8",
        "10.0.0.0/" + "0" * 5000 + "33",
        "10.0.0.0/" + "9" * 5000,
        "10..0.0/8",
        "0x0a.0.0.0/8",
        "fd00::/129",
        "fd00::1::/64",
        "fe80::1%eth0/64",
        "1:2:3:4:5:6:7/64",
        "1:2:3:4:5:6:7::8/64",
        "12345::/16",
        "localhost/8",
    ],
)
def test_what_is_no_cidr_is_refused_with_its_text(cidr: str) -> None:
    with pytest.raises(ValueError, match=r"prefix length|is not a CIDR") as refused:
        AddressSet.parse(cidr)
    assert str(refused.value).startswith(repr(cidr))


def test_a_bare_address_is_told_its_prefix_length() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/32 is the address alone"):
        AddressSet.parse("10.0.0.1")
    with pytest.raises(ValueError, match="fd00::1/128 is the address alone"):
        AddressSet.parse("fd00::1")


def test_excepts_that_cannot_be_read_take_nothing_away() -> None:
    block = AddressSet.parse("10.0.0.0/8", ["10.1.0.0", "", "fd00::/8", "10.128.0.0/9"])
    assert block.prefixes() == ("10.0.0.0/9",)


def test_a_mapped_address_is_the_ipv4_address() -> None:
    assert "::ffff:10.1.2.3" in AddressSet.parse("10.0.0.0/8")
    assert "::ffff:10.1.2.3" not in AddressSet.parse("::/0")
    assert "10.1.2.3" not in AddressSet.parse("::/0")


def test_what_is_no_address_is_in_no_set() -> None:
    for text in ("", "10.0.0.0/8", "localhost", "fe80::1%eth0"):
        assert text not in AddressSet.everything()


def test_an_address_set_as_text() -> None:
    assert str(AddressSet.empty()) == "no addresses"
    assert str(AddressSet.everything()) == "0.0.0.0/0, ::/0"
    assert AddressSet.everything().families == {4, 6}


PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


@pytest.mark.parametrize(
    ("cidr", "excepts", "ranges", "expected"),
    [
        ("0.0.0.0/0", PRIVATE, ("10.42.0.0/16",), Relation.DISJOINT),
        ("::/0", (), ("10.42.0.0/16",), Relation.DISJOINT),
        ("10.42.0.0/16", ("10.42.0.0/16",), ("10.42.0.0/16",), Relation.DISJOINT),
        ("10.42.1.17/32", (), ("10.42.0.0/16",), Relation.INSIDE),
        ("10.42.0.0/16", (), ("10.42.0.0/16",), Relation.INSIDE),
        ("10.0.0.0/8", ("10.1.0.0/16",), ("10.42.0.0/16",), Relation.COVERS),
        ("0.0.0.0/0", ("10.42.0.0/17",), ("10.42.0.0/16",), Relation.CARVED),
        ("10.0.0.0/8", (), ("10.42.0.0/16", "fd00::/56"), Relation.COVERS),
        ("10.0.0.0/8", (), ("10.42.0.0/16", "11.0.0.0/16"), Relation.COVERS),
        ("10.0.0.0/8", ("10.42.1.0/24",), ("10.42.0.0/16", "11.0.0.0/16"), Relation.CARVED),
    ],
)
def test_how_a_block_lies_towards_the_cluster(
    cidr: str, excepts: tuple[str, ...], ranges: tuple[str, ...], expected: Relation
) -> None:
    cluster = AddressSet.empty()
    for each in ranges:
        cluster |= AddressSet.parse(each)
    block = AddressSet.parse(cidr, excepts)
    assert relation(block, AddressSet.parse(cidr), cluster) is expected


def test_single_ports() -> None:
    assert PortSet.of("TCP", 80).single == ("TCP", 80)
    assert PortSet.named("UDP", "dns").single == ("UDP", "dns")
    several = PortSet.of("TCP", 80) | PortSet.of("UDP", 80)
    named = PortSet.of("TCP", 80) | PortSet.named("TCP", "http")
    for ports in (PortSet.empty(), PortSet.of("TCP", 80, 81), several, named):
        assert ports.single is None
    assert PortSet.protocol("TCP").single is None
