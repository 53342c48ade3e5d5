"""What every row of every facts table has, and the formats that columns may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.typed import Annotated, Any


class Format(NamedTuple):
    """A restriction on a column's value: in words, as a test, and as JSON Schema keywords."""

    words: str
    fits: Callable[[Any], bool]
    keywords: Mapping[str, object]


def _is_cidr(value: str) -> bool:
    from ipaddress import ip_network

    try:
        ip_network(value)
    except ValueError:
        return False
    return "/" in value


def _is_address(value: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(value)
    except ValueError:
        return False
    return True


Text = Annotated[str, Format("text that is not empty", bool, {"minLength": 1})]
Cidr = Annotated[str, Format("a CIDR such as 10.244.0.0/16", _is_cidr, {"pattern": "/[0-9]+$"})]
CidrOrNothing = Annotated[
    str,
    Format(
        "a CIDR such as 10.244.0.0/16, or empty",
        lambda value: not value or _is_cidr(value),
        {"pattern": "^$|/[0-9]+$"},
    ),
]
Address = Annotated[str, Format("an IP address", _is_address, {"minLength": 2})]
Port = Annotated[
    int,
    Format(
        "a port number from 1 to 65535",
        lambda value: 1 <= value <= 65535,
        {"minimum": 1, "maximum": 65535},
    ),
]
PortOrZero = Annotated[
    int,
    Format(
        "a port number from 1 to 65535, or 0",
        lambda value: 0 <= value <= 65535,
        {"minimum": 0, "maximum": 65535},
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a facts table.

    id: name of the row, unique in its table.
    source: where the fact was read.
    verified: false where nobody checked it; such a row must never be the only ground of an error.
    """

    id: Text
    source: Text
    verified: bool = True
