"""The API server as a destination: its endpoints, and whether rules allow them."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.addresses import AddressSet
from netlint_rules.apiserver import UNKNOWN_PLATFORM
from netlint_rules.discovery import Kind, parse
from netlint_rules.endpoints import endpoints
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.policy import AddressPeer, PolicyRule
from netlint_rules.ranges import ClusterRanges, platforms
from netlint_rules.record import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """The endpoints of the Service `kubernetes`: addresses where they are in view, and ports."""

    addresses: AddressSet
    ports: frozenset[int]

    @staticmethod
    def find(index: ResourceIndex, facts: Facts, platform: str, distribution: str) -> Server:
        """Endpoints in view, else the ports that are usual on the platforms in question."""
        listed = list(endpoints(index, "default", "kubernetes"))
        addresses = parse(address for each in listed for address in each.addresses)
        ports = frozenset(port for each in listed for port in each.ports.values())
        if addresses and ports:
            return Server(addresses, ports)
        sources = facts.api_server_sources
        names = {platform} if platform else platforms(distribution)
        chosen = [each for each in sources if each.platform in names]
        chosen = chosen or [each for each in sources if each.platform == UNKNOWN_PLATFORM]
        return Server(addresses, frozenset(port for each in chosen for port in each.endpoint_ports))

    def is_allowed(self, rules: Iterable[PolicyRule], ranges: ClusterRanges) -> bool:
        """Whether these rules together may allow the endpoints."""
        opening = [rule for rule in rules if self.is_open(rule)]
        if any(rule.peers is None or rule.opaque_reasons for rule in opening):
            return True
        blocks = held(opening)
        services = [each.addresses for each in ranges.ranges if each.kind is Kind.SERVICE]
        outside = blocks - AddressSet.union([*services, *ranges.api_servers])
        return self.addresses <= blocks if self.addresses else bool(outside)

    def is_open(self, rule: PolicyRule) -> bool:
        """Whether a rule opens a port of the endpoints, or may do so."""
        return rule.is_partly_unknown or any(rule.ports.covers("TCP", port) for port in self.ports)


@dataclass(frozen=True, slots=True)
class ServerOf:
    """Makes the API server of a bundle, for `Workspace.derived`."""

    facts: Facts
    platform: str

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """The documents that list endpoints."""
        return tuple(index.documents.get(kind) for kind in ("Endpoints", "EndpointSlice"))

    def __call__(self, index: ResourceIndex) -> Server:
        """The API server."""
        return Server.find(index, self.facts, self.platform, "")


def held(rules: Iterable[PolicyRule]) -> AddressSet:
    """The addresses that ipBlocks of these rules hold together."""
    peers = [peer for rule in rules for peer in rule.peers or ()]
    return AddressSet.union([peer.block for peer in peers if isinstance(peer, AddressPeer)])
