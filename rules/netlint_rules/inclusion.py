"""Whether one rule allows all that another allows: inclusion of sets of peers and ports.

Every answer "yes" holds whatever pods and namespaces there are. Some inclusions are not seen: pods
that only several peers allow together, addresses that happen to be those of pods.
"""

from __future__ import annotations

from netlint_rules.addresses import AddressSet
from netlint_rules.index import ResourceIndex
from netlint_rules.policy import AddressPeer, Peer, PodPeer, PolicyRule
from netlint_rules.resources import NAMESPACE_NAME
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth


def is_within(index: ResourceIndex, namespace: str, inner: PolicyRule, outer: PolicyRule) -> bool:
    """Whether `outer` surely allows all that `inner` does, both rules of policies of `namespace`.

    What can't be read of `outer` is taken for nothing, and of `inner` for anything.
    """
    if outer.peers is not None:
        if inner.peers is None:
            return False
        if not all(_is_peer_within(index, namespace, peer, outer.peers) for peer in inner.peers):
            return False
    if outer.entries is None:
        return True
    is_known = inner.entries is not None and not any(entry.reason for entry in inner.entries)
    return is_known and inner.ports <= outer.ports


def _is_peer_within(
    index: ResourceIndex, namespace: str, inner: Peer, outer: tuple[Peer, ...]
) -> bool:
    if isinstance(inner, PodPeer):
        return any(
            isinstance(peer, PodPeer)
            and inner.pods.implies(peer.pods)
            and _are_namespaces_within(index, namespace, inner.namespaces, peer.namespaces)
            for peer in outer
        )
    return isinstance(inner, AddressPeer) and inner.block <= addresses(outer)


def addresses(peers: tuple[Peer, ...]) -> AddressSet:
    """The addresses that the ipBlocks among the peers hold together."""
    held = AddressSet.empty()
    for peer in peers:
        if isinstance(peer, AddressPeer):
            held |= peer.block
    return held


def _are_namespaces_within(
    index: ResourceIndex, own: str, inner: Selector | None, outer: Selector | None
) -> bool:
    """Whether `outer` selects every namespace that `inner` does; None is the policies' own."""
    if outer is None:
        return inner is None or inner.equalities().get(NAMESPACE_NAME) == own
    if inner is None:
        return index.namespace_matches(outer, own) is Truth.YES
    return inner.implies(outer)
