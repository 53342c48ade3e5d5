"""ipBlocks on the address of the Service `kubernetes`, which most network plugins never see."""

from __future__ import annotations

from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Fix, Severity
from netlint_rules.ipblocks.block import IpBlock, Verdict
from netlint_rules.ipblocks.repair import connect_instead
from netlint_rules.ipblocks.server import Server
from netlint_rules.ranges import ClusterRanges, platforms

_SERVICE_PORT = 443
_ENDPOINT_PORTS = (6443, 8443, 16443)


def is_api_server(block: IpBlock, ranges: ClusterRanges) -> bool:
    """Whether a block is the address of the Service `kubernetes`, on a port of the API server."""
    if block.addresses not in ranges.api_servers:
        return False
    ports = (_SERVICE_PORT,) if _is_seen(block) else (_SERVICE_PORT, *_ENDPOINT_PORTS)
    return any(block.rule.ports.covers("TCP", port) for port in ports)


def judge(block: IpBlock, ranges: ClusterRanges, facts: Facts, platform: str) -> Verdict | None:
    """What is wrong with such a block; None where the network plugin sees the address."""
    owner = ranges.owners.get(block.addresses)
    related = (owner.place,) if owner else ()
    if not block.is_egress:
        message = f"{block}, the API server's Service address, never is the source of a connection"
        note = "names an address that only destinations have"
        return Verdict(Severity.WARNING, Confidence.HIGH, message, note, related)
    if _is_seen(block):
        return None
    distribution = ranges.api_servers[block.addresses]
    server = Server.find(block.index, facts, platform, distribution)
    note = "is translated before the policy sees it"
    seen = f"{block.cni.title} sees" if block.cni else "most network plugins see"
    if block.cni is None and "eks" in (platform, *platforms(distribution)):
        message = f"{block}, the API server's Service address, is matched by AWS VPC CNI only"
        return Verdict(Severity.INFO, Confidence.MEDIUM, message, note, related)
    if block.index.unmodelled_in(block.policy.namespace) or server.is_allowed(
        block.beside(certain=False), ranges
    ):
        message = f"{block}, the API server's Service address, adds nothing: {seen} its endpoints"
        return Verdict(Severity.INFO, Confidence.HIGH, message, note, related)
    message = (
        f"{block.subject} can't reach the API server: "
        f"{seen} its endpoints, not its Service address {block}"
    )
    is_known = server.addresses and not distribution
    grade = Severity.WARNING, Confidence.HIGH
    if is_known and block.index.complete(block.policy.namespace):
        grade = Severity.ERROR, Confidence.CERTAIN
    return Verdict(*grade, message, note, related, _fix(server, block))


def _is_seen(block: IpBlock) -> bool:
    """Whether the network plugin sees the addresses of Services."""
    is_before = block.cni is not None and block.cni.service_address == "before"
    return block.is_egress and is_before


def _fix(server: Server, block: IpBlock) -> Fix | None:
    """Allow the endpoints, where they are in view and the network plugin matches nodes."""
    is_matched = block.cni is None or block.cni.ip_block_nodes
    if not server.addresses or len(server.ports) != 1 or not is_matched:
        return None
    return connect_instead(block, server.addresses, *server.ports)
