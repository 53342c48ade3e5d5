"""The spec of a NetworkPolicy."""

from __future__ import annotations

from netlint_rules.apivalidation.cause import (
    Cause,
    Causes,
    Kind,
    Reason,
    field_path,
    items,
    mapping,
    text,
    unsupported,
)
from netlint_rules.apivalidation.peers import validate_peer
from netlint_rules.apivalidation.ports import validate_port
from netlint_rules.apivalidation.selectors import validate_selector
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder

POLICY_TYPES = ("Ingress", "Egress")
_TYPES: Path = ("spec", "policyTypes")


def validate_spec(value: object, causes: Causes, *, strict_cidrs: bool) -> None:
    """Add what is wrong with a spec."""
    spec = mapping(value)
    if selector := spec.get("podSelector"):
        validate_selector(selector, ("spec", "podSelector"), causes)
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for at, rule in enumerate(items(spec.get(direction))):
            if rule:
                _validate_rule(rule, ("spec", direction, at), peers, causes, strict_cidrs)
    if types := spec.get("policyTypes"):
        _validate_types([text(item) for item in items(types)], causes)


def _validate_rule(
    value: object, path: Path, peers: str, causes: Causes, strict_cidrs: bool
) -> None:
    rule = mapping(value)
    for at, port in enumerate(items(rule.get("ports"))):
        if port:
            validate_port(mapping(port), (*path, "ports", at), causes)
    for at, peer in enumerate(items(rule.get(peers))):
        if not is_placeholder(peer):
            validate_peer(mapping(peer), (*path, peers, at), causes, strict_cidrs)


def _validate_types(types: list[str], causes: Causes) -> None:
    if len(types) > len(POLICY_TYPES):
        from netlint_rules.apivalidation.gotext import json_text

        detail = "may not specify more than two policyTypes"
        message = f"Invalid value: {json_text(types)}: {detail}"
        where = field_path(_TYPES)
        causes.append(Cause(Kind.POLICY_TYPE, _TYPES, Reason.INVALID, where, message))
        return
    for at, name in enumerate(types):
        if name not in POLICY_TYPES and not is_placeholder(name):
            causes.append(unsupported(Kind.POLICY_TYPE, (*_TYPES, at), name, POLICY_TYPES))
