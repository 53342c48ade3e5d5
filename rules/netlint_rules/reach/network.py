"""Questions about one bundle: may this connect to that, and who can talk to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from netlint_rules.addresses import AddressSet
from netlint_rules.config import ClusterFacts
from netlint_rules.discovery import documents, parse
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Selecting
from netlint_rules.policy import Direction
from netlint_rules.reach.connections import Map
from netlint_rules.reach.ends import Destination, End, Outside, Owner, Pods, Stranger
from netlint_rules.reach.entries import (
    Entry,
    any_node,
    controllers_in,
    entries,
    unseen_controller,
)
from netlint_rules.reach.services import Arrival, arrivals
from netlint_rules.reach.table import Table
from netlint_rules.reach.trace import Trace
from netlint_rules.reach.tracing import is_range, traces
from netlint_rules.reach.verdict import Verdict, united
from netlint_rules.reach.words import called
from netlint_rules.reach.world import PUBLIC, World
from netlint_rules.record import replace
from netlint_rules.resources import Service, Workload, mappings_at
from netlint_rules.truth import Truth


class Network:
    """The reachability of one bundle: `Network(index, config.cluster, facts)`.

    Every policy in view counts, and only these: a namespace that isn't wholly in view may have
    more. What the objects leave open (labels that appear at run time, placeholders, policies that
    netlint can't read or that the API server would refuse, labels of namespaces that aren't in
    view) is UNKNOWN, with the reason in the trace. `cluster.cni` names the network plugin.

    `unseen` adds a workload of kind `Pods` for each selector of a policy that means no pod in
    view, though there may be some: files often hold policies without the pods. It has the labels
    that the selector asks for, and no others.
    """

    def __init__(
        self, index: ResourceIndex, cluster: ClusterFacts, facts: Facts, *, unseen: bool = False
    ) -> None:
        self.index = index
        self._world = World(index, cluster, facts, unseen=unseen)
        self._facts = facts

    @cached_property
    def workloads(self) -> dict[Owner, tuple[Pods, ...]]:
        """Every workload in view as an end: mostly one, or several kinds of pods of one owner."""
        return {
            owner: tuple(map(self.pods, workloads))
            for owner, workloads in self._world.owners.items()
        }

    def pods(self, workload: Workload) -> Pods:
        """A workload as an end; it needn't be in view, so that new ones can be asked about."""
        return self._world.pods(workload)

    def outside(self, *cidrs: str) -> Outside:
        """Addresses as an end. Raises ValueError, fit for users, where one isn't a CIDR."""
        found = AddressSet.empty()
        for cidr in cidrs:
            found |= AddressSet.parse(cidr)
        return Outside(found)

    @property
    def internet(self) -> Outside:
        """The public addresses as an end, of the IP versions that the cluster has."""
        versions = sorted(self._world.families)
        return Outside(AddressSet.union([PUBLIC.of_version(version) for version in versions]))

    @property
    def stranger(self) -> Stranger:
        """The end that stands for pods of any namespace."""
        return Stranger(self._world.pod_space)

    @property
    def any_node(self) -> Outside:
        """A node that may be any of the cluster's."""
        return any_node(self._world)

    @cached_property
    def controllers(self) -> tuple[End, ...]:
        """The known ingress controllers in view; where there are none, one that may be any."""
        found = tuple(map(self.pods, controllers_in(self.index, self._facts)))
        return found or (unseen_controller(self._world),)

    def entries(self) -> Iterator[Entry]:
        """The ways from outside to pods: of Ingresses, routes, load balancers and node ports."""
        return entries(self._world, self.controllers, self.allowed)

    @cached_property
    def nodes(self) -> dict[str, Outside]:
        """The nodes in view, by name."""
        found = {}
        for document in documents(self.index, "", "Node"):
            listed = mappings_at(document.body, ("status", "addresses"))
            own = parse(str(each.get("address")) for each in listed)
            found[document.name] = Outside(own or self._world.node_space, document.name)
        return found

    def allowed(self, source: End, destination: Destination, protocol: str, port: int) -> Verdict:
        """Whether connections pass; ValueError for a protocol that isn't TCP, UDP or SCTP.

        A Service's port is the one that clients use; policies are asked about the pods' port.
        """
        if isinstance(destination, Service):
            return self._through(source, destination, protocol, port)
        sources, destinations = self.parts(source), self.parts(destination)
        if len(sources) == len(destinations) == 1:
            found = traces(self._world, source, destination)
            best = max(found, key=lambda each: each.open.answer(protocol, port).value)
            answer = best.open.answer(protocol, port)
            return Verdict(source, destination, protocol, port, answer, best)
        parts = tuple(
            self.allowed(one, two, protocol, port) for one in sources for two in destinations
        )
        answer = united([part.answer for part in parts])
        return Verdict(source, destination, protocol, port, answer, parts=parts)

    def traces(self, source: End, destination: End) -> list[Trace]:
        """Both directions of connections between two ends, for every port.

        One for each IP version that pods at both ends have: what one of them opens is open.
        Addresses on both sides of some ipBlock's edge give UNKNOWN: `allowed` tells them apart.
        """
        return traces(self._world, source, destination)

    def selecting(self, pods: Pods, direction: Direction) -> Selecting:
        """The policies that isolate pods in a direction, for sure or perhaps."""
        return self._world.selecting(pods.workload, direction)

    def map(self) -> Map:
        """Who can talk to whom, computed anew with each call."""
        return Map(Table(self._world))

    def parts(self, end: End) -> Sequence[End]:
        """An end as such; addresses in the parts that ipBlocks tell apart."""
        if not is_range(end) or end.addresses.size() == 1:
            return [end]
        return [Outside(part) for part in self._world.parts(end.addresses)]

    def _through(self, source: End, service: Service, protocol: str, port: int) -> Verdict:
        found = arrivals(self.index, service, protocol, port)
        if not found:
            answer, why = self._nothing_behind(service, protocol, port)
            return Verdict(source, service, protocol, port, answer, why=why)
        parts = tuple(self._arriving(source, service, each, protocol) for each in found)
        cni = self._world.cni
        if cni is not None and cni.service_address == "before" and service.cluster_ips:
            parts = tuple(self._by_service(part, service, port) for part in parts)
        answer = united([part.answer for part in parts])
        return Verdict(source, service, protocol, port, answer, parts=parts)

    def _by_service(self, part: Verdict, service: Service, port: int) -> Verdict:
        """With a plugin for which ipBlocks mean the Service's address, on its port."""
        pods, protocol = part.destination, part.protocol
        if not isinstance(pods, Pods) or part.trace is None:
            return part
        nowhere = replace(pods, addresses=AddressSet.empty())
        found = traces(self._world, part.source, nowhere)[0]
        answer = found.open.answer(protocol, part.port)
        virtual = traces(self._world, part.source, Outside(parse(service.cluster_ips)))[0]
        through = virtual.egress.open.answer(protocol, port)
        through &= found.ingress.open.answer(protocol, part.port)
        if through.value <= answer.value:
            return Verdict(part.source, pods, protocol, part.port, answer, found)
        why = f"an ipBlock holds the Service's address {service.cluster_ips[0]}, {protocol} {port}"
        return Verdict(part.source, pods, protocol, part.port, through, found, why=why)

    def _arriving(self, source: End, service: Service, arrival: Arrival, protocol: str) -> Verdict:
        pods = self.pods(arrival.workload)
        if arrival.port is None:
            why = f"{called(pods)} has no port of the name that Service {service.name} gives"
            return Verdict(source, pods, protocol, 0, Truth.NO, why=why)
        return self.allowed(source, pods, protocol, arrival.port)

    def _nothing_behind(self, service: Service, protocol: str, port: int) -> tuple[Truth, str]:
        name = f"Service {service.name}"
        has_port = any((each.protocol, each.port) == (protocol, port) for each in service.ports)
        if not has_port and not service.is_headless:
            return Truth.NO, f"{name} has no port {protocol} {port}"
        if service.selector is not None and self.index.complete(service.namespace):
            return Truth.NO, f"{name} selects no pod"
        return Truth.UNKNOWN, f"no pod behind {name} is in view"
