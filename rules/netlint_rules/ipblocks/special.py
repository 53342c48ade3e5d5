"""ipBlocks on addresses that mean the same in every cluster: metadata, link-local, loopback."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.addresses import AddressSet
from netlint_rules.facts import SpecialAddress
from netlint_rules.finding import Confidence, Severity
from netlint_rules.ipblocks.block import IpBlock, Verdict
from netlint_rules.ipblocks.repair import leave_out
from netlint_rules.ranges import ClusterRanges

_NONE = AddressSet.empty()
_SECRETS = frozenset({"metadata", "credentials", "wireserver"})
_LOCAL_PLATFORMS = frozenset({"kind", "minikube"})
"""Platforms that run on a developer's machine, far from any cloud's metadata."""


def loopback(block: IpBlock, ranges: ClusterRanges) -> Verdict | None:
    """What is wrong with a block of loopback addresses."""
    if not block.addresses <= ranges.special_kinds.get("loopback", _NONE):
        return None
    message = f"{block} is loopback, which never leaves the pod: the entry allows nothing"
    return Verdict(Severity.WARNING, Confidence.CERTAIN, message, "names the pod itself")


def metadata(block: IpBlock, ranges: ClusterRanges, platform: str) -> Verdict | None:
    """What is wrong with a narrow block that opens a source of credentials."""
    found = next(_secrets(block, ranges, platform), None) if block.is_egress else None
    if found is None:
        return None
    row, addresses = found
    address = row.cidr.partition("/")[0]
    return Verdict(
        severity=Severity.INFO if platform in _LOCAL_PLATFORMS else Severity.WARNING,
        confidence=Confidence.HIGH if platform else Confidence.MEDIUM,
        message=f"{block.subject} can get credentials from the {row.title}, {address}",
        note=f"opens the {row.title}",
        fix=leave_out(block, addresses),
    )


def link_local(block: IpBlock, ranges: ClusterRanges, platform: str) -> Verdict | None:
    """What is wrong with a block of link-local addresses of which nothing else is known."""
    if not block.addresses <= ranges.special_kinds.get("link-local", _NONE) or block.is_dns:
        return None
    for row, addresses in ranges.special:
        is_known = row.kind not in {"link-local", "internal"} or platform in row.platforms
        if is_known and block.addresses <= addresses:
            return None
    message = f"{block} is link-local: what answers there differs from node to node"
    return Verdict(Severity.INFO, Confidence.HIGH, message, "names addresses of each node")


def _secrets(
    block: IpBlock, ranges: ClusterRanges, platform: str
) -> Iterator[tuple[SpecialAddress, AddressSet]]:
    """Sources of credentials that a block names, on open ports, and that workloads don't need.

    A link-local block names the metadata server, whatever else it holds.
    """
    link_local = ranges.special_kinds.get("link-local", _NONE)
    rows = [(row, addresses) for row, addresses in ranges.special if row.kind in _SECRETS]
    needed = [addresses for row, addresses in rows if row.needed and platform in row.platforms]
    for row, addresses in rows:
        is_metadata = row.kind == "metadata" and block.addresses <= link_local
        is_narrow = is_metadata or block.addresses <= addresses
        is_open = any(block.rule.ports.covers("TCP", port) for port in row.ports)
        is_held = addresses <= block.addresses and not row.needed and addresses not in needed
        if is_narrow and is_open and is_held:
            yield row, addresses
