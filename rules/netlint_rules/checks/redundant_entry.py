"""An entry of a list that another entry covers

The entries of `from`, `to`, `ports` and `except` add up. One that means nothing beyond another
entry of the same list changes nothing: pods that a wider selector selects as well, a CIDR inside
another one, a port inside a range, the same entry twice.

Nothing is said of a podSelector beside a namespaceSelector for all pods: `or-split-peers` judges
these, as one entry was probably meant. Nor of blocks with `except`: where these are undone,
`except-is-not-deny` says so.

## Why it matters

It does no harm today. But whoever removes one of the two entries to close a connection finds that
it stays open, and a list that is longer than what it means takes longer to review.

## How to fix

Remove the entry, or the wider one if that was the mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from netlint_rules.addresses import AddressSet
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.inclusion import are_pods_within
from netlint_rules.isolation import is_uncertain
from netlint_rules.policy import (
    AddressPeer,
    Direction,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
    PortEntry,
)
from netlint_rules.record import NamedTuple
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import Path, json_pointer
from netlint_rules.traits import Trait

COVERED = Code(
    "NP209",
    "redundant-entry",
    Severity.INFO,
    "another entry of the list covers this one",
    fixable=True,
)


class _Cover(NamedTuple):
    """What an entry is, where it is, and where the entry is that covers it."""

    noun: str
    path: Path
    by: Path


class _Block(NamedTuple):
    """An entry that stands for addresses: `held` are those of `whole` that aren't taken out."""

    path: Path
    whole: AddressSet
    held: AddressSet


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Compare the entries of each list."""
    for policy in context.policies(namespace):
        if Trait.LISTS in policy.traits and not is_uncertain(policy):
            for direction, rules in policy.rules.items():
                for rule in rules:
                    for cover in _covers(context, policy, direction, rule):
                        yield _finding(context, policy, cover)


def _covers(
    context: Context, policy: Policy, direction: Direction, rule: PolicyRule
) -> Iterator[_Cover]:
    if rule.entries is not None and len(rule.entries) > 1:
        yield from _ports(rule.entries)
    peers = rule.peers or ()
    if len(peers) > 1:
        yield from _pods(context, policy, direction.peer_noun, peers)
        yield from _nested(direction.peer_noun, _blocks(peers))
    for peer in peers:
        if isinstance(peer, AddressPeer) and len(peer.excepts) > 1:
            yield from _nested("except", _excepts(peer))


def _ports(entries: Sequence[PortEntry]) -> Iterator[_Cover]:
    singles = {entry.ports.single for entry in entries}
    if len(singles) == len(entries) and None not in singles:
        return  # as in nearly every list: single ports, and no two the same
    known = [entry for entry in entries if not entry.reason]
    for at, entry in enumerate(known):
        for position, other in enumerate(known):
            is_first = position < at or not other.ports <= entry.ports
            if position != at and is_first and entry.ports <= other.ports:
                yield _Cover("port", entry.path, other.path)
                break


def _pods(context: Context, policy: Policy, noun: str, peers: Sequence[Peer]) -> Iterator[_Cover]:
    found = [peer for peer in peers if isinstance(peer, PodPeer)]
    covered: dict[int, int] = {}
    for first, second in combinations(range(len(found)), 2):
        if _is_within(context, policy, found[second], found[first]):
            covered.setdefault(second, first)
        elif _is_within(context, policy, found[first], found[second]):
            covered.setdefault(first, second)
    for at, by in sorted(covered.items()):
        yield _Cover(noun, found[at].path, found[by].path)


def _is_within(context: Context, policy: Policy, inner: PodPeer, outer: PodPeer) -> bool:
    """Whether `outer` means all that `inner` does, and they aren't the halves of one entry."""
    is_split = inner.namespaces is None and outer.namespaces is not None
    if is_split and inner.pods_written and not outer.pods_written:
        return False
    return are_pods_within(context.index, policy.namespace, inner, outer)


def _blocks(peers: Sequence[Peer]) -> list[_Block]:
    return [
        _Block(peer.path, peer.whole, peer.block) for peer in peers if isinstance(peer, AddressPeer)
    ]


def _excepts(peer: AddressPeer) -> list[_Block]:
    path = (*peer.path, "ipBlock", "except")
    holes = [AddressSet.parse(text) for text in peer.excepts]
    return [_Block((*path, at), hole, hole) for at, hole in enumerate(holes)]


def _nested(noun: str, blocks: Sequence[_Block]) -> Iterator[_Cover]:
    """Blocks within others: CIDRs never overlap in part, so in order each is looked at once."""
    outer: _Block | None = None
    for block in sorted(blocks, key=_order):
        if outer is None or not block.whole <= outer.whole:
            outer = block
        elif block.held == block.whole and block.held <= outer.held:
            yield _Cover(noun, block.path, outer.path)


def _order(block: _Block) -> tuple[object, ...]:
    """By the first address, wider ones first, and of equal ones those without excepts."""
    (version,) = block.whole.families
    ((first, last),) = block.whole.intervals(version)
    return version, first, -last, block.held != block.whole


def _finding(context: Context, policy: Policy, cover: _Cover) -> Finding:
    operation = {"op": "remove", "path": json_pointer(cover.path)}
    return context.finding(
        COVERED,
        f"this {cover.noun} of {policy.name} adds nothing: another entry of the list covers it",
        Location(policy.document, cover.path, "adds nothing"),
        related=[Location(policy.document, cover.by, "covers it")],
        fix=Fix("remove the entry", Applicability.SAFE, (operation,)),
    )


RULE = Rule(
    name="redundant-entry",
    title="an entry of a list that adds nothing",
    codes=(COVERED,),
    groups=("style",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("redundant_entry", "BAD"),
    good=ExamplesOf("redundant_entry", "GOOD"),
    check=check,
    alone=True,
    needs=frozenset({Trait.LISTS}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
