"""What decides about traffic in one bundle, looked up once: policies, selectors, address space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from netlint_rules.addresses import AddressSet
from netlint_rules.backends import is_changed
from netlint_rules.callers import Caller
from netlint_rules.config import ClusterFacts
from netlint_rules.discovery import Evidence, Kind, parse
from netlint_rules.facts import CniFact, Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, Selecting, Subject
from netlint_rules.policy import Direction
from netlint_rules.ranges import ClusterRanges, RangesOf
from netlint_rules.reach.atoms import Atoms
from netlint_rules.reach.ends import Owner, Pods
from netlint_rules.reach.open import Listening, listening
from netlint_rules.reach.owners import by_owner
from netlint_rules.reach.unseen import unseen
from netlint_rules.resources import POD_TEMPLATES, Workload, mapping_at, mappings_at
from netlint_rules.selector import Selector

PRIVATE = parse(("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
"""Where pods and nodes are taken to be if nothing tells (RFC 1918, RFC 6598, RFC 4193)."""
_UNROUTED = (
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
)
"""IPv4 addresses besides the private ones that the internet doesn't route (IANA's registry of
special-purpose addresses)."""
PUBLIC = (parse(("0.0.0.0/0",)) - parse(_UNROUTED) - PRIVATE) | parse(("2000::/3",))
"""The addresses of the internet; of IPv6 those that IANA gives out."""


class World:
    """The objects of a bundle with what is derived of them for questions of reachability."""

    def __init__(
        self, index: ResourceIndex, cluster: ClusterFacts, facts: Facts, *, unseen: bool = False
    ) -> None:
        self.index = index
        self._has_unseen = unseen
        self.controllers = Caller("ingress", facts.known_pairs)
        self.cni: CniFact | None = facts.cni(cluster.cni) if cluster.cni else None
        self.ranges: ClusterRanges = RangesOf(cluster, facts)(index)
        self._isolations: dict[str, Isolation] = {}
        self._subjects: dict[int, Subject] = {}

    @cached_property
    def owners(self) -> Mapping[Owner, Sequence[Workload]]:
        """The workloads in view by owner, with those out of view if these are wanted."""
        return by_owner(self.index, unseen(self.index) if self._has_unseen else ())

    @cached_property
    def names(self) -> frozenset[tuple[str, str]]:
        """Every named port in some rule, as (protocol, name)."""
        return frozenset(
            name
            for policies in self.index.policies.values()
            for policy in policies
            for rules in policy.rules.values()
            for rule in rules
            for entry in rule.entries or ()
            for name in entry.ports.names
        )

    @cached_property
    def blocks(self) -> tuple[AddressSet, ...]:
        """Every set of addresses that some ipBlock holds."""
        return tuple(
            dict.fromkeys(
                block.peer.block
                for policies in self.index.policies.values()
                for policy in policies
                for block in policy.blocks
            )
        )

    @cached_property
    def atoms(self) -> Atoms:
        """The parts of all addresses that the blocks, and PUBLIC and the cluster, tell apart."""
        return Atoms([*self.blocks, PUBLIC, self.cluster_space])

    def parts(self, addresses: AddressSet) -> list[AddressSet]:
        """The parts of some addresses that no ipBlock in view tells apart."""
        return [part & addresses for part in self.atoms.parts if not part.isdisjoint(addresses)]

    @cached_property
    def pod_space(self) -> AddressSet:
        """Where pods have their addresses."""
        return self._space(Kind.POD)

    @cached_property
    def node_space(self) -> AddressSet:
        """Where nodes have theirs."""
        return self._space(Kind.NODE)

    @cached_property
    def cluster_space(self) -> AddressSet:
        """The addresses that are known to be of pods and Services: none of them is outside."""
        return self._known(Kind.POD) | self._known(Kind.SERVICE)

    @cached_property
    def families(self) -> frozenset[int]:
        """The IP versions of the cluster's pods; IPv4 where nothing tells."""
        seen = (Evidence.KNOWN, Evidence.AROUND)
        known = self._known(Kind.POD, seen) or self._known(Kind.SERVICE, seen)
        return known.families or frozenset({4})

    def pods(self, workload: Workload) -> Pods:
        """A workload as an end of connections."""
        document = workload.document
        if document is None or document.kind != "Pod":
            space = self.node_space if workload.host_network else self.pod_space
            return Pods(workload, space)
        status = mapping_at(document.body, ("status",))
        listed = [entry.get("ip") for entry in mappings_at(status, ("podIPs",))]
        own = parse(str(ip) for ip in (status.get("podIP"), *listed) if ip)
        node = mapping_at(document.body, ("spec",)).get("nodeName")
        space = self.node_space if workload.host_network else self.pod_space
        return Pods(workload, own or space, node if isinstance(node, str) else "")

    def listening(self, workload: Workload) -> Listening:
        """What named ports of policies mean on these pods."""
        is_declared = workload.document is None and bool(workload.ports)
        is_shown = workload.document is not None and workload.kind in POD_TEMPLATES
        known = is_declared or (is_shown and not is_changed(workload, ports=True))
        return listening(workload, self.names, known=known)

    def selecting(self, workload: Workload, direction: Direction) -> Selecting:
        """The policies that decide these pods' traffic in a direction."""
        namespace = workload.namespace
        isolation = self._isolations.get(namespace)
        if isolation is None:
            isolation = self._isolations[namespace] = Isolation(self.index, namespace, ())
        if is_changed(workload, ports=False):
            return Selecting((), tuple(p for p in isolation.policies if p.isolates(direction)))
        subject = self._subjects.get(id(workload))
        if subject is None:
            selector = Selector.of(workload.labels)
            subject = Subject(namespace, selector, workload.labels, (workload,))
            self._subjects[id(workload)] = subject
        return isolation.selecting(subject, direction)

    def _space(self, kind: Kind) -> AddressSet:
        known = self._known(kind)
        parts = [
            known.of_version(version) or PRIVATE.of_version(version) for version in self.families
        ]
        return AddressSet.union(parts)

    def _known(self, kind: Kind, evidence: Sequence[Evidence] = (Evidence.KNOWN,)) -> AddressSet:
        ours = [each for each in self.ranges.ranges if each.kind is kind]
        return AddressSet.union([each.addresses for each in ours if each.evidence in evidence])
