"""Endpoints, ports and expectations as people write them."""

from __future__ import annotations

import pytest

from netlint_rules.netset import PortSet
from netlint_rules.questions.endpoint import Addresses, Backends, EndpointError, Pods, Wide
from netlint_rules.questions.endpoint import endpoint as read_endpoint
from netlint_rules.questions.expectation import expectation, with_ports
from netlint_rules.questions.ports import is_port_name, looks_like_ports, ports

TCP = PortSet.of("TCP", 5432)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("*", Wide.ANY),
        ("any", Wide.ANY),
        ("internet", Wide.INTERNET),
        ("node", Wide.NODE),
        ("nodes", Wide.NODE),
        ("ingress-controller", Wide.CONTROLLER),
        ("shop", Pods("shop", alone=True)),
        ("shop/api", Pods("shop", "api")),
        ("shop/*", Pods("shop")),
        ("*/web-?", Pods("*", "web-?")),
        ("shop/deploy/api", Pods("shop", "api", "Deployment")),
        ("shop/StatefulSet/*", Pods("shop", "", "StatefulSet")),
        ("svc/shop/db", Backends("shop", "db")),
        ("shop/svc/db", Backends("shop", "db")),
        ("shop/service/db", Backends("shop", "db")),
        ("shop/app=web", Pods("shop", labels={"app": "web"})),
        (
            "shop/app.kubernetes.io/name=web,tier=",
            Pods("shop", labels={"app.kubernetes.io/name": "web", "tier": ""}),
        ),
    ],
)
def test_endpoints(text: str, meant: object) -> None:
    assert read_endpoint(text) == meant


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("10.0.0.7", "10.0.0.7/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("::/0", "::/0"),
    ],
)
def test_addresses(text: str, prefix: str) -> None:
    meant = read_endpoint(text)
    assert isinstance(meant, Addresses)
    assert meant.block.prefixes() == (prefix,)
    assert str(meant) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names nothing"),
        ("shop/", "names nothing"),
        ("/api", "names nothing"),
        ("a/b/c/d", "names nothing"),
        ("shop/a b", "names nothing"),
        ("10.0.0", "neither an IP address nor a CIDR"),
        ("10.0.0.0/33", "neither an IP address nor a CIDR"),
        ("shop/=web", "is no label"),
        ("shop/app=web,tier", "is no label"),
    ],
)
def test_what_names_nothing(text: str, words: str) -> None:
    with pytest.raises(EndpointError, match=words):
        read_endpoint(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("5432", TCP),
        ("TCP/5432", TCP),
        ("5432/tcp", TCP),
        ("udp/53", PortSet.of("UDP", 53)),
        ("8000-8010", PortSet.of("TCP", 8000, 8010)),
        ("80, UDP/53", PortSet.of("TCP", 80) | PortSet.of("UDP", 53)),
        ("http", PortSet.named("TCP", "http")),
        ("UDP/dns", PortSet.named("UDP", "dns")),
        ("SCTP", PortSet.protocol("SCTP")),
    ],
)
def test_ports(text: str, meant: PortSet) -> None:
    assert ports(text) == meant


@pytest.mark.parametrize(
    "text", ["0", "65536", "9-8", "a_b", "TCP/", "ICMP/8", "80/x/y", "12345678"]
)
def test_what_is_no_port(text: str) -> None:
    with pytest.raises(EndpointError, match="is no port"):
        ports(text)


def test_ports_and_paths_are_told_apart() -> None:
    assert all(map(looks_like_ports, ("80", "80-90", "UDP/53", "53/udp", "tcp", "80,443")))
    assert not any(map(looks_like_ports, ("http", "policies/80", "a.yaml", "")))
    assert is_port_name("http") and is_port_name("web-2")
    assert not any(map(is_port_name, ("a.yaml", "80", "far-too-long-a-name", "-a")))


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("shop/db", None),
        ("shop/db:*", None),
        ("shop/db:5432", TCP),
        ("[2001:db8::1]:5432", TCP),
        ("[2001:db8::1]", None),
        ("2001:db8::1", None),
        ("10.0.0.1:5432", TCP),
        ("svc/shop/db:TCP/5432", TCP),
    ],
)
def test_ports_behind_an_endpoint(text: str, ports: PortSet | None) -> None:
    assert with_ports(text)[1] == ports


def test_an_expectation_has_two_ends_and_a_verb() -> None:
    found = expectation("shop/api -> shop/db:5432 allow")
    assert (found.source, found.destination) == (Pods("shop", "api"), Pods("shop", "db"))
    assert (found.ports, found.allows, found.excepts) == (TCP, True, ())
    assert expectation("shop/api→shop/db deny").allows is False


@pytest.mark.parametrize(
    ("text", "names", "on_destination"),
    [
        ("any -> shop/db deny except shop/api", ["shop/api"], False),
        ("any -> shop/db deny except shop/api, team", ["shop/api", "team"], False),
        ("internet -> any deny except shop/web", ["shop/web"], True),
        ("any -> any deny except shop/web", ["shop/web"], False),
        ("any -> any deny except to shop/web ,a", ["shop/web", "a"], True),
        ("internet -> any deny except from 10.0.0.0/8", ["10.0.0.0/8"], False),
    ],
)
def test_exceptions(text: str, names: list[str], on_destination: bool) -> None:
    found = expectation(text)
    assert [str(each) for each in found.excepts] == names
    assert found.excepts_destination is on_destination


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shop/api shop/db allow", "write SOURCE -> DESTINATION"),
        ("a -> b -> c allow", "write SOURCE -> DESTINATION"),
        ("a b -> c allow", "write SOURCE -> DESTINATION"),
        ("a ->", "write SOURCE -> DESTINATION"),
        ("a -> b", "say allow or deny"),
        ("a -> b alow", "did you mean allow"),
        ("a -> b 443 allow", "a port follows a colon: DESTINATION:443"),
        ("a -> b deny unless c", "only except may follow"),
        ("a -> b deny except", "name what is excepted"),
        ("a -> b deny except c d", "name what is excepted"),
        ("a -> b:0 deny", "is no port"),
        ("a/ -> b deny", "names nothing"),
    ],
)
def test_what_is_no_expectation(text: str, words: str) -> None:
    with pytest.raises(EndpointError, match=words):
        expectation(text)
