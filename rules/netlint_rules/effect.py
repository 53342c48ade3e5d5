"""What a change of a policy does to the traffic that it isolates and allows.

Two policies are compared as sets, each direction by itself. What can't be proven equal is taken
for a change, so that an empty answer is a proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.addresses import AddressSet
from netlint_rules.bundle import group_key
from netlint_rules.dialects.kubernetes import is_network_policy, read
from netlint_rules.edit.patch import PatchError, patched, same
from netlint_rules.finding import Applicability, Finding, Fix
from netlint_rules.inclusion import are_pods_within
from netlint_rules.index import ResourceIndex
from netlint_rules.netset import PortSet
from netlint_rules.policy import AddressPeer, Direction, PodPeer, Policy, PolicyRule
from netlint_rules.record import NamedTuple, replace
from netlint_rules.source.document import Document, Origin

_SHOWN = 3
_NO_OBJECTS = ResourceIndex()
_SOME_NAMESPACE = group_key("")
"""One of which nothing is known: an effect is told of a policy wherever it may be."""


class Effect(NamedTuple):
    """What one policy allows less (`cuts`) and more (`opens`), in words, after a fix.

    Both are empty where it provably allows the same to the same pods.
    """

    cuts: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


class _Piece(NamedTuple):
    """Peers with the ports that are open for them; `peer` None is any peer."""

    peer: PodPeer | AddressSet | None
    ports: PortSet


_UNKNOWN = Effect(("more than can be told here",), ("more than can be told here",))


def graded(finding: Finding, minor: int) -> Finding:
    """The finding, with its fix called unsafe unless it provably changes no traffic."""
    fix = finding.fix
    if fix is None or fix.applicability is Applicability.UNSAFE:
        return finding
    if fix.creates is None and effect(finding.primary.document, fix, minor) == Effect():
        return finding
    return replace(finding, fix=replace(fix, applicability=Applicability.UNSAFE))


def effect(document: Document, fix: Fix, minor: int) -> Effect:
    """What a fix does to the traffic, as far as the one object tells.

    `minor` is the minor version of Kubernetes that judges whether an object is valid: one that
    isn't does nothing.
    """
    if fix.creates is not None:
        return _of_new(Document(Origin(document.origin.file), dict(fix.creates)), minor)
    try:
        body = patched(document.body, fix.patch)
    except (PatchError, RecursionError):
        return _UNKNOWN
    if not isinstance(body, dict) or not is_network_policy(document):
        return _UNKNOWN
    changed = Document(document.origin, body)
    if (changed.name, changed.namespace) != (document.name, document.namespace):
        return _UNKNOWN
    if read(document, "", minor).broken:
        return _of_new(changed, minor)
    return _compared(read(document, "", minor), read(changed, "", minor))


def _of_new(document: Document, minor: int) -> Effect:
    """What a policy does that wasn't there, or that the API server refused."""
    policy = read(document, "", minor)
    if not is_network_policy(document) or policy.broken:
        return _UNKNOWN
    cuts = tuple(
        f"{direction.field} of {_pods(policy)} that no policy allows"
        for direction in Direction
        if policy.isolates(direction)
    )
    pieces = [(each, piece) for each in Direction for piece in _pieces(policy, each)]
    return Effect(cuts, _shown([_described(*each) for each in pieces]))


def _compared(old: Policy, new: Policy) -> Effect:
    if new.broken or old.document.group != new.document.group:
        return _UNKNOWN
    if old.subject != new.subject:
        return Effect((f"traffic of {_pods(new)}",), (f"traffic of {_pods(old)}",))
    cuts, opens = [], []
    for direction in Direction:
        if old.isolates(direction) and new.isolates(direction):
            cuts += _lost(old, new, direction)
            opens += _lost(new, old, direction)
        elif new.isolates(direction):
            cuts.append(f"{direction.field} of {_pods(new)} that no policy allows")
        elif old.isolates(direction):
            opens.append(f"all {direction.field} of {_pods(old)}")
    return Effect(_shown(cuts), _shown(opens))


def _lost(old: Policy, new: Policy, direction: Direction) -> list[str]:
    """What `old` allows and `new` doesn't, or not provably."""
    kept = _raw(new, direction)
    odd = [rule for rule in _opaque(old, direction) if not _holds(kept, _at(old, rule))]
    left = _uncovered(list(_pieces(old, direction)), list(_pieces(new, direction)))
    return [
        *(_described(direction, piece) for piece in left),
        *(f"{direction.field} of a rule that can't be read" for _ in odd),
    ]


def _uncovered(pieces: list[_Piece], others: list[_Piece]) -> list[_Piece]:
    """What is left of some pieces without the others; pods are covered by one selector alone."""
    for other in others:
        pieces = [rest for piece in pieces for rest in _minus(piece, other) if rest.ports]
    return pieces


def _minus(piece: _Piece, other: _Piece) -> Iterator[_Piece]:
    if isinstance(piece.peer, AddressSet) and isinstance(other.peer, AddressSet):
        outside = piece.peer - other.peer
        inside = piece.peer & other.peer
        if outside:
            yield _Piece(outside, piece.ports)
        if inside:
            yield _Piece(inside, piece.ports - other.ports)
    elif _covers(other.peer, piece.peer):
        yield _Piece(piece.peer, piece.ports - other.ports)
    else:
        yield piece


def _covers(wide: PodPeer | AddressSet | None, narrow: PodPeer | AddressSet | None) -> bool:
    if wide is None:
        return True
    if not isinstance(wide, PodPeer) or not isinstance(narrow, PodPeer):
        return False
    return are_pods_within(_NO_OBJECTS, _SOME_NAMESPACE, narrow, wide)


def _pieces(policy: Policy, direction: Direction) -> Iterator[_Piece]:
    """What the rules allow that can be read."""
    for rule in policy.rules[direction]:
        if rule.peers is None:
            yield _Piece(None, rule.ports)
        for peer in rule.peers or ():
            if isinstance(peer, AddressPeer):
                yield _Piece(peer.block, rule.ports)
            elif isinstance(peer, PodPeer):
                yield _Piece(peer, rule.ports)


def _opaque(policy: Policy, direction: Direction) -> list[PolicyRule]:
    return [rule for rule in policy.rules[direction] if rule.opaque_reasons]


def _raw(policy: Policy, direction: Direction) -> list[object]:
    return [_at(policy, rule) for rule in policy.rules[direction]]


def _at(policy: Policy, rule: PolicyRule) -> object:
    return policy.document.at(rule.path)


def _holds(values: list[object], value: object) -> bool:
    return any(same(each, value) for each in values)


def _pods(policy: Policy) -> str:
    where = f" in {policy.document.namespace}" if policy.document.namespace else ""
    return f"{'every pod' if policy.subject.matches_all else f'pods {policy.subject}'}{where}"


def _described(direction: Direction, piece: _Piece) -> str:
    word = "from" if direction is Direction.INGRESS else "to"
    on = "" if piece.ports.is_all else f" on {piece.ports}"
    return f"{direction.field} {word} {_peer(piece.peer)}{on}"


def _peer(peer: PodPeer | AddressSet | None) -> str:
    if peer is None:
        return "anywhere"
    if isinstance(peer, AddressSet):
        return ", ".join(_shown(list(peer.prefixes())))
    pods = "all pods" if peer.pods.matches_all else f"pods {peer.pods}"
    if peer.namespaces is None:
        return f"{pods} of its namespace"
    every = peer.namespaces.matches_all
    return f"{pods} of {'every namespace' if every else f'namespaces {peer.namespaces}'}"


def _shown(texts: list[str]) -> tuple[str, ...]:
    """The first of some texts, and how many more there are."""
    found = list(dict.fromkeys(texts))
    more = len(found) - _SHOWN
    return (*found[:_SHOWN], f"{more} more") if more > 0 else tuple(found)
