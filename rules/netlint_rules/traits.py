"""What policies and views have, by which rules that have no work are told without asking them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from netlint_rules.resources import INITIAL_NAMESPACES, NAMESPACE_NAME

if TYPE_CHECKING:
    from netlint_rules.policy import Policy, Selection


class Trait(StrEnum):
    """What a policy, or the view that it is in, has; rules that look for it aren't asked without.

    The last ones are the view's.
    """

    __hash__ = str.__hash__

    REFUSED = "what the API server refuses"
    INGRESS = "an ingress rule in force"
    EGRESS = "an egress rule in force"
    ADDRESSES = "an ipBlock in force"
    LABELS = "a peer by labels in force"
    SEVERAL_PEERS = "a rule in force with more than one peer"
    ANY_PEER = "a rule in force without peers"
    ANY_PORT = "a rule in force without ports"
    PORT_NAME = "a named port in force"
    EXPRESSIONS = "a selector that is more than plain labels"
    NAMESPACE_LABELS = "a peer in force by labels of namespaces, and no initial one's name"
    ANYONE = "a rule in force for any address"
    API_SERVER = "an egress peer in force that may be meant for the API server"
    CIDRS = "a cidr anywhere, as the API server may have refused it, or in rules without force"
    PODS = "pods in view"
    SERVICES = "Services in view"
    NAMESPACES = "manifests of namespaces in view"
    MONITORS = "objects in view that tell Prometheus what to scrape"
    COMPARABLE = "what a selector may mean in view: pods, or namespaces where one is of these"
    OTHER_APIS = "policies of other APIs in view"
    PLUGIN = "a configured network plugin"


OF_OBJECTS = frozenset(
    {Trait.PODS, Trait.SERVICES, Trait.NAMESPACES, Trait.MONITORS, Trait.OTHER_APIS}
)
"""What rules may need of the objects in view beside the policies that they judge."""
OF_LIVE_VIEWS = OF_OBJECTS | {Trait.PLUGIN}
"""What a view has in which anything may be a moment later."""
_NAMESPACES = frozenset({Trait.NAMESPACES, Trait.NAMESPACE_LABELS})
_COMPARABLE = frozenset({Trait.COMPARABLE})
_KNOWN: dict[frozenset[Trait], frozenset[Trait]] = {}
"""Sets of traits, which policies share."""


def together(view: frozenset[Trait], policies: Sequence[Policy]) -> frozenset[Trait]:
    """What a view and some of the policies in it have between them."""
    found = view.union(*(policy.traits for policy in policies))
    return found | _COMPARABLE if Trait.PODS in found or found >= _NAMESPACES else found


def traits_of(policy: Policy) -> frozenset[Trait]:
    """Everything that a policy has."""
    fields = {direction.field for direction, listed in policy.rules.items() if listed}
    rules = [rule for listed in policy.rules.values() for rule in listed]
    has = {
        Trait.REFUSED: policy.broken,
        Trait.INGRESS: "ingress" in fields,
        Trait.EGRESS: "egress" in fields,
        Trait.ADDRESSES: policy.blocks,
        Trait.LABELS: policy.selections,
        Trait.SEVERAL_PEERS: any(len(rule.peers or ()) > 1 for rule in rules),
        Trait.ANY_PEER: any(rule.peers is None for rule in rules),
        Trait.ANY_PORT: any(rule.entries is None for rule in rules),
        Trait.PORT_NAME: any(isinstance(each.port, str) for each in policy.single_ports),
        Trait.EXPRESSIONS: not _is_plain(policy),
        Trait.NAMESPACE_LABELS: any(map(_is_by_namespace, policy.selections)),
        Trait.ANYONE: any(rule.is_for_anyone for rule in rules),
        Trait.API_SERVER: policy.blocks or any(map(_may_be_api_server, policy.selections)),
        Trait.CIDRS: policy.broken or policy.blocks or any(policy.inert.values()),
    }
    found = frozenset(trait for trait, value in has.items() if value)
    return _KNOWN.setdefault(found, found)


def _is_plain(policy: Policy) -> bool:
    """Whether no selector in force is more than plain labels."""
    return policy.subject.is_plain and all(
        peer.pods.is_plain and (peer.namespaces is None or peer.namespaces.is_plain)
        for _, _, peer in policy.selections
    )


def _is_by_namespace(selection: Selection) -> bool:
    namespaces = selection.peer.namespaces
    if namespaces is None:
        return False
    return namespaces.equalities().get(NAMESPACE_NAME) not in INITIAL_NAMESPACES


def _may_be_api_server(selection: Selection) -> bool:
    """Whether a peer is every pod of other namespaces, or has labels as API servers have."""
    peer = selection.peer
    if selection.direction.field != "egress":
        return False
    if peer.pods.matches_all:
        return peer.namespaces is not None
    return any(value.endswith("kube-apiserver") for value in peer.pods.equalities().values())
