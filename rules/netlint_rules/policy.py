"""One dialect-neutral policy: a subject, and for each direction what it isolates and allows.

Every dialect module turns its objects into these. Kubernetes policies only allow; deny rules,
tiers, entities and names exist for Cilium, Calico and AdminNetworkPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.selector import EVERYTHING, Selector
from netlint_rules.source.document import Document, Path


class Direction(StrEnum):
    """Of a connection, seen from the subject."""

    INGRESS = "Ingress"
    EGRESS = "Egress"

    @property
    def field(self) -> str:
        """The field with the rules of this direction in a NetworkPolicy's spec."""
        return "ingress" if self is Direction.INGRESS else "egress"

    @property
    def peers_field(self) -> str:
        """The field with the peers of a rule."""
        return "from" if self is Direction.INGRESS else "to"

    @property
    def other(self) -> Direction:
        """The opposite direction."""
        return Direction.EGRESS if self is Direction.INGRESS else Direction.INGRESS


class Action(StrEnum):
    """What a rule does with the traffic that it matches."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class PodPeer:
    """Pods by labels. `namespaces` None means the policy's own namespace.

    `pods` is everything where the entry has no podSelector; `pods_written` tells the two apart.
    """

    path: Path
    pods: Selector = EVERYTHING
    namespaces: Selector | None = None
    pods_written: bool = True


@dataclass(frozen=True, slots=True)
class AddressPeer:
    """An ipBlock: `block` is `cidr` without `excepts`; `whole` is the cidr alone."""

    path: Path
    cidr: str
    excepts: tuple[str, ...]
    whole: AddressSet
    block: AddressSet


@dataclass(frozen=True, slots=True)
class OpaquePeer:
    """A peer whose extent netlint can't know: an invalid or templated one, an entity, a name."""

    path: Path
    reason: str


Peer = PodPeer | AddressPeer | OpaquePeer


@dataclass(frozen=True, slots=True)
class PortEntry:
    """One entry of a rule's `ports`. `reason` says why it can't be read; `ports` is empty then."""

    path: Path
    ports: PortSet
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule. `peers` None: any peer, external ones included. `entries` None: every port."""

    path: Path
    peers: tuple[Peer, ...] | None
    entries: tuple[PortEntry, ...] | None
    action: Action = Action.ALLOW

    @property
    def ports(self) -> PortSet:
        """The union of the port entries, without opaque ones."""
        if self.entries is None:
            return PortSet.all()
        ports = PortSet.empty()
        for entry in self.entries:
            ports |= entry.ports
        return ports

    @property
    def allows_everything(self) -> bool:
        """No peers and no ports given: all traffic of the direction."""
        return self.action is Action.ALLOW and self.peers is None and self.entries is None

    @property
    def opaque_reasons(self) -> frozenset[str]:
        """Why parts of the rule can't be read; it may match more than is known then."""
        peers = {peer.reason for peer in self.peers or () if isinstance(peer, OpaquePeer)}
        return frozenset(peers | {entry.reason for entry in self.entries or () if entry.reason})


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A policy as rules see it, normalised as the API server and the network plugin read it.

    `rules` holds the rules of the directions in `directions` only. `inert` holds those that the
    policy types switch off. `broken`: the API server would refuse the object; its reading here is
    a guess, so it never counts as certain. `namespace` is the resolved one (a group's key where
    the object names none); empty for cluster-wide policies.
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
    broken: bool = False
    namespaces: Selector | None = None
    tier: str = ""
    order: float = 0.0

    def isolates(self, direction: Direction) -> bool:
        """Whether the pods it selects become isolated in this direction."""
        return direction in self.directions

    def expects(self, intent: str) -> bool:
        """Whether the annotation `netlint.dev/expects` declares this intent."""
        declared = self.annotations.get("netlint.dev/expects", "")
        return intent in {word.strip() for word in declared.split(",")}
