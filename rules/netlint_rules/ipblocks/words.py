"""What an ipBlock on the cluster's own addresses does, in words for messages."""

from __future__ import annotations

from netlint_rules.discovery import Range
from netlint_rules.ipblocks.block import IpBlock


def inside(block: IpBlock, around: Range) -> str:
    """Where a block lies: `10.42.3.0/24 is in 10.42.0.0/16, the pod range`."""
    if block.addresses == around.addresses:
        return f"{block} is {around.title}"
    return f"{block} is in {around.cidrs}, {around.title}"


def matching_pods(block: IpBlock) -> str:
    """What becomes of a block that means pods."""
    cni = block.cni
    if cni is not None and not cni.ip_block_pods:
        return f"{cni.title} never matches pods by ipBlock, so nothing is allowed"
    if block.is_single:
        some = "" if cni else "matched by some network plugins only, and "
        return f"{some}pod addresses change with every restart"
    if cni is not None:
        return f"{cni.title} matches pods by ipBlock, other network plugins don't"
    return "an ipBlock matches pods on some network plugins only"


def matching_services(block: IpBlock, is_dns: bool) -> str:
    """What becomes of a block that means Services, maybe that of the cluster's DNS."""
    cni = block.cni
    if not block.is_egress:
        return "no connection comes from a Service's address, so nothing is allowed"
    if is_dns and block.is_dns:
        return "matched only where a DNS cache on the node answers there"
    if cni is None:
        return "most network plugins see the pods' addresses instead, so nothing is allowed"
    if cni.service_address == "before":
        return f"{cni.title} matches it, other network plugins don't"
    return f"{cni.title} sees the pods' addresses instead, so nothing is allowed"


def matching_nodes(block: IpBlock) -> str:
    """What becomes of a block that means nodes."""
    cni = block.cni
    if cni is not None and not cni.ip_block_nodes:
        return f"{cni.title} never matches nodes by ipBlock by default, so nothing is allowed"
    return "right for what runs on nodes, until nodes are replaced"


def letting_pods(block: IpBlock) -> str:
    """What a block does that holds pods besides other addresses."""
    cni = block.cni
    does = "reaches every pod too" if block.is_egress else "lets in every pod too"
    if cni is None:
        return f"with most network plugins it {does}, with Cilium no pod"
    if not cni.ip_block_pods:
        return f"{cni.title} never matches pods by ipBlock, other network plugins do"
    return f"with {cni.title} it {does}"
