"""Every peer that rules can match, by position: classes of pods, parts of addresses, a stranger.

Sets of peers are bit masks over the positions. Pods have one for each of their IP versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from netlint_rules.addresses import AddressSet
from netlint_rules.index import ResourceIndex
from netlint_rules.meant import Peers
from netlint_rules.policy import AddressPeer, OpaquePeer, Peer, PodPeer, PolicyRule
from netlint_rules.reach.classes import PodClass
from netlint_rules.reach.ends import Stranger
from netlint_rules.reach.match import listening_at, match, sees_addresses, sees_host_network
from netlint_rules.reach.open import Listening
from netlint_rules.reach.world import World
from netlint_rules.record import NamedTuple
from netlint_rules.resources import Workload
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth


class Mask(NamedTuple):
    """The positions where something holds for sure, and where it may hold."""

    certain: int
    possible: int

    def either(self, other: Mask) -> Mask:
        """Where one of two holds."""
        return Mask(self.certain | other.certain, self.possible | other.possible)


NOWHERE = Mask(0, 0)


class Positions:
    """Where everything stands, and what peers match.

    `of_class` has each class's positions by IP version, `atoms_from` the first position of an
    atom, `strangers` those of the stranger.
    """

    def __init__(self, world: World, known: Sequence[PodClass]) -> None:
        self._world, atoms = world, world.atoms
        self._classes = known
        versions = [sorted(each.pods.addresses.families) for each in known]
        numbers = iter(range(sum(map(len, versions))))
        self.of_class = [{version: next(numbers) for version in each} for each in versions]
        self.atoms_from = sum(map(len, versions))
        first = self.atoms_from + len(atoms.parts)
        self.strangers = list(range(first, first + len(world.families)))
        self.count = first + len(self.strangers)
        self.all = (1 << self.count) - 1
        self.by_listening = self._by_listening()
        self._of_pods = {id(each.pods.workload): self._bits(at) for at, each in enumerate(known)}
        self._peers = Peers(_representatives(world.index, known))
        self._known: dict[tuple[str, Selector | None, Selector, bool], Mask] = {}
        self._blocks = dict(zip(world.blocks, self._of_blocks(), strict=True))

    def of_rule(self, own: str, rule: PolicyRule) -> Mask:
        """What a rule of a policy in the namespace `own` is for."""
        if rule.peers is None:
            return Mask(self.all, self.all)
        found = NOWHERE
        for peer in rule.peers:
            found = found.either(self._of_peer(own, peer))
        return found

    def _of_peer(self, own: str, peer: Peer) -> Mask:
        if isinstance(peer, OpaquePeer):
            return Mask(0, self.all)
        if isinstance(peer, AddressPeer):
            return self._blocks[peer.block]
        where = own if peer.namespaces is None else ""
        key = (where, peer.namespaces, peer.pods, peer.pods_written)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._of_selectors(own, peer)
        return known

    def _of_selectors(self, own: str, peer: PodPeer) -> Mask:
        meant = self._peers.matching(own, peer)
        with_hosts = sees_host_network(self._world, peer)
        certain = self._union(meant.certain, with_hosts=with_hosts)
        possible = self._union(meant.possible, with_hosts=with_hosts)
        stranger = Stranger(self._world.pod_space)
        if match(self._world, own, peer, stranger) is Truth.YES:
            certain |= _mask(self.strangers)
        return Mask(certain, certain | possible)

    def _union(self, workloads: Iterable[Workload], *, with_hosts: bool) -> int:
        mask = 0
        for workload in workloads:
            if with_hosts or not workload.host_network:
                mask |= self._of_pods[id(workload)]
        return mask

    def _bits(self, at: int) -> int:
        return _mask(self.of_class[at].values())

    def _by_listening(self) -> dict[Listening, int]:
        found: dict[Listening, int] = defaultdict(int)
        for at, each in enumerate(self._classes):
            found[each.listening] |= self._bits(at)
        found[Listening()] |= ((1 << len(self._world.atoms.parts)) - 1) << self.atoms_from
        unseen = listening_at(self._world, Stranger(self._world.pod_space))
        found[unseen] |= _mask(self.strangers)
        return dict(found)

    def _of_blocks(self) -> list[Mask]:
        """Where each ipBlock in view lies."""
        atoms, count = self._world.atoms, len(self._world.blocks)
        certain, possible = [0] * count, [0] * count
        for number, held_by in enumerate(atoms.held_by):
            _spread(certain, held_by, 1 << (self.atoms_from + number))
            _spread(possible, held_by, 1 << (self.atoms_from + number))
        for space, mask in self._spaces().items():
            surely, maybe = atoms.holding(space)
            _spread(certain, surely, mask)
            _spread(possible, maybe, mask)
        return [Mask(*both) for both in zip(certain, possible, strict=True)]

    def _spaces(self) -> dict[AddressSet, int]:
        """The addresses of pods that ipBlocks are compared with, and whose they are."""
        found: dict[AddressSet, int] = defaultdict(int)
        for at, each in enumerate(self._classes):
            if sees_addresses(self._world, each.pods):
                for version, position in self.of_class[at].items():
                    found[each.pods.addresses.of_version(version)] |= 1 << position
        stranger = Stranger(self._world.pod_space)
        if sees_addresses(self._world, stranger):
            for version, position in zip(sorted(self._world.families), self.strangers, strict=True):
                found[stranger.addresses.of_version(version)] |= 1 << position
        return found


def _representatives(index: ResourceIndex, known: Sequence[PodClass]) -> ResourceIndex:
    """The index with one workload for each class."""
    workloads: dict[str, list[Workload]] = {name: [] for name in index.workloads}
    for each in known:
        workloads.setdefault(each.pods.workload.namespace, []).append(each.pods.workload)
    return ResourceIndex(namespaces=index.namespaces, workloads=workloads)


def _mask(positions: Iterable[int]) -> int:
    mask = 0
    for position in positions:
        mask |= 1 << position
    return mask


def _spread(totals: list[int], bits: int, mask: int) -> None:
    """Add a mask to the totals at the positions of the bits, as far as there are totals."""
    bits &= (1 << len(totals)) - 1
    while bits:
        lowest = bits & -bits
        totals[lowest.bit_length() - 1] |= mask
        bits ^= lowest
