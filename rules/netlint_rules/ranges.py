"""The addresses of one cluster: those seen and configured, and common defaults that may hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from netlint_rules.addresses import AddressSet
from netlint_rules.apiserver import UNKNOWN_PLATFORM
from netlint_rules.config import ClusterFacts
from netlint_rules.discovery import (
    KINDS,
    Evidence,
    Kind,
    Owner,
    Range,
    around,
    documents,
    owners,
    parse,
    shown,
)
from netlint_rules.facts import Facts, SpecialAddress
from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.record import dataclass, replace
from netlint_rules.resources import mapping_at

_FAMILIES = {4: "0.0.0.0/0", 6: "::/0"}
_COMMON = ("100.64.0.0/10", "10.128.0.0/20")
"""Parts of default ranges that much else uses: the shared address space of RFC 6598 (Tailscale,
providers), and the subnet of Google Cloud's default network in us-central1."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class ClusterRanges:
    """What is known of the addresses of one cluster.

    `ranges` has the better known ones first. `owners` finds objects in view by their address.
    `external` never counts as the cluster's. `api_servers` holds the addresses of the Service
    `kubernetes`, with the distribution where it is a default. `special` addresses mean the same
    in every cluster; `special_kinds` has those of each kind. `default_pods` are the ranges that may
    be the pods' by default, `extent` all addresses that anything is known of.
    """

    ranges: tuple[Range, ...]
    owners: Mapping[AddressSet, Owner]
    external: AddressSet
    api_servers: Mapping[AddressSet, str]
    special: tuple[tuple[SpecialAddress, AddressSet], ...]
    default_pods: AddressSet
    extent: AddressSet
    special_kinds: Mapping[str, AddressSet]

    @staticmethod
    def of(
        ranges: Iterable[Range],
        found: Mapping[AddressSet, Owner],
        external: AddressSet,
        api_servers: Mapping[AddressSet, str],
        facts: Facts,
    ) -> ClusterRanges:
        """With what follows from these."""
        ordered = sorted(ranges, key=lambda each: (-each.evidence, not each.is_whole))
        own = tuple(each.without(external) for each in ordered) if external else tuple(ordered)
        guesses = [
            each.addresses
            for each in own
            if (each.kind, each.evidence) == (Kind.POD, Evidence.DEFAULT)
        ]
        special, kinds = _special(facts)
        everything = [*(each.addresses for each in own), *kinds.values()]
        return ClusterRanges(
            ranges=own,
            owners=found,
            external=external,
            api_servers=api_servers,
            special=special,
            default_pods=AddressSet.union(guesses),
            extent=AddressSet.union([*everything, *api_servers]),
            special_kinds=kinds,
        )

    def has_nodes(self, pods: Range) -> bool:
        """Whether nodes have addresses in a range of pods: both share a cloud's subnet."""
        nodes = (other.addresses for other in self.ranges if other.kind is Kind.NODE)
        return any(not each.isdisjoint(pods.addresses) for each in nodes)


@lru_cache(maxsize=4)
def _special(
    facts: Facts,
) -> tuple[tuple[tuple[SpecialAddress, AddressSet], ...], Mapping[str, AddressSet]]:
    """The addresses that mean the same in every cluster, one by one and by their kinds."""
    rows = tuple((row, parse([row.cidr])) for row in facts.special_addresses)
    kinds = {row.kind for row, _ in rows}
    return rows, {
        kind: AddressSet.union([held for row, held in rows if row.kind == kind]) for kind in kinds
    }


@dataclass(frozen=True, slots=True)
class RangesOf:
    """Makes the ranges of a bundle, for `Workspace.derived`."""

    cluster: ClusterFacts
    facts: Facts

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """Services, and the documents that addresses are read of."""
        return (index.services, *map(index.documents.get, KINDS))

    def __call__(self, index: ResourceIndex) -> ClusterRanges:
        external = parse(self.cluster.external_ranges)
        found = owners(index)
        known = [*_configured(self.cluster), *shown(index), *_of_kind(index, self.facts)]
        known += around(found)
        ranges = [*known, *_defaults(self.facts, self.cluster.platform, known)]
        servers = _api_servers(found, ranges, self.facts, self.cluster.platform)
        return ClusterRanges.of(ranges, found, external, servers, self.facts)


def platforms(distribution: str) -> frozenset[str]:
    """The platforms that a fact's text such as `kind, Talos and RKE2` may name."""
    return frozenset(re.findall(r"(?:^|, | and )([a-z0-9]+)", distribution.casefold()))


def _configured(cluster: ClusterFacts) -> Iterator[Range]:
    for kind, cidrs in (
        (Kind.POD, cluster.cluster_cidrs),
        (Kind.SERVICE, cluster.service_cidrs),
        (Kind.NODE, cluster.node_cidrs),
    ):
        for cidr in cidrs:
            yield Range(kind, parse([cidr]), Evidence.KNOWN, f"the {kind.word} range")


def _of_kind(index: ResourceIndex, facts: Facts) -> Iterator[Range]:
    """The ranges of a kind cluster whose configuration leaves them at their defaults."""
    for document in documents(index, "kind.x-k8s.io", "Cluster"):
        networking = mapping_at(document.body, ("networking",))
        family = networking.get("ipFamily")
        families = {4, 6} if family == "dual" else {6 if family == "ipv6" else 4}
        for row in facts.cluster_ranges:
            addresses, kind = parse([row.cidr]), Kind(row.kind)
            is_used = row.distribution == "kind" and not networking.get(f"{kind}Subnet")
            if is_used and addresses.families <= families:
                place = Location(document, ("kind",), f"uses kind's default {kind.word} range")
                yield Range(kind, addresses, Evidence.KNOWN, f"the {kind.word} range", place)


def _defaults(facts: Facts, platform: str, known: Sequence[Range]) -> Iterator[Range]:
    """The defaults that nothing known contradicts."""
    for default in _usual(facts, platform):
        standing = _standing(default, known)
        if standing is not None:
            yield standing


@lru_cache(maxsize=8)
def _usual(facts: Facts, platform: str) -> Sequence[Range]:
    """The defaults on a platform, the same for every bundle of a run."""
    users: dict[tuple[Evidence, Kind, str], list[str]] = defaultdict(list)
    for row in facts.cluster_ranges:
        is_other, is_ours = _match(facts, platform, row.distribution)
        if row.exact_only and not is_other:
            users[Evidence.EQUAL, Kind(row.kind), row.cidr].append(row.distribution)
        elif is_ours or (row.distinctive and not is_other):
            users[Evidence.DEFAULT, Kind(row.kind), row.cidr].append(row.distribution)
    found = []
    for (evidence, kind, cidr), names in users.items():
        title = f"the default {kind.word} range of {_listed(names)}"
        is_ours = any(_match(facts, platform, name)[1] for name in names)
        doubtful = parse(() if is_ours else _COMMON)
        found.append(Range(kind, parse([cidr]), evidence, title, doubtful=doubtful))
    return found


def _match(facts: Facts, platform: str, distribution: str) -> tuple[bool, bool]:
    """Whether a distribution is another platform than the user's, and whether it is the user's."""
    known = _platforms_known(facts)
    named = platforms(distribution) & known
    ours = platform.partition("-")[0] if platform in known - {UNKNOWN_PLATFORM} else ""
    return bool(ours and named and ours not in named), ours in named


@lru_cache(maxsize=4)
def _platforms_known(facts: Facts) -> frozenset[str]:
    return frozenset(source.platform for source in facts.api_server_sources)


def _standing(default: Range, known: Sequence[Range]) -> Range | None:
    """A default in the light of what is known: confirmed, merely possible, or refuted."""
    family = parse(_FAMILIES[version] for version in default.addresses.families)
    same = [each for each in known if each.kind is default.kind]
    same = [each for each in same if not each.addresses.isdisjoint(family)]
    if any(each.is_whole for each in same):
        return None
    parts = [each.addresses & family for each in same]
    if not all(part <= default.addresses for part in parts):
        return None
    # That 10.0.0.0/8 holds everything in view says nothing.
    if not parts or default.evidence is Evidence.EQUAL:
        return default
    title = f"the {default.kind.word} range"
    return replace(default, evidence=Evidence.KNOWN, title=title, origin=same[0].origin)


def _listed(names: Iterable[str]) -> str:
    """The first of the names: `flannel, kind and minikube`."""
    *others, last = list(dict.fromkeys(names))[:_NAMED]
    return f"{', '.join(others)} and {last}" if others else last


def _api_servers(
    found: Mapping[AddressSet, Owner], known: Sequence[Range], facts: Facts, platform: str
) -> dict[AddressSet, str]:
    """The addresses of the Service `kubernetes`: seen, else the first of the range, else usual."""
    servers = {
        address: ""
        for address, owner in found.items()
        if (owner.kind, owner.namespace) == (Kind.SERVICE, "default")
        and owner.document.name == "kubernetes"
    }
    for each in known:
        if (each.kind, each.evidence, each.is_whole) == (Kind.SERVICE, Evidence.KNOWN, True):
            servers |= {_first(prefix): "" for prefix in each.addresses.prefixes()}
    families = frozenset().union(*(address.families for address in servers))
    for row in facts.api_server_addresses:
        address = parse([row.address])
        is_other, _ = _match(facts, platform, row.distribution)
        if not is_other and not address.families <= families:
            servers[address] = row.distribution
    return servers


def _first(prefix: str) -> AddressSet:
    """The first address after a network's own: the API server takes it for itself."""
    from ipaddress import ip_network

    network = ip_network(prefix)
    return parse([str(network[min(1, network.num_addresses - 1)])])
