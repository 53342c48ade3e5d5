"""NetworkPolicy of networking.k8s.io/v1: normalised as the API server defaults and decodes it.

Source of the defaulting: kubernetes pkg/apis/networking/v1/defaults.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

from netlint_rules.addresses import AddressSet
from netlint_rules.apivalidation import NEWEST, refusals
from netlint_rules.apivalidation.cause import Cause
from netlint_rules.netset import PROTOCOLS, PortSet
from netlint_rules.policy import (
    AddressPeer,
    Direction,
    OpaquePeer,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
    PortEntry,
)
from netlint_rules.selector import EVERYTHING, Selector
from netlint_rules.source.document import Document, Path
from netlint_rules.source.placeholders import is_placeholder

DIALECT = "kubernetes"
API_VERSIONS = frozenset({"networking.k8s.io/v1", "extensions/v1beta1"})
"""The removed extensions/v1beta1 has the same shape; one rule of its own speaks of it."""

_MAX_PORT = 65535
_DIRECTIONS = tuple(Direction)
_NONE_INERT: Mapping[Direction, tuple[PolicyRule, ...]] = dict.fromkeys(_DIRECTIONS, ())
_BOTH, _INGRESS = frozenset(_DIRECTIONS), frozenset({Direction.INGRESS})

PLACEHOLDER = "a placeholder that is filled in later"
"""The reason of opaque parts that are no mistakes."""


def is_network_policy(document: Document) -> bool:
    """Whether this is Kubernetes' own NetworkPolicy: Antrea and Calico reuse the kind."""
    return document.kind == "NetworkPolicy" and document.api_version in API_VERSIONS


def read(document: Document, namespace: str, minor: int = NEWEST) -> Policy:
    """The policy that the API server would hold. Never raises: odd parts become opaque ones.

    `minor` is the minor version of Kubernetes that judges whether the object is valid.
    """
    return _read(document, namespace, refusals(document.body, minor))


def stored(document: Document, namespace: str) -> Policy:
    """A policy that the API server holds: whatever its version refuses today, it is in force."""
    return _read(document, namespace, ())


def _read(document: Document, namespace: str, causes: tuple[Cause, ...]) -> Policy:
    spec = _mapping(document.body.get("spec"))
    directions = effective_types(spec)
    rules = {direction: tuple(_rules(spec, direction)) for direction in _DIRECTIONS}
    return Policy(
        document=document,
        dialect=DIALECT,
        name=document.name,
        namespace=namespace,
        subject=_selector(spec.get("podSelector")),
        directions=directions,
        rules={d: rules[d] if d in directions else () for d in _DIRECTIONS},
        inert=_NONE_INERT
        if len(directions) == len(_DIRECTIONS)
        else {d: () if d in directions else rules[d] for d in _DIRECTIONS},
        labels=_texts(document.metadata.get("labels")),
        annotations=_texts(document.metadata.get("annotations")),
        causes=causes,
    )


def effective_types(spec: dict[str, object]) -> frozenset[Direction]:
    """The directions that a spec isolates: its policyTypes, or the server's default for them."""
    listed = _list(spec.get("policyTypes"))
    if listed:
        names = _type_names(listed)
        return frozenset(direction for direction in _DIRECTIONS if direction in names)
    return _BOTH if _list(spec.get("egress")) else _INGRESS


def _type_names(listed: list[object]) -> set[str]:
    """The names meant, where an item is a mapping such as `Ingress:` its keys."""
    names: set[str] = set()
    for item in listed:
        names.update(item if isinstance(item, dict) else [str(item)])
    return names


def _rules(spec: dict[str, object], direction: Direction) -> Iterator[PolicyRule]:
    base: Path = ("spec", direction.field)
    field = direction.peers_field
    for position, item in enumerate(_items(spec.get(direction.field))):
        path = _below(base, position)
        if is_placeholder(item):
            yield PolicyRule(path, (OpaquePeer(path, PLACEHOLDER),), None)
            continue
        rule = _mapping(item)
        peers = [
            _peer(peer, _below(path, field, index))
            for index, peer in enumerate(_items(rule.get(field)))
        ]
        entries = [
            _port(port, _below(path, "ports", index))
            for index, port in enumerate(_items(rule.get("ports")))
        ]
        yield PolicyRule(path, tuple(peers) or None, tuple(entries) or None)


@lru_cache(maxsize=4096)
def _below(path: Path, *steps: str | int) -> Path:
    """A path that all policies share: most rules stand in few places."""
    return (*path, *steps)


def _peer(item: object, path: Path) -> Peer:
    if is_placeholder(item):
        return OpaquePeer(path, PLACEHOLDER)
    peer = _mapping(item)
    pods, namespaces, block = (
        peer.get("podSelector"),
        peer.get("namespaceSelector"),
        peer.get("ipBlock"),
    )
    if block is not None:
        if pods is not None or namespaces is not None:
            return OpaquePeer(path, "ipBlock beside another selector")
        return _address_peer(_mapping(block), path)
    if pods is None and namespaces is None:
        return OpaquePeer(path, "no peer given")
    where = None if namespaces is None else _selector(namespaces)
    return PodPeer(path, _selector(pods), where, pods is not None)


def _address_peer(body: dict[str, object], path: Path) -> Peer:
    cidr = body.get("cidr")
    excepts = tuple(map(str, _list(body.get("except"))))
    if is_placeholder(cidr) or any(map(is_placeholder, excepts)):
        return OpaquePeer(path, PLACEHOLDER)
    try:
        whole = AddressSet.parse(str(cidr))
    except ValueError:
        return OpaquePeer(path, "not a CIDR")
    block = AddressSet.parse(str(cidr), excepts) if excepts else whole
    return AddressPeer(path, str(cidr), excepts, whole, block)


def _port(item: object, path: Path) -> PortEntry:
    if is_placeholder(item):
        return PortEntry(path, PortSet.empty(), PLACEHOLDER)
    entry = _mapping(item)
    protocol, port, end = entry.get("protocol"), entry.get("port"), entry.get("endPort")
    if port.__class__ is int and end is None and protocol.__class__ is str:
        ports = _single_port(protocol, port)
    else:
        ports = _port_set("TCP" if protocol is None else protocol, port, end)
    if ports is not None and not is_placeholder(port):
        return PortEntry(path, ports)
    is_unknown = any(map(is_placeholder, (protocol, port, end)))
    return PortEntry(path, PortSet.empty(), PLACEHOLDER if is_unknown else "not a port")


@lru_cache(maxsize=4096)
def _single_port(protocol: str, port: int) -> PortSet | None:
    """A set that all policies share: most entries are one of few."""
    return _port_set(protocol, port, None)


def _port_set(protocol: object, port: object, end: object) -> PortSet | None:
    """The ports of an entry, None where the API server refuses it."""
    if protocol not in PROTOCOLS or not isinstance(protocol, str):
        return None
    if port is None:
        return PortSet.protocol(protocol) if end is None else None
    if isinstance(port, str):
        is_name = end is None and any(char.isalpha() for char in port)
        return PortSet.named(protocol, port) if is_name else None
    last = port if end is None else end
    if not (_is_port(port) and _is_port(last)):
        return None
    assert isinstance(port, int) and isinstance(last, int)
    return PortSet.of(protocol, port, last) if port <= last else None


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_PORT


def _selector(body: object) -> Selector:
    return EVERYTHING if body is None else Selector.parse(body)


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _items(value: object) -> list[object]:
    """The items of a list; a placeholder for the whole list stands for one item."""
    if isinstance(value, list):
        return value
    return [value] if is_placeholder(value) else []


def _texts(value: object) -> dict[str, str]:
    found = _mapping(value)
    if all(text.__class__ is str for text in found.values()):
        return cast("dict[str, str]", found)  # nearly always; nothing changes a body
    return {key: text for key, text in found.items() if isinstance(text, str)}


def mappings_in_types(body: Mapping[str, object]) -> dict[int, dict[str, object]]:
    """The entries of policyTypes that are mappings, by position: a word with a colon."""
    listed = _list(_mapping(body.get("spec")).get("policyTypes"))
    return {at: entry for at, entry in enumerate(listed) if isinstance(entry, dict)}


def is_mapping_in_types(cause: Cause) -> bool:
    """Whether a mapping in policyTypes is what the server refuses first."""
    return cause.path[:2] == ("spec", "policyTypes") and (
        len(cause.path) == 3 and isinstance(cause.value, dict)
    )
