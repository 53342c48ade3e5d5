"""What must pass and what must not: `shop/api -> shop/db:5432 allow`, as configurations say it."""

from __future__ import annotations

import re
from difflib import get_close_matches

from netlint_rules.netset import PROTOCOLS, PortSet
from netlint_rules.questions.endpoint import Endpoint, EndpointError, Wide, endpoint
from netlint_rules.questions.ports import ports as read_ports
from netlint_rules.record import dataclass

FORM = "SOURCE -> DESTINATION[:PORT] allow or deny [except ENDPOINT, ...]"
"""What an expectation looks like, for messages."""

_VERBS = ("allow", "deny")
_COMMA = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold: all connections pass where `allows`, none otherwise.

    `ports` None: any port. Connections with an end in `excepts` are left out, the source's or,
    with `excepts_destination`, the destination's.
    """

    text: str
    source: Endpoint
    destination: Endpoint
    ports: PortSet | None
    allows: bool
    excepts: tuple[Endpoint, ...] = ()
    excepts_destination: bool = False


def expectation(text: str) -> Expectation:
    """The expectation that a text states. Raises EndpointError with what is wrong."""
    words = _COMMA.sub(",", text.replace("→", "->").replace("->", " -> ")).split()
    arrow = words.index("->") if words.count("->") == 1 else 0
    if arrow != 1 or len(words) < 3:
        raise EndpointError(f"write {FORM}")
    source, target, tail = words[0], words[2], words[3:]
    verb, excepts = _verb(tail), tail[1:]
    destination, ports = with_ports(target)
    start = endpoint(source)
    named, on_destination = _excepts(excepts, start, destination)
    return Expectation(text, start, destination, ports, verb == "allow", named, on_destination)


def with_ports(text: str) -> tuple[Endpoint, PortSet | None]:
    """An endpoint with ports behind a colon, or without. Raises EndpointError."""
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
        return endpoint(address), _ports(port.removeprefix(":")) if port else None
    if text.count(":") > 1:  # an IPv6 address
        return endpoint(text), None
    target, colon, port = text.partition(":")
    return endpoint(target), _ports(port) if colon else None


def _ports(text: str) -> PortSet | None:
    return None if text == "*" else read_ports(text)


def _verb(words: list[str]) -> str:
    if not words:
        raise EndpointError("say allow or deny at the end")
    if words[0] not in _VERBS:
        near = get_close_matches(words[0], _VERBS, n=1, cutoff=0.5)
        hint = f" (did you mean {near[0]}?)" if near else ""
        if words[0].upper() in PROTOCOLS or words[0].isdigit():
            hint = f" (a port follows a colon: DESTINATION:{words[0]})"
        raise EndpointError(f"say allow or deny, not {words[0]}{hint}")
    return words[0]


def _excepts(
    words: list[str], source: Endpoint, destination: Endpoint
) -> tuple[tuple[Endpoint, ...], bool]:
    """The exceptions, and whether they are destinations: so where only the source is narrow."""
    if not words:
        return (), False
    if words[0] != "except":
        raise EndpointError(f"only except may follow allow or deny, not {words[0]}")
    side = words[1] if len(words) > 2 and words[1] in {"from", "to"} else ""
    names = words[2:] if side else words[1:]
    if len(names) != 1 or not all(names[0].split(",")):
        raise EndpointError("name what is excepted: except shop/api, shop/admin")
    on_destination = side == "to" or (
        not side and destination is Wide.ANY and source is not Wide.ANY
    )
    return tuple(map(endpoint, names[0].split(","))), on_destination
