"""Reasons in words: why a peer is or isn't the other end, and why no policy decides."""

from __future__ import annotations

from netlint_rules.policy import AddressPeer, OpaquePeer, Peer, PodPeer
from netlint_rules.reach.ends import Controller, End, Pods, Stranger
from netlint_rules.reach.match import is_node, sees_addresses, sees_host_network
from netlint_rules.reach.world import World
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

_HOST = "is in its node's network, where selectors match nothing"
_SHOWN = 2


def called(end: End) -> str:
    """An end as reasons name it: `Deployment web`, `10.0.0.0/8`, `node n1`."""
    if isinstance(end, Pods):
        return f"{end.workload.kind} {end.workload.name}"
    if isinstance(end, Stranger | Controller) or end.node:
        return str(end)
    first = end.addresses.prefixes()
    more = f" and {len(first) - _SHOWN} more" if len(first) > _SHOWN else ""
    return ", ".join(first[:_SHOWN]) + more


def why_peer(world: World, own: str, peer: Peer, end: End, answer: Truth) -> str:
    """Why a peer of a policy in the namespace `own` has this answer for an end."""
    if isinstance(peer, OpaquePeer):
        return f"can't be read: {peer.reason}"
    if isinstance(peer, AddressPeer):
        return _by_address(world, peer, end, answer)
    if answer is Truth.YES:
        return f"selects {called(end)}"
    if isinstance(end, Controller):
        doubt = answer is Truth.UNKNOWN
        return "may mean an ingress controller" if doubt else "means no ingress controller"
    if not isinstance(end, Pods):
        what = "pods out of view" if isinstance(end, Stranger) else "addresses"
        return f"its selectors don't match {what}"
    if end.workload.host_network and not sees_host_network(world, peer):
        return f"{called(end)} {_HOST}"
    return _by_labels(world, own, peer, end)


def _by_address(world: World, peer: AddressPeer, end: End, answer: Truth) -> str:
    if not sees_addresses(world, end):
        plugin = world.cni.title if world.cni else ""
        return f"{plugin} never matches {'nodes' if is_node(end) else 'pods'} by address"
    block = f"{peer.cidr} except {', '.join(peer.excepts)}" if peer.excepts else peer.cidr
    if answer is Truth.YES:
        return f"{block} holds {called(end)}"
    if answer is Truth.UNKNOWN:
        return f"{block} may hold the address of {called(end)}"
    if not end.addresses.isdisjoint(peer.whole):
        return f"an except of {peer.cidr} holds {called(end)}"
    return f"{block} doesn't hold {called(end)}"


def _by_labels(world: World, own: str, peer: PodPeer, end: Pods) -> str:
    pods = end.workload
    where = world.index.describe(pods.namespace)
    if peer.namespaces is None:
        if pods.namespace != own:
            return f"means pods of {world.index.describe(own)}, {called(end)} is in {where}"
    else:
        selected = world.index.namespace_matches(peer.namespaces, pods.namespace)
        if selected is Truth.NO:
            return f"means namespaces {peer.namespaces}, which {where} isn't"
        if selected is Truth.UNKNOWN:
            return f"the labels of namespace {where} aren't in view ({peer.namespaces})"
    return why_selected(peer.pods, end)


def why_selected(selector: Selector, end: Pods) -> str:
    """Why a selector doesn't match a workload's pods, or may match them."""
    if selector.invalid:
        return "its selector can't be read"
    labels = end.workload.labels
    wrong = [
        f"{key}={labels[key]}" if key in labels else f"no label {key}"
        for key, each in selector.requirements.items()
        if not each.admits(labels.get(key))
    ]
    has = ", ".join(wrong) or "labels that a patch changes"
    return f"means pods {selector}, {called(end)} has {has}"
