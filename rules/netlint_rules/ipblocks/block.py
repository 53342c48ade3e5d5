"""One ipBlock of a policy: what it holds, and what is allowed beside it."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.addresses import AddressSet
from netlint_rules.facts import CniFact
from netlint_rules.finding import Confidence, Fix, Location, Severity
from netlint_rules.index import ResourceIndex
from netlint_rules.netset import PortSet
from netlint_rules.policy import EVERY_ADDRESS, AddressPeer, Direction, PodPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

_WORLDS = tuple(map(AddressSet.parse, EVERY_ADDRESS))
_DNS_PORTS = PortSet.of("TCP", 53) | PortSet.of("UDP", 53)
_LONGEST_SELECTOR = 60
_HOST_BITS = ("/32", "/128")


@dataclass(frozen=True, slots=True)
class IpBlock:
    """An ipBlock with its rule and policy. `cni` is what is known of the user's network plugin."""

    index: ResourceIndex
    policy: Policy
    direction: Direction
    rule: PolicyRule
    peer: AddressPeer
    cni: CniFact | None

    @property
    def addresses(self) -> AddressSet:
        """What the block holds, without its excepts."""
        return self.peer.block

    @property
    def is_single(self) -> bool:
        """Whether it is one address."""
        prefixes = self.peer.block.prefixes()
        return len(prefixes) == 1 and prefixes[0].endswith(_HOST_BITS)

    @property
    def is_world(self) -> bool:
        """Whether its CIDR is every address of a family."""
        return self.peer.whole in _WORLDS

    @property
    def is_egress(self) -> bool:
        """Whether it is a destination."""
        return self.direction is Direction.EGRESS

    @property
    def is_dns(self) -> bool:
        """Whether it is allowed for nothing but DNS, as far as its ports can be read."""
        return self.rule.ports <= _DNS_PORTS

    def __str__(self) -> str:
        prefixes = self.peer.block.prefixes()
        return prefixes[0].partition("/")[0] if self.is_single else self.peer.cidr

    @property
    def subject(self) -> str:
        """The pods of the policy in words: `pods app=api in shop`."""
        where = self.index.describe(self.policy.namespace)
        text = str(self.policy.subject)
        if not text:
            return f"all pods in {where}"
        short = text if len(text) <= _LONGEST_SELECTOR else f"of {self.policy.name}"
        return f"pods {short} in {where}"

    def location(self, note: str) -> Location:
        """The block's CIDR."""
        return Location(self.policy.document, (*self.peer.path, "ipBlock", "cidr"), note)

    def beside(self, certain: bool) -> Iterator[PolicyRule]:
        """The rules of all policies that certainly, or that possibly, select the same pods too."""
        return beside(self.index, self.policy, self.direction, certain)

    def is_allowed(self, pods: Selector, namespace: str | None, ports: PortSet) -> bool:
        """Whether selectors certainly allow pods of a namespace, or of all, on these ports."""
        return any(
            ports <= rule.ports
            and (
                rule.peers is None
                or any(
                    pods.implies(peer.pods) and self._is_in(peer, namespace)
                    for peer in rule.peers
                    if isinstance(peer, PodPeer)
                )
            )
            for rule in self.beside(certain=True)
        )

    def _is_in(self, peer: PodPeer, namespace: str | None) -> bool:
        if namespace is None:
            return peer.namespaces is not None and peer.namespaces.matches_all
        return self.index.means(self.policy.namespace, peer, namespace) is Truth.YES


def beside(
    index: ResourceIndex, policy: Policy, direction: Direction, certain: bool
) -> Iterator[PolicyRule]:
    """The rules of all policies that certainly, or that possibly, select a policy's pods too."""
    for other in index.policies[policy.namespace]:
        selects = policy.subject.implies(other.subject) and not other.broken
        if selects or (not certain and policy.subject.overlaps(other.subject)):
            yield from other.rules[direction]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a block; `note` says at its place what it does."""

    severity: Severity
    confidence: Confidence
    message: str
    note: str
    related: tuple[Location, ...] = ()
    fix: Fix | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Lowest for the worst, then for the surest."""
        return self.severity.rank, self.confidence.rank
