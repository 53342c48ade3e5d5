"""One dialect-neutral policy: a subject, and for each direction what it isolates and allows.

Every dialect module turns its objects into these. Kubernetes policies only allow; deny rules,
tiers, entities and names exist for Cilium, Calico and AdminNetworkPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from netlint_rules.addresses import AddressSet
from netlint_rules.apivalidation.cause import Cause
from netlint_rules.choices import StrEnum
from netlint_rules.netset import PortSet
from netlint_rules.record import NamedTuple, dataclass, field
from netlint_rules.selector import EVERYTHING, Selector
from netlint_rules.source.document import Document, Path
from netlint_rules.traits import Trait, traits_of


class Direction(StrEnum):
    """Of a connection, seen from the subject."""

    INGRESS = "Ingress"
    EGRESS = "Egress"

    __hash__ = str.__hash__
    """Quicker than an Enum's own: policies keep their rules by direction."""

    field: str
    """The field with the rules of this direction in a NetworkPolicy's spec."""
    peers_field: str
    """The field with the peers of a rule."""
    peer_noun: str
    """What the other end of a connection is."""

    def __init__(self, name: str) -> None:
        is_ingress = name == "Ingress"
        self.field = "ingress" if is_ingress else "egress"
        self.peers_field = "from" if is_ingress else "to"
        self.peer_noun = "source" if is_ingress else "destination"

    @property
    def other(self) -> Direction:
        """The opposite direction."""
        return Direction.EGRESS if self is Direction.INGRESS else Direction.INGRESS


class Action(StrEnum):
    """What a rule does with the traffic that it matches."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"


_EVERY_PORT = PortSet.all()
_CLEAR = frozenset[str]()
EVERY_ADDRESS = ("0.0.0.0/0", "::/0")
"""The blocks of all addresses of a family."""


class PodPeer(NamedTuple):
    """Pods by labels. `namespaces` None means the policy's own namespace.

    `pods` is everything where the entry has no podSelector; `pods_written` tells the two apart.
    """

    path: Path
    pods: Selector = EVERYTHING
    namespaces: Selector | None = None
    pods_written: bool = True


class AddressPeer(NamedTuple):
    """An ipBlock: `block` is `cidr` without `excepts`; `whole` is the cidr alone."""

    path: Path
    cidr: str
    excepts: tuple[str, ...]
    whole: AddressSet
    block: AddressSet


class OpaquePeer(NamedTuple):
    """A peer whose extent netlint can't know: an invalid or templated one, an entity, a name."""

    path: Path
    reason: str


Peer = PodPeer | AddressPeer | OpaquePeer


class PortEntry(NamedTuple):
    """One entry of a rule's `ports`. `reason` says why it can't be read; `ports` is empty then."""

    path: Path
    ports: PortSet
    reason: str = ""


@lru_cache(maxsize=4096)
def _union(first: PortSet, second: PortSet) -> PortSet:
    """The ports of both: rules that open the same ones share the set."""
    return first | second


class PolicyRule(NamedTuple):
    """One rule. `peers` None: any peer, external ones included. `entries` None: every port.

    `ports` is the union of the entries without opaque ones, and `is_partly_unknown` whether there
    are such. `opaque_reasons` is why parts of the rule, peers included, can't be read: it may match
    more than is known then.
    """

    path: Path
    peers: tuple[Peer, ...] | None
    entries: tuple[PortEntry, ...] | None
    ports: PortSet
    is_partly_unknown: bool = False
    opaque_reasons: frozenset[str] = _CLEAR
    action: Action = Action.ALLOW

    @staticmethod
    def of(
        path: Path, peers: tuple[Peer, ...] | None, entries: tuple[PortEntry, ...] | None
    ) -> PolicyRule:
        """The rule with these peers and port entries."""
        reasons = [peer.reason for peer in peers if isinstance(peer, OpaquePeer)] if peers else []
        ports, unknown = _EVERY_PORT, False
        if entries is not None:
            ports = entries[0].ports
            for entry in entries[1:]:
                ports = _union(ports, entry.ports)
            for entry in entries:
                if entry.reason:
                    unknown = True
                    reasons.append(entry.reason)
        return PolicyRule(
            path, peers, entries, ports, unknown, frozenset(reasons) if reasons else _CLEAR
        )

    @property
    def allows_everything(self) -> bool:
        """No peers and no ports given: all traffic of the direction."""
        return self.action is Action.ALLOW and self.peers is None and self.entries is None

    @property
    def is_for_anyone(self) -> bool:
        """Whether it has no peers, or a block of all addresses, less some or not."""
        if self.peers is None:
            return True
        return any(
            isinstance(peer, AddressPeer) and peer.cidr in EVERY_ADDRESS for peer in self.peers
        )


class Block(NamedTuple):
    """An ipBlock in force, and the rule that it is a peer of."""

    direction: Direction
    rule: PolicyRule
    peer: AddressPeer


class Selection(NamedTuple):
    """A peer by labels in force, and the rule that it is of."""

    direction: Direction
    rule: PolicyRule
    peer: PodPeer


class SinglePort(NamedTuple):
    """A port entry in force that stands for one port, by number or name, and its rule."""

    direction: Direction
    rule: PolicyRule
    entry: PortEntry
    protocol: str
    port: int | str


_Peers = tuple[tuple[Block, ...], tuple[Selection, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A policy as rules see it, normalised as the API server and the network plugin read it.

    `rules` holds the rules of the directions in `directions` only. `inert` holds those that the
    policy types switch off. `causes` is why the API server would refuse the object; its reading
    here is a guess then, so it never counts as certain. `namespace` is the resolved one (a group's
    key where the object names none); empty for cluster-wide policies.
    """

    document: Document
    dialect: str
    name: str
    namespace: str
    subject: Selector
    directions: frozenset[Direction]
    rules: Mapping[Direction, tuple[PolicyRule, ...]]
    inert: Mapping[Direction, tuple[PolicyRule, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()
    namespaces: Selector | None = None
    tier: str = ""
    order: float = 0.0
    _peers: _Peers | None = field(init=False, repr=False, default=None)
    _single_ports: tuple[SinglePort, ...] | None = field(init=False, repr=False, default=None)
    _traits: frozenset[Trait] | None = field(init=False, repr=False, default=None)

    @property
    def broken(self) -> bool:
        """Whether the API server would refuse the object."""
        return bool(self.causes)

    def isolates(self, direction: Direction) -> bool:
        """Whether the pods it selects become isolated in this direction."""
        return direction in self.directions

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every ipBlock in force."""
        return (self._peers or self._sort_peers())[0]

    @property
    def selections(self) -> tuple[Selection, ...]:
        """Every peer in force that selects pods by labels of theirs or of their namespaces."""
        return (self._peers or self._sort_peers())[1]

    def _sort_peers(self) -> _Peers:
        blocks: list[Block] = []
        selections: list[Selection] = []
        for direction, rules in self.rules.items():
            for rule in rules:
                for peer in rule.peers or ():
                    if isinstance(peer, PodPeer):
                        selections.append(Selection(direction, rule, peer))
                    elif isinstance(peer, AddressPeer):
                        blocks.append(Block(direction, rule, peer))
        peers = tuple(blocks), tuple(selections)
        object.__setattr__(self, "_peers", peers)
        return peers

    @property
    def single_ports(self) -> tuple[SinglePort, ...]:
        """Every port entry in force that stands for one port."""
        known = self._single_ports
        if known is None:
            known = tuple(
                [
                    SinglePort(direction, rule, entry, single[0], single[1])
                    for direction, rules in self.rules.items()
                    for rule in rules
                    if rule.entries is not None
                    for entry in rule.entries
                    if (single := entry.ports.single) is not None
                ]
            )
            object.__setattr__(self, "_single_ports", known)
        return known

    @property
    def traits(self) -> frozenset[Trait]:
        """Everything that it has."""
        known = self._traits
        if known is None:
            known = traits_of(self)
            object.__setattr__(self, "_traits", known)
        return known

    def expects(self, intent: str) -> bool:
        """Whether the annotation `netlint.dev/expects` declares this intent."""
        declared = self.annotations.get("netlint.dev/expects", "")
        return intent in {word.strip() for word in declared.split(",")}
