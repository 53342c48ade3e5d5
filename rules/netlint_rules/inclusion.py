"""Whether one rule allows all that another allows: inclusion of sets of peers and ports.

Every answer "yes" holds whatever pods and namespaces there are. Some inclusions are not seen: pods
that only several peers allow together, addresses that happen to be those of pods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


class Outer:
    """Rules by what they open, so that few are compared with one that may be within them."""

    def __init__(self, rules: Sequence[PolicyRule]) -> None:
        self._wide: list[int] = []
        self._unlimited: list[int] = []
        self._by_port: dict[tuple[str, int | str], list[int]] = {}
        self._are_apart = True
        for at, rule in enumerate(rules):
            if rule.entries is None:
                self._unlimited.append(at)
            elif rule.ports.points is None:
                self._wide.append(at)
            else:
                for port in rule.ports.points:
                    others = self._by_port.setdefault(port, [])
                    self._are_apart = self._are_apart and not others
                    others.append(at)
        self._is_narrow = not (self._wide or self._unlimited)

    def is_apart_from(self, others: Iterable[Outer]) -> bool:
        """Whether none of the rules can be within another of them, nor within one of `others`."""
        if not (self._are_apart and self._is_narrow):
            return False
        ports = self._by_port.keys()
        for each in others:  # noqa: SIM110 - asked of every policy, and `all` takes longer
            if not (each._is_narrow and ports.isdisjoint(each._by_port)):
                return False
        return True

    def candidates(self, inner: PolicyRule) -> Sequence[int]:
        """The positions, in order, of all rules of which `is_within` may hold for a rule."""
        opened = () if inner.entries is None or inner.is_partly_unknown else inner.ports.spans
        if not opened:
            return self._unlimited
        narrow = self._by_port.get(opened[0][:2], ())
        if self._is_narrow:
            return narrow
        return sorted([*self._unlimited, *self._wide, *narrow])


def _is_peer_within(
    index: ResourceIndex, namespace: str, inner: Peer, outer: tuple[Peer, ...]
) -> bool:
    if isinstance(inner, PodPeer):
        selections = (peer for peer in outer if isinstance(peer, PodPeer))
        return any(are_pods_within(index, namespace, inner, peer) for peer in selections)
    return isinstance(inner, AddressPeer) and inner.block <= addresses(outer)


def are_pods_within(index: ResourceIndex, own: str, inner: PodPeer, outer: PodPeer) -> bool:
    """Whether `outer` surely means all pods that `inner` does, in policies of a namespace."""
    return inner.pods.implies(outer.pods) and _are_namespaces_within(
        index, own, inner.namespaces, outer.namespaces
    )


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
