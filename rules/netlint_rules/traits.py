"""What policies and views have, by which rules that have no work are told without asking them."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.choices import StrEnum
from netlint_rules.resources import INITIAL_NAMESPACES, NAMESPACE_NAME
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.policy import Block, PodPeer, Policy, PolicyRule, Selection
    from netlint_rules.selector import Selector


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
    LISTS = "a list in force, of peers, ports or excepts, with more than one entry"
    ANY_PEER = "a rule in force without peers"
    ANY_PORT = "a rule in force without ports"
    PORT_NAME = "a named port in force"
    EXPRESSIONS = "a selector that is more than plain labels"
    NAMESPACE_LABELS = "a peer in force by labels of namespaces, and no initial one's name"
    ANYONE = "a rule in force for any address"
    API_SERVER = "an egress peer in force that may be meant for the API server"
    CIDRS = "a cidr anywhere, as the API server may have refused it, or in rules without force"
    PODS = "pods in view"
    HOST_NETWORK = "pods in the network of their nodes in view"
    SERVICES = "Services in view"
    NAMESPACES = "manifests of namespaces in view"
    MONITORS = "objects in view that tell Prometheus what to scrape"
    COMPARABLE = "what a selector may mean in view: pods, or namespaces where one is of these"
    OTHER_APIS = "policies of other APIs in view"
    PLUGIN = "a configured network plugin"


OF_OBJECTS = frozenset(
    {
        Trait.PODS,
        Trait.HOST_NETWORK,
        Trait.SERVICES,
        Trait.NAMESPACES,
        Trait.MONITORS,
        Trait.OTHER_APIS,
    }
)
"""What rules may need of the objects in view beside the policies that they judge."""
OF_LIVE_VIEWS = OF_OBJECTS | {Trait.PLUGIN}
"""What a view has in which anything may be a moment later."""
_NAMESPACES = frozenset({Trait.NAMESPACES, Trait.NAMESPACE_LABELS})
_SEVERAL_PEERS = frozenset({Trait.SEVERAL_PEERS, Trait.LISTS})
_COMPARABLE = frozenset({Trait.COMPARABLE})
_KNOWN: dict[frozenset[Trait], frozenset[Trait]] = {}
"""Sets of traits, which policies share."""


def together(view: frozenset[Trait], policies: Sequence[Policy]) -> frozenset[Trait]:
    """What a view and some of the policies in it have between them."""
    found = view.union(*(policy.traits for policy in policies))
    return found | _COMPARABLE if Trait.PODS in found or found >= _NAMESPACES else found


def traits_of(policy: Policy) -> frozenset[Trait]:
    """Everything that a policy has."""
    found: set[Trait] = set()
    if policy.causes:
        found |= {Trait.REFUSED, Trait.CIDRS}
    if not policy.subject.is_plain:
        found.add(Trait.EXPRESSIONS)
    if any(policy.inert.values()):
        found.add(Trait.CIDRS)
    for direction, rules in policy.rules.items():
        if rules:
            found.add(Trait.EGRESS if direction.field == "egress" else Trait.INGRESS)
            _add_rules(rules, found)
    if policy.blocks:
        _add_blocks(policy.blocks, found)
    if policy.selections:
        _add_selections(policy.selections, found)
    if str in [type(each.port) for each in policy.single_ports]:
        found.add(Trait.PORT_NAME)
    frozen = frozenset(found)
    return _KNOWN.setdefault(frozen, frozen)


def _add_rules(rules: Sequence[PolicyRule], found: set[Trait]) -> None:
    for rule in rules:
        if rule.peers is None:
            found |= {Trait.ANY_PEER, Trait.ANYONE}
        elif len(rule.peers) > 1:
            found |= _SEVERAL_PEERS
        if rule.entries is None:
            found.add(Trait.ANY_PORT)
        elif len(rule.entries) > 1:
            found.add(Trait.LISTS)


def _add_blocks(blocks: Sequence[Block], found: set[Trait]) -> None:
    found |= {Trait.ADDRESSES, Trait.API_SERVER, Trait.CIDRS}
    if any(block.rule.is_for_anyone for block in blocks):
        found.add(Trait.ANYONE)
    if any(len(block.peer.excepts) > 1 for block in blocks):
        found.add(Trait.LISTS)


def _add_selections(selections: Sequence[Selection], found: set[Trait]) -> None:
    found.add(Trait.LABELS)
    for direction, _, peer in selections:
        pods, namespaces = peer.pods, peer.namespaces
        if not (pods.is_plain and (namespaces is None or namespaces.is_plain)):
            found.add(Trait.EXPRESSIONS)
        if namespaces is not None and _is_by_labels(namespaces):
            found.add(Trait.NAMESPACE_LABELS)
        if direction.field == "egress" and _may_be_api_server(peer):
            found.add(Trait.API_SERVER)


def _is_by_labels(namespaces: Selector) -> bool:
    return namespaces.equalities().get(NAMESPACE_NAME) not in INITIAL_NAMESPACES


def _may_be_api_server(peer: PodPeer) -> bool:
    """Whether a peer is every pod of other namespaces, or has labels as API servers have."""
    if peer.pods.matches_all:
        return peer.namespaces is not None
    return any(value.endswith("kube-apiserver") for value in peer.pods.equalities().values())
