"""NetworkPolicies that no API server refuses, told at a quick look: nearly all that there are.

Of the others nothing is said here: those that are odd in any way are looked at closely.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from netlint_rules.apivalidation import names
from netlint_rules.apivalidation.cidrs import is_strict_subset, messages, parse

_CACHED = 4096
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES: tuple[list[str], ...] = (
    ["Ingress"],
    ["Ingress", "Egress"],
    ["Egress"],
    ["Egress", "Ingress"],
    [],
)
_WITH_VALUES, _WITHOUT_VALUES = ("In", "NotIn"), ("Exists", "DoesNotExist")
_LAST_PORT = 65535
_MAX_ANNOTATIONS = 64 * 1024
"""In characters: none has more than four bytes, and 256 KiB are allowed."""


def is_plain(body: Mapping[str, object]) -> bool:
    """Whether a NetworkPolicy of the API version that is served certainly has no causes."""
    if len(body) != 4 or body.get("kind").__class__ is not str:
        return False
    metadata, spec = body.get("metadata"), body.get("spec")
    if not (isinstance(metadata, dict) and isinstance(spec, dict)):
        return False
    return _is_plain_metadata(metadata) and _is_plain_spec(spec)


def _is_plain_metadata(metadata: dict[str, object]) -> bool:
    name, namespace = metadata.get("name"), metadata.get("namespace")
    labels, annotations = metadata.get("labels"), metadata.get("annotations")
    if not isinstance(name, str) or names.subdomain(name):
        return False
    if namespace is not None and not (isinstance(namespace, str) and not names.label(namespace)):
        return False
    if labels is not None and not _are_plain_labels(labels):
        return False
    if annotations is not None and not _are_plain_annotations(annotations):
        return False
    # Any field besides these four is left to the closer look, and so is one that is null.
    others = (namespace is not None) + (labels is not None) + (annotations is not None)
    return len(metadata) == 1 + others


def _are_plain_labels(labels: object) -> bool:
    if not isinstance(labels, dict):
        return False
    for key, value in labels.items():
        if value.__class__ is not str or _is_odd_label(key, value):
            return False
    return True


@lru_cache(_CACHED)
def _is_odd_label(key: str, value: str) -> bool:
    return bool(names.label_key(key) or names.label_value(value))


def _are_plain_annotations(annotations: object) -> bool:
    if not isinstance(annotations, dict):
        return False
    size = 0
    for key, value in annotations.items():
        if not isinstance(value, str) or names.label_key(key.lower()):
            return False
        size += len(key) + len(value)
    return size <= _MAX_ANNOTATIONS


def _is_plain_spec(spec: dict[str, object]) -> bool:
    size = 0
    if "podSelector" in spec:
        if not _is_plain_selector(spec["podSelector"]):
            return False
        size = 1
    if "policyTypes" in spec:
        if spec["policyTypes"] not in _TYPES:
            return False
        size += 1
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        if direction in spec:
            if not _are_plain_rules(spec[direction], peers):
                return False
            size += 1
    return size == len(spec)


def _is_plain_selector(selector: object) -> bool:
    if not isinstance(selector, dict):
        return False
    size = 0
    if "matchLabels" in selector:
        if not _are_plain_labels(selector["matchLabels"]):
            return False
        size = 1
    if "matchExpressions" in selector:
        if not _are_plain_expressions(selector["matchExpressions"]):
            return False
        size += 1
    return size == len(selector)


def _are_plain_expressions(expressions: object) -> bool:
    if not isinstance(expressions, list):
        return False
    for each in expressions:
        if not isinstance(each, dict):
            return False
        key, operator, values = each.get("key"), each.get("operator"), each.get("values", [])
        if operator not in (_WITH_VALUES if values else _WITHOUT_VALUES):
            return False
        if not isinstance(key, str) or names.label_key(key) or not isinstance(values, list):
            return False
        if len(each) != 2 + ("values" in each) or not all(map(_is_plain_value, values)):
            return False
    return True


def _is_plain_value(value: object) -> bool:
    return isinstance(value, str) and not names.label_value(value)


def _are_plain_rules(rules: object, peers: str) -> bool:
    if not isinstance(rules, list):
        return False
    for rule in rules:
        if not isinstance(rule, dict):
            return False
        size = 0
        if peers in rule:
            if not _are_plain_peers(rule[peers]):
                return False
            size = 1
        if "ports" in rule:
            if not _are_plain_ports(rule["ports"]):
                return False
            size += 1
        if size != len(rule):
            return False
    return True


def _are_plain_peers(peers: object) -> bool:
    if not isinstance(peers, list):
        return False
    for peer in peers:
        if not isinstance(peer, dict):
            return False
        size = 0
        for field in ("podSelector", "namespaceSelector"):
            if field in peer:
                if not _is_plain_selector(peer[field]):
                    return False
                size += 1
        if len(peer) != (size or 1) or not (size or _is_plain_block(peer.get("ipBlock"))):
            return False
    return True


def _is_plain_block(block: object) -> bool:
    if not isinstance(block, dict):
        return False
    cidr, excepts = block.get("cidr"), block.get("except", [])
    if not (isinstance(cidr, str) and isinstance(excepts, list)):
        return False
    if len(block) != 1 + ("except" in block) or not all(isinstance(each, str) for each in excepts):
        return False
    return _are_plain_cidrs(cidr, tuple(excepts))


@lru_cache(_CACHED)
def _are_plain_cidrs(text: str, excepts: tuple[str, ...]) -> bool:
    cidr, cuts = parse(text), list(map(parse, excepts))
    if cidr is None or messages(cidr, strict=True):
        return False
    return all(
        cut is not None and not messages(cut, strict=True) and is_strict_subset(cut, cidr)
        for cut in cuts
    )


def _are_plain_ports(ports: object) -> bool:
    """Whether they are single ports; ranges and whole protocols are left to the closer look."""
    if not isinstance(ports, list):
        return False
    for entry in ports:
        if not isinstance(entry, dict):
            return False
        protocol, port = entry.get("protocol"), entry.get("port")
        if isinstance(port, str):
            is_odd = bool(names.port_name(port))
        else:
            is_odd = type(port) is not int or not 0 < port <= _LAST_PORT
        if is_odd or len(entry) != (2 if protocol in _PROTOCOLS else 1):
            return False
    return True
