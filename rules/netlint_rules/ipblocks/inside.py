"""ipBlocks on the addresses of pods, Services and nodes of the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.addresses import AddressSet, Relation, relation
from netlint_rules.discovery import Evidence, Kind, Owner, Range
from netlint_rules.finding import Confidence, Location, Severity
from netlint_rules.ipblocks.block import IpBlock, Verdict
from netlint_rules.ipblocks.repair import Target, leave_out, select_instead, target
from netlint_rules.ipblocks.words import (
    inside,
    letting_pods,
    matching_nodes,
    matching_pods,
    matching_services,
)
from netlint_rules.ranges import ClusterRanges
from netlint_rules.selector import EVERYTHING

Grade = tuple[Severity, Confidence]

_NOTES = {
    Kind.POD: "names pods by address",
    Kind.SERVICE: "names a Service by address",
    Kind.NODE: "names a node by address",
}
_GUESS = (Severity.INFO, Confidence.LOW)
_METADATA = "metadata"
"""The fact about the metadata server's address that clouds have in common."""


def owned(block: IpBlock, owner: Owner, dns_namespaces: tuple[str, ...]) -> Verdict:
    """What is wrong with a block that is the address of one object in view."""
    where = f" in {block.index.describe(owner.namespace)}" if owner.namespace else ""
    name = f"{block} is {owner.kind.word} {owner.document.name}{where}"
    chosen = target(block.index, owner)
    if owner.kind is Kind.POD:
        grade, effect = (Severity.ERROR, Confidence.CERTAIN), matching_pods(block)
    elif owner.kind is Kind.SERVICE:
        is_dns = owner.namespace in dns_namespaces
        grade, effect = _service_grade(block, is_dns), matching_services(block, is_dns)
    else:
        grade, effect = _node_grade(block), matching_nodes(block)
    if chosen is not None and _is_allowed(block, chosen):
        grade, effect = (Severity.INFO, grade[1]), "selectors allow the same already"
        chosen = None
    fix = select_instead(block, chosen) if chosen else None
    return Verdict(*grade, f"{name}: {effect}", _NOTES[owner.kind], (owner.place,), fix)


def ranged(
    block: IpBlock, ranges: ClusterRanges, strict: bool
) -> Iterator[tuple[Kind | None, Verdict]]:
    """What is wrong with a block for each range that it lies in or holds.

    The kind is that of the range around the block; None where the block holds pods and more.
    """
    for each in ranges.ranges:
        if each.evidence is Evidence.EQUAL:
            if block.addresses == each.addresses:
                yield None, _inside(block, each, ranges, strict)
            continue
        how = relation(block.addresses, block.peer.whole, each.addresses)
        if how is Relation.INSIDE and each.evidence >= Evidence.DEFAULT:
            yield each.kind, _inside(block, each, ranges, strict)
        elif each.kind is Kind.POD and how in _HOLDING[each.evidence]:
            yield None, _holding(block, each, ranges, how)
    is_all = block.is_world and block.addresses == block.peer.whole
    how = relation(block.addresses, block.peer.whole, ranges.default_pods)
    if is_all or how is Relation.COVERS:
        message = f"{block} may hold the pods' addresses: {letting_pods(block)}"
        yield None, Verdict(*_GUESS, message, "may hold every pod")


_HOLDING: Mapping[Evidence, frozenset[Relation]] = {
    Evidence.AROUND: frozenset({Relation.COVERS}),
    Evidence.DEFAULT: frozenset(),
    Evidence.KNOWN: frozenset({Relation.COVERS, Relation.CARVED}),
}
"""How a block must lie to a range of pods, by the evidence for that, to be said to hold it."""


def _is_allowed(block: IpBlock, chosen: Target) -> bool:
    ports = chosen.pod_ports(block.rule.ports) if block.is_egress else block.rule.ports
    return block.is_allowed(chosen.labels, chosen.namespace, ports)


def _inside(block: IpBlock, around: Range, ranges: ClusterRanges, strict: bool) -> Verdict:
    """The verdict on a block in a range."""
    effect = {
        Kind.POD: matching_pods(block),
        Kind.SERVICE: matching_services(block, is_dns=True),
        Kind.NODE: matching_nodes(block),
    }[around.kind]
    grade = _grade(block, around, ranges, strict)
    if block.is_allowed(EVERYTHING, None, block.rule.ports):
        grade, effect = (Severity.INFO, grade[1]), "selectors allow every pod already"
    message = f"{inside(block, around)}: {effect}"
    return Verdict(*grade, message, _NOTES[around.kind], _origin(around))


def _grade(block: IpBlock, around: Range, ranges: ClusterRanges, strict: bool) -> Grade:
    if around.kind is Kind.NODE:
        return _node_grade(block)
    if around.evidence is not Evidence.KNOWN:
        is_doubtful = block.addresses <= around.doubtful and block.addresses != around.addresses
        is_pods = around.kind is Kind.POD and around.evidence is Evidence.DEFAULT
        return (Severity.WARNING, Confidence.MEDIUM) if is_pods and not is_doubtful else _GUESS
    if around.kind is Kind.SERVICE:
        return _service_grade(block, is_dns=True)
    return _GUESS if ranges.has_nodes(around) else _pod_grade(block, strict)


def _pod_grade(block: IpBlock, strict: bool) -> Grade:
    """Of a block in a known pod range. Tunnels of nodes have addresses there: sources may be."""
    if not block.is_egress:
        return Severity.WARNING, Confidence.HIGH
    never = block.cni is not None and not block.cni.ip_block_pods and block.cni.verified
    is_error = block.is_single or never or strict
    return (Severity.ERROR if is_error else Severity.WARNING), Confidence.CERTAIN


def _service_grade(block: IpBlock, is_dns: bool) -> Grade:
    is_seen = block.cni is not None and block.cni.service_address == "before"
    is_fine = block.is_egress and (is_seen or (is_dns and block.is_dns))
    return (Severity.INFO if is_fine else Severity.WARNING), Confidence.HIGH


def _node_grade(block: IpBlock) -> Grade:
    never = block.cni is not None and not block.cni.ip_block_nodes
    return (Severity.WARNING if never else Severity.INFO), Confidence.HIGH


def _holding(block: IpBlock, held: Range, ranges: ClusterRanges, how: Relation) -> Verdict:
    """The verdict on a block that holds pods, all or some of a range, and other addresses."""
    message, note = f"{block} holds {held}: {letting_pods(block)}", "holds every pod"
    if how is Relation.CARVED:
        message, note = f"the excepts of {block} leave out only a part of {held}", "holds some pods"
    is_minor = (
        how is Relation.CARVED
        or block.is_world
        or block.is_allowed(EVERYTHING, None, block.rule.ports)
    )
    severity = Severity.INFO if is_minor else Severity.WARNING
    fix = leave_out(block, _cluster(block, ranges))
    return Verdict(severity, Confidence.MEDIUM, message, note, _origin(held), fix)


def _cluster(block: IpBlock, ranges: ClusterRanges) -> AddressSet:
    """What to leave out: pods and Services, and the metadata server where the block reaches it."""
    known = [
        each.addresses
        for each in ranges.ranges
        if each.evidence is Evidence.KNOWN and each.kind is not Kind.NODE
    ]
    if block.is_egress:
        known += [addresses for row, addresses in ranges.special if row.id == _METADATA]
    return AddressSet.union(known)


def _origin(around: Range) -> tuple[Location, ...]:
    return (around.origin,) if around.origin else ()
