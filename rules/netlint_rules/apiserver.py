"""Where the API server's connections to pods come from, and which peers let them in.

It depends on the platform: control-plane nodes, the cloud's network, or the pods of a tunnel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

from netlint_rules.addresses import AddressSet
from netlint_rules.config import ClusterFacts
from netlint_rules.discovery import parse
from netlint_rules.endpoints import endpoints
from netlint_rules.facts import ApiServerSource, Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.lazy import cached_property
from netlint_rules.policy import AddressPeer, Peer, PodPeer
from netlint_rules.resources import NAMESPACE_NAME, mapping_at, mappings_at
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

UNKNOWN_PLATFORM = "unknown"
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_ANY_IPV4 = "0.0.0.0/0"
_NODES = frozenset({"node", "eni", "host-network"})
"""Kinds of sources that have addresses of nodes or of their subnets."""


class Admission(IntEnum):
    """How far peers let the API server in; of several peers, the greatest counts.

    NEVER: on no platform. ELSEWHERE: on other platforms, or with other network plugins. PARTLY:
    from some of its addresses. UNKNOWN: its addresses aren't known well enough.
    """

    NEVER = 0
    ELSEWHERE = 1
    PARTLY = 2
    UNKNOWN = 3
    ALWAYS = 4


class ApiServer:
    """The API server as pods of one cluster see it."""

    def __init__(self, index: ResourceIndex, cluster: ClusterFacts, facts: Facts) -> None:
        self._index = index
        self._cluster = cluster
        self._facts = facts
        self._cni = facts.cni(cluster.cni) if cluster.cni else None
        self._source = facts.api_server_source(cluster.platform) if cluster.platform else None

    @property
    def is_known(self) -> bool:
        """Whether the platform tells where the connections come from."""
        return self._kind != UNKNOWN_PLATFORM

    @property
    def is_verified(self) -> bool:
        """Whether the facts that this rests on were checked by somebody."""
        rows = (self._source, self._cni)
        return all(row.verified for row in rows if row is not None)

    @property
    def block_blind(self) -> str:
        """The network plugin, by its title, if its ipBlocks don't match nodes; else empty."""
        return self._cni.title if self._cni and not self._cni.ip_block_nodes else ""

    @property
    def is_enforced(self) -> bool:
        """Whether the network plugin enforces policies, as far as known."""
        return self._cni is None or self._cni.enforces != "no"

    @cached_property
    def addresses(self) -> AddressSet:
        """The addresses that it connects from; empty where they aren't known.

        What the user says, else the endpoints of the Service `kubernetes`, else the addresses of
        control-plane nodes.
        """
        if self._cluster.api_server:
            return parse(self._cluster.api_server)
        if self.is_known and self._kind not in _NODES:
            return AddressSet.empty()
        listed = endpoints(self._index, "default", "kubernetes")
        found = parse(address for each in listed for address in each.addresses)
        return found or parse(_control_plane(self._index))

    def admission(self, peers: Sequence[Peer], namespace: str) -> Admission:
        """How far the peers of rules in a namespace let it in together."""
        blocks = [peer for peer in peers if isinstance(peer, AddressPeer)]
        pods = [peer for peer in peers if isinstance(peer, PodPeer)]
        best = Admission.UNKNOWN if len(blocks) + len(pods) < len(peers) else Admission.NEVER
        if blocks:
            best = max(best, self._blocks(blocks))
        return max(best, *(self._pods(peer, namespace) for peer in pods), Admission.NEVER)

    def missing(self, peers: Iterable[Peer]) -> AddressSet:
        """The known addresses that no ipBlock of these peers holds."""
        held = AddressSet.union([peer.block for peer in peers if isinstance(peer, AddressPeer)])
        return self.addresses - held

    def platforms(self, peers: Iterable[Peer], namespace: str) -> list[str]:
        """The platforms on which some of these selectors certainly let it in."""
        return [
            source.platform
            for source in self._facts.api_server_sources
            if self._any_matches(peers, namespace, source) is Truth.YES
        ]

    @property
    def _kind(self) -> str:
        return self._source.kind if self._source else UNKNOWN_PLATFORM

    def _blocks(self, blocks: Sequence[AddressPeer]) -> Admission:
        """The verdict on ipBlocks together: several may hold one address each."""
        held = AddressSet.union([peer.block for peer in blocks])
        everywhere = AddressSet.parse(_ANY_IPV4) <= held
        if self.block_blind:
            in_cluster = self._kind == "node" and not everywhere
            return Admission.ELSEWHERE if in_cluster else Admission.UNKNOWN
        if everywhere or (self.addresses and self.addresses <= held):
            return Admission.ALWAYS
        if not held.isdisjoint(self.addresses):
            return Admission.PARTLY
        if self._cluster.api_server:
            return Admission.NEVER
        return self._by_ranges(held)

    def _by_ranges(self, held: AddressSet) -> Admission:
        """The verdict where only ranges tell: nodes, and pods for tunnels and agents."""
        nodes, pods = parse(self._cluster.node_cidrs), parse(self._cluster.cluster_cidrs)
        needed = pods if self._kind == "konnectivity" else nodes
        if not self.is_known or self._kind == "subnet":
            return Admission.UNKNOWN
        if needed and needed <= held:
            return Admission.ALWAYS
        tunnels = self._source is not None and self._source.nodes_in_pod_range
        possible = needed | pods if tunnels else needed
        is_whole = bool(needed or self.addresses) and (bool(pods) or not tunnels)
        return Admission.NEVER if is_whole and held.isdisjoint(possible) else Admission.UNKNOWN

    def _pods(self, peer: PodPeer, namespace: str) -> Admission:
        here = self._matches(peer, namespace, self._source) if self._source else Truth.NO
        if here is not Truth.NO:
            return Admission.ALWAYS if here is Truth.YES else Admission.UNKNOWN
        others = self._facts.api_server_sources
        may_match = any(self._matches(peer, namespace, other) is not Truth.NO for other in others)
        return Admission.ELSEWHERE if may_match else Admission.NEVER

    def _any_matches(self, peers: Iterable[Peer], namespace: str, source: ApiServerSource) -> Truth:
        pods = (peer for peer in peers if isinstance(peer, PodPeer))
        return Truth.any(self._matches(peer, namespace, source) for peer in pods)

    def _matches(self, peer: PodPeer, namespace: str, source: ApiServerSource) -> Truth:
        """Whether a selector matches the source of a platform."""
        if not source.selectable:
            return Truth.NO
        return self._in_namespace(peer, namespace, source) & _is_pod(peer, source)

    def _in_namespace(self, peer: PodPeer, namespace: str, source: ApiServerSource) -> Truth:
        home = source.namespace_labels.get(NAMESPACE_NAME)
        if peer.namespaces is None:
            return Truth.UNKNOWN if namespace.startswith("?") else Truth.of(namespace == home)
        if home in self._index.namespaces:
            return self._index.namespace_matches(peer.namespaces, home)
        return _selects(peer.namespaces, Selector.of(source.namespace_labels))


def _is_pod(peer: PodPeer, source: ApiServerSource) -> Truth:
    if not source.pod_labels:
        return Truth.of(not peer.pods_written)
    return Truth.any(_selects(peer.pods, Selector.of(labels)) for labels in source.pod_labels)


def _selects(selector: Selector, known: Selector) -> Truth:
    """Whether a selector matches an object of which only some labels are known."""
    if known.implies(selector):
        return Truth.YES
    return Truth.of(known.overlaps(selector)) & Truth.UNKNOWN


def _control_plane(index: ResourceIndex) -> Iterator[str]:
    """The internal addresses of control-plane nodes."""
    for placed in index.documents.get("Node", ()):
        labels = mapping_at(placed.document.metadata, ("labels",))
        if any(label in labels for label in _CONTROL_PLANE):
            for address in mappings_at(placed.document.body, ("status", "addresses")):
                if address.get("type") == "InternalIP":
                    yield str(address.get("address"))
