"""The ports of a rule."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.apivalidation import names
from netlint_rules.apivalidation.cause import Causes, Kind, complain, invalid, unsupported
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder

PROTOCOLS = ("TCP", "UDP", "SCTP")
_OUT_OF_RANGE = "must be between 1 and 65535, inclusive"


def validate_port(entry: Mapping[str, object], path: Path, causes: Causes) -> None:
    """Add what is wrong with one entry of `ports`."""
    protocol, port, end = entry.get("protocol"), entry.get("port"), entry.get("endPort")
    if protocol not in PROTOCOLS and isinstance(protocol, str) and not is_placeholder(protocol):
        causes.append(unsupported(Kind.PROTOCOL, (*path, "protocol"), protocol, PROTOCOLS))
    if isinstance(port, str):
        _validate_name(port, end, path, causes)
        return
    if isinstance(port, int) and not 1 <= port <= 65535:
        causes.append(invalid(Kind.PORT, (*path, "port"), port, _OUT_OF_RANGE))
    if isinstance(end, int):
        _validate_end(port, end, (*path, "endPort"), causes)


def _validate_name(port: str, end: object, path: Path, causes: Causes) -> None:
    if is_placeholder(port):
        return
    if isinstance(end, int):
        detail = "may not be specified when `port` is non-numeric"
        causes.append(invalid(Kind.PORT, (*path, "endPort"), end, detail))
    is_number = port.isascii() and port.isdigit()
    kind = Kind.QUOTED_PORT if is_number else Kind.PORT
    complain(causes, kind, (*path, "port"), port, names.port_name(port))


def _validate_end(port: object, end: int, path: Path, causes: Causes) -> None:
    if not isinstance(port, int):
        detail = "may not be specified when `port` is not specified"
        causes.append(invalid(Kind.PORT, path, end, detail))
        return
    if end < port:
        # The server prints the port as if it were the end.
        detail = "must be greater than or equal to `port`"
        causes.append(invalid(Kind.PORT, path, port, detail))
    if not 1 <= end <= 65535:
        causes.append(invalid(Kind.PORT, path, end, _OUT_OF_RANGE))
