"""The peers of a rule."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.apivalidation.cause import (
    Causes,
    Kind,
    complain,
    forbidden,
    items,
    mapping,
    required,
    text,
)
from netlint_rules.apivalidation.cidrs import Cidr, is_strict_subset, messages, parse
from netlint_rules.apivalidation.selectors import validate_selector
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder


def validate_peer(
    peer: Mapping[str, object], path: Path, causes: Causes, strict_cidrs: bool
) -> None:
    """Add what is wrong with one entry of `from` or `to`."""
    pods, namespaces, block = (
        peer.get(field) for field in ("podSelector", "namespaceSelector", "ipBlock")
    )
    if pods:
        validate_selector(pods, (*path, "podSelector"), causes)
    if namespaces:
        validate_selector(namespaces, (*path, "namespaceSelector"), causes)
    if block is not None:
        if not is_placeholder(block):
            _validate_block(mapping(block), (*path, "ipBlock"), causes, strict_cidrs)
        if pods is not None or namespaces is not None:
            detail = "may not specify both ipBlock and another peer"
            causes.append(forbidden(Kind.PEER, path, detail))
    elif pods is None and namespaces is None:
        causes.append(required(Kind.PEER, path, "must specify a peer"))


def _validate_block(
    block: Mapping[str, object], path: Path, causes: Causes, strict_cidrs: bool
) -> None:
    value = text(block.get("cidr"))
    if not value:
        causes.append(required(Kind.CIDR, (*path, "cidr")))
        return
    cidr = _validate_cidr(value, (*path, "cidr"), causes, strict_cidrs)
    if cidr is None:
        return
    for at, item in enumerate(items(block.get("except"))):
        place, value = (*path, "except", at), text(item)
        cut = _validate_cidr(value, place, causes, strict_cidrs)
        if cut is not None and not is_strict_subset(cut, cidr):
            complain(causes, Kind.EXCEPT, place, value, ("must be a strict subset of `cidr`",))


def _validate_cidr(value: str, path: Path, causes: Causes, strict_cidrs: bool) -> Cidr | None:
    cidr = parse(value)
    kind = Kind.CIDR if cidr is None else Kind.LOOSE_CIDR
    complain(causes, kind, path, value, messages(cidr, strict_cidrs))
    return cidr
