"""Services that a text names: `http://db.shop.svc:5432/x`, `db:5432`, `db`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from netlint_rules.record import NamedTuple
from netlint_rules.resources import Service

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_HOST = re.compile(
    rf"(?<![\w.-])(?P<host>{_LABEL}(?:\.{_LABEL})*)\.?(?::(?P<port>\d{{1,5}}))?(?![\w.-])"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://(?:[^/@\s]*@)?$")
_ADDRESSING = re.compile(
    r"(?i)(host|addr|address|server|url|uri|endpoint|service|svc|broker|dsn)s?$"
)
_NEAR = re.compile(r"127\.|0\.0\.0\.0$|localhost|.*\.(ya?ml|json|conf|txt|crt|key|pem|log|sock)$")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ldap": 389, "ldaps": 636}

Services = Mapping[str, Mapping[str, Service]]
"""Services by namespace and name."""


class Mention(NamedTuple):
    """A Service that a text names, with the port behind it, if it has one."""

    service: Service
    port: int | None


def mentions(text: str, services: Services, namespace: str, name: str = "") -> Iterator[Mention]:
    """The Services in view that a text of a pod's settings names, each with its port once.

    A bare word counts only with a port, behind a scheme, or as the whole value of a setting
    whose `name` ends like an address (`DB_HOST`): `cache` and `default` are words as well.
    """
    whole = _ADDRESSING.search(name) is not None
    found = dict.fromkeys(_found(text, services, namespace, whole=whole))
    with_port = {each.service for each in found if each.port is not None}
    for each in found:
        if each.port is not None or each.service not in with_port:
            yield each


def strangers(text: str, services: Services, namespace: str) -> Iterator[str]:
    """The hosts in a text, with a scheme or a port, that are neither a Service in view nor near."""
    for match in _HOST.finditer(text):
        parts = match["host"].split(".")
        is_host = match["port"] or _SCHEME.search(text, 0, match.start())
        is_far = "." in match["host"] and not _NEAR.match(match["host"])
        if is_host and is_far and _service(parts, services, namespace) is None:
            yield match[0]


def _found(text: str, services: Services, namespace: str, *, whole: bool) -> Iterator[Mention]:
    for match in _HOST.finditer(text):
        parts = match["host"].split(".")
        scheme = _SCHEME.search(text, 0, match.start())
        service = _service(parts, services, namespace)
        is_bare = len(parts) == 1 and not (match["port"] or scheme)
        if service is None or (is_bare and not (whole and match[0] == text.strip())):
            continue
        port = int(match["port"]) if match["port"] else _PORTS.get(scheme[1]) if scheme else None
        yield Mention(service, port)


def _service(parts: list[str], services: Services, namespace: str) -> Service | None:
    """The Service of a host name, as a pod of the namespace resolves it.

    A name may have that of one pod behind a headless Service before it.
    """
    name, *rest = parts
    if not rest:
        return services.get(namespace, {}).get(name)
    if len(rest) == 1 or rest[1] == "svc":
        found = services.get(rest[0], {}).get(name)
        return found or (_service(rest, services, namespace) if len(rest) == 1 else None)
    return _service(rest, services, namespace) if len(rest) in {2, 3, 5} else None
