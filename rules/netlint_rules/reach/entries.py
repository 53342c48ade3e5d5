"""The ways from outside the cluster to pods: routes of controllers, load balancers, node ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from netlint_rules.callers import is_one
from netlint_rules.exposed import keeps_addresses, outside_services
from netlint_rules.facts import Facts
from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.reach.ends import ANY_NODE, Controller, End, Outside
from netlint_rules.reach.verdict import Verdict
from netlint_rules.reach.world import PUBLIC, World
from netlint_rules.record import NamedTuple
from netlint_rules.resources import Service, ServicePort, Workload
from netlint_rules.routes import RoutesIn


class Entry(NamedTuple):
    """One port of a Service that connections from outside are led to, and whether they pass.

    `place` is the route or the Service's type. The verdict's source is what the pods see: a
    controller, a node, or the clients where their addresses are kept.
    """

    place: Location
    service: Service
    verdict: Verdict


Ask = Callable[[End, Service, str, int], Verdict]


def entries(world: World, controllers: Sequence[End], ask: Ask) -> Iterator[Entry]:
    """Every way in, each with its verdict for each kind of controller."""
    for source, place, service, port in _ways(world, controllers):
        yield Entry(place, service, ask(source, service, port.protocol, port.port))


def _ways(
    world: World, controllers: Sequence[End]
) -> Iterator[tuple[End, Location, Service, ServicePort]]:
    index = world.index
    for namespace, found in RoutesIn()(index).items():
        for routed in found:
            service = index.services.get(namespace, {}).get(routed.service)
            for port in routed.ports(service) if service else ():
                for source in controllers:
                    assert service is not None
                    yield source, routed.place, service, port
    for namespace in index.services:
        for service, _ in outside_services(index, namespace):
            place = Location(service.document, ("spec", "type"), "takes connections from outside")
            client = Outside(PUBLIC) if keeps_addresses(service) else any_node(world)
            yield from ((client, place, service, port) for port in service.ports)


def any_node(world: World) -> Outside:
    """A node that may be any of the cluster's."""
    return Outside(world.node_space, ANY_NODE)


def controllers_in(index: ResourceIndex, facts: Facts) -> Iterator[Workload]:
    """The known ingress and gateway controllers in view."""
    for workloads in index.workloads.values():
        for workload in workloads:
            if not workload.finished and is_one(workload, "ingress", facts.known_pairs):
                yield workload


def unseen_controller(world: World) -> Controller:
    """A controller that isn't in view."""
    return Controller(world.pod_space | world.node_space)
