"""NetworkPolicy of networking.k8s.io/v1: normalised as the API server defaults and decodes it.

Source of the defaulting: kubernetes pkg/apis/networking/v1/defaults.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

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
from netlint_rules.typed import TypeVar, cast

T = TypeVar("T")

DIALECT = "kubernetes"
API_VERSIONS = frozenset({"networking.k8s.io/v1", "extensions/v1beta1"})
"""The removed extensions/v1beta1 has the same shape; one rule of its own speaks of it."""

_MAX_PORT = 65535
_DIRECTIONS = tuple(Direction)
_NONE_INERT: Mapping[Direction, tuple[PolicyRule, ...]] = dict.fromkeys(_DIRECTIONS, ())
_BOTH, _INGRESS = frozenset(_DIRECTIONS), frozenset({Direction.INGRESS})
_KNOWN_TYPES = {
    (True, True): _BOTH,
    (True, False): _INGRESS,
    (False, True): frozenset({Direction.EGRESS}),
    (False, False): frozenset[Direction](),
}
_SPEC: Path = ("spec",)
_FEW = 16
"""Items of lists whose paths are kept."""

PLACEHOLDER = "a placeholder that is filled in later"
"""The reason of opaque parts that are no mistakes."""
_NO_PEER = "no peer given"


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
    rules = {direction: _rules(spec, direction) for direction in _DIRECTIONS}
    in_force, inert = rules, _NONE_INERT
    if directions is not _BOTH:
        in_force = {d: rules[d] if d in directions else () for d in _DIRECTIONS}
        inert = {d: () if d in directions else rules[d] for d in _DIRECTIONS}
    return Policy(
        document=document,
        dialect=DIALECT,
        name=document.name,
        namespace=namespace,
        subject=_selector(spec.get("podSelector")),
        directions=directions,
        rules=in_force,
        inert=inert,
        labels=_texts(document.metadata.get("labels")),
        annotations=_texts(document.metadata.get("annotations")),
        causes=causes,
    )


def effective_types(spec: dict[str, object]) -> frozenset[Direction]:
    """The directions that a spec isolates: its policyTypes, or the server's default for them."""
    listed = _list(spec.get("policyTypes"))
    if not listed:
        return _BOTH if _list(spec.get("egress")) else _INGRESS
    # Of an item that is a mapping, such as `Ingress:`, its keys are meant.
    names = [name for item in listed for name in (item if isinstance(item, dict) else (item,))]
    found = _KNOWN_TYPES["Ingress" in names, "Egress" in names]
    if not found:  # The server refuses `ingress`, which tells what is meant all the same.
        names = [str(name).capitalize() for name in names]
    return found or _KNOWN_TYPES["Ingress" in names, "Egress" in names]


def _rules(spec: dict[str, object], direction: Direction) -> tuple[PolicyRule, ...]:
    listed = spec.get(direction.field)
    if not listed:
        return ()
    read_one = _ingress_rule if direction.field == "ingress" else _egress_rule
    return _each(read_one, listed, _SPEC, direction.field) or ()


def _ingress_rule(item: object, path: Path) -> PolicyRule:
    return _rule(item, path, "from")


def _egress_rule(item: object, path: Path) -> PolicyRule:
    return _rule(item, path, "to")


def _rule(item: object, path: Path, field: str) -> PolicyRule:
    if not isinstance(item, dict):
        peers = (OpaquePeer(path, PLACEHOLDER),) if is_placeholder(item) else None
        return PolicyRule.of(path, peers, None)
    listed, ports = item.get(field), item.get("ports")
    return PolicyRule.of(
        path,
        _each(_peer, listed, path, field) if listed else None,
        _each(_port, ports, path, "ports") if ports else None,
    )


def _each(
    read_one: Callable[[object, Path], T], value: object, path: Path, field: str
) -> tuple[T, ...] | None:
    """The items of a list, each read; None for an empty one."""
    items = value if isinstance(value, list) else _items(value)
    size = len(items)
    places = _first_places(path, field) if size <= _FEW else _all_places(path, field, size)
    return tuple(map(read_one, items, places)) or None


@lru_cache(maxsize=1024)
def _first_places(path: Path, field: str) -> tuple[Path, ...]:
    """Paths that all policies share: most have few rules, with few peers and ports."""
    return _all_places(path, field, _FEW)


def _all_places(path: Path, field: str, size: int) -> tuple[Path, ...]:
    return tuple([(*path, field, index) for index in range(size)])


def _peer(item: object, path: Path) -> Peer:
    if not isinstance(item, dict):
        return OpaquePeer(path, PLACEHOLDER if is_placeholder(item) else _NO_PEER)
    pods, namespaces = item.get("podSelector"), item.get("namespaceSelector")
    block = item.get("ipBlock")
    if block is not None:
        if pods is not None or namespaces is not None:
            return OpaquePeer(path, "ipBlock beside another selector")
        return _address_peer(_mapping(block), path)
    if pods is None and namespaces is None:
        return OpaquePeer(path, _NO_PEER)
    where = None if namespaces is None else Selector.parse(namespaces)
    return PodPeer(path, Selector.parse(pods), where, pods is not None)


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
    if not isinstance(item, dict):
        if is_placeholder(item):
            return _odd_port(path, is_unknown=True)
        item = {}  # null is an empty mapping to the server, and all else is refused
    protocol, port, end = item.get("protocol"), item.get("port"), item.get("endPort")
    if isinstance(protocol, str) and type(port) is int and end is None:
        return _single_port(path, protocol, port)
    return _port_entry(path, "TCP" if protocol is None else protocol, port, end)


@lru_cache(maxsize=4096)
def _single_port(path: Path, protocol: str, port: int) -> PortEntry:
    """An entry that all policies share: most are one of few, in one of few places."""
    ports = _numbered(protocol, port)
    return _port_entry(path, protocol, port, None) if ports is None else PortEntry(path, ports)


@lru_cache(maxsize=4096)
def _numbered(protocol: str, port: int) -> PortSet | None:
    """A set that all entries share: what is known of it is found out once."""
    return _port_set(protocol, port, None)


def _port_entry(path: Path, protocol: object, port: object, end: object) -> PortEntry:
    ports = _port_set(protocol, port, end)
    if ports is not None and not is_placeholder(port):
        return PortEntry(path, ports)
    return _odd_port(path, is_unknown=any(map(is_placeholder, (protocol, port, end))))


def _odd_port(path: Path, *, is_unknown: bool) -> PortEntry:
    return PortEntry(path, PortSet.empty(), PLACEHOLDER if is_unknown else "not a port")


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
    for text in found.values():
        if not isinstance(text, str):
            return {key: text for key, text in found.items() if isinstance(text, str)}
    return cast("dict[str, str]", found)  # nearly always; nothing changes a body


def mappings_in_types(body: Mapping[str, object]) -> dict[int, dict[str, object]]:
    """The entries of policyTypes that are mappings, by position: a word with a colon."""
    listed = _list(_mapping(body.get("spec")).get("policyTypes"))
    return {at: entry for at, entry in enumerate(listed) if isinstance(entry, dict)}


def is_mapping_in_types(cause: Cause) -> bool:
    """Whether a mapping in policyTypes is what the server refuses first."""
    return cause.path[:2] == ("spec", "policyTypes") and (
        len(cause.path) == 3 and isinstance(cause.value, dict)
    )
