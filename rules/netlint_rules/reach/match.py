"""Whether a rule's peer is the other end of a connection, and which ports a rule opens there."""

from __future__ import annotations

from netlint_rules.addresses import AddressSet
from netlint_rules.meant import means
from netlint_rules.netset import PortSet
from netlint_rules.policy import AddressPeer, OpaquePeer, Peer, PodPeer, PolicyRule
from netlint_rules.reach.ends import Controller, End, Outside, Pods, Stranger
from netlint_rules.reach.open import Listening, Open
from netlint_rules.reach.world import World
from netlint_rules.resources import NAMESPACE_NAME
from netlint_rules.truth import Truth

_NAMELESS = Listening()
_UNSEEN = Listening(known=False)
_FRESH = {NAMESPACE_NAME: "\0"}
"""The labels of a namespace of which nothing is known but that its name is none in view."""


def match(world: World, own: str, peer: Peer, end: End) -> Truth:
    """Whether a peer of a policy in the namespace `own` matches an end."""
    if isinstance(peer, OpaquePeer):
        return Truth.UNKNOWN
    if isinstance(peer, AddressPeer):
        if not sees_addresses(world, end):
            return Truth.NO
        return within(end.addresses, peer.block)
    return _by_labels(world, own, peer, end)


def within(addresses: AddressSet, block: AddressSet) -> Truth:
    """Whether a block holds the one address that is used, of several that may be."""
    if addresses.isdisjoint(block):
        return Truth.NO
    return Truth.YES if addresses <= block else Truth.UNKNOWN


def sees_addresses(world: World, end: End) -> bool:
    """Whether the network plugin compares ipBlocks with the address of an end."""
    if world.cni is None:
        return True
    if is_node(end):
        return world.cni.ip_block_nodes
    return isinstance(end, Outside) or world.cni.ip_block_pods


def sees_host_network(world: World, peer: PodPeer) -> bool:
    """Whether the network plugin matches pods in the network of their nodes, by their labels."""
    return world.cni is not None and world.cni.host_network_peers and peer.pods_written


def is_node(end: End) -> bool:
    """Whether it is a node, or pods in its network."""
    if isinstance(end, Pods):
        return end.workload.host_network
    return isinstance(end, Outside) and bool(end.node)


def _by_labels(world: World, own: str, peer: PodPeer, end: End) -> Truth:
    if isinstance(end, Stranger):
        namespaces = peer.namespaces
        is_fresh = namespaces is not None and namespaces.matches(_FRESH)
        return Truth.of(is_fresh and peer.pods.matches({}))
    if isinstance(end, Controller):
        return Truth.of(world.controllers.may_be(peer, own)) & Truth.UNKNOWN
    if not isinstance(end, Pods) or end.workload.finished:
        return Truth.NO
    if end.workload.host_network and not sees_host_network(world, peer):
        return Truth.NO
    return means(world.index, own, peer, end.workload)


def matches_rule(world: World, own: str, rule: PolicyRule, end: End) -> Truth:
    """Whether a rule is for connections with an end."""
    if rule.peers is None:
        return Truth.YES
    return Truth.any(match(world, own, peer, end) for peer in rule.peers)


def listening_at(world: World, end: End) -> Listening:
    """What named ports mean at a destination: nothing at addresses outside."""
    if isinstance(end, Pods):
        return world.listening(end.workload)
    return _NAMELESS if isinstance(end, Outside) else _UNSEEN


def opened(rule: PolicyRule, at: Listening) -> Open:
    """The ports that a rule opens at a destination, whoever the peer is."""
    return opened_at(rule.ports, rule, at)


def opened_at(ports: PortSet, rule: PolicyRule, at: Listening) -> Open:
    """The same where the rule's ports are at hand."""
    found = at.resolve(ports)
    return Open(found.certain, PortSet.all()) if rule.is_partly_unknown else found
