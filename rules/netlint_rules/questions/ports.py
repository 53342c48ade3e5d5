"""Ports as people write them: `5432`, `UDP/53`, `8000-8010`, `http`."""

from __future__ import annotations

import re

from netlint_rules.netset import LAST_PORT, PROTOCOLS, PortSet
from netlint_rules.questions.endpoint import EndpointError

_NUMBERS = re.compile(r"(\d+)(?:-(\d+))?")
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?")


def ports(text: str) -> PortSet:
    """The ports that a text lists with commas. Raises EndpointError.

    A number or a name without a protocol is TCP, as in policies.
    """
    items = [_item(item.strip()) for item in text.split(",")]
    result = items[0]
    for item in items[1:]:
        result |= item
    return result


def looks_like_ports(text: str) -> bool:
    """Whether a word can only be meant as ports: it has a number or a protocol, and no path."""
    first, _, second = text.partition("/")
    if first.upper() in PROTOCOLS or second.upper() in PROTOCOLS:
        return True
    return all(_NUMBERS.fullmatch(item) for item in text.split(","))


def is_port_name(text: str) -> bool:
    """Whether a word could be the name of a port."""
    return _NAME.fullmatch(text) is not None


def _item(text: str) -> PortSet:
    first, slash, second = text.partition("/")
    protocol, port = first.upper(), second
    if slash and protocol not in PROTOCOLS:
        protocol, port = second.upper(), first
    elif not slash and protocol not in PROTOCOLS:
        protocol, port = "TCP", first
    if protocol not in PROTOCOLS:
        raise EndpointError(f"{text!r} is no port: {second or first} is no protocol")
    if not port and not slash:
        return PortSet.protocol(protocol)
    numbers = _NUMBERS.fullmatch(port)
    if numbers:
        return _numbered(text, protocol, int(numbers[1]), int(numbers[2] or numbers[1]))
    if not is_port_name(port):
        raise EndpointError(f"{text!r} is no port: write 5432, UDP/53, 8000-8010 or a port's name")
    return PortSet.named(protocol, port)


def _numbered(text: str, protocol: str, first: int, last: int) -> PortSet:
    if not 1 <= first <= last <= LAST_PORT:
        raise EndpointError(f"{text!r} is no port: ports are 1 to {LAST_PORT}")
    return PortSet.of(protocol, first, last)
