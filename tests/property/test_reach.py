"""The reachability engine against a naive reading of the same cluster, one connection at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings

from netlint_rules.addresses import AddressSet
from netlint_rules.config import ClusterFacts, Config
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.reach import End, Map, Network, Open, Owner, Pods
from netlint_rules.reach.open import NOTHING, any_of
from netlint_rules.truth import Truth
from tests.property.worldly import OUTSIDE, worlds
from tests.property.worlds import PROTOCOLS, Peer, Pod, World, manifests

EXAMPLES = int(os.environ.get("NETLINT_WORLDS", "80"))
POINTS = [(protocol, port) for protocol in PROTOCOLS for port in (*range(1, 8), 65535)]
POINTS = [point for point in POINTS if point[0] != "SCTP" or point[1] < 3]


def network(world: World) -> Network:
    cluster = ClusterFacts(cni="" if world.by_address else "cilium")
    index = ResourceIndex.build(manifests(world), Config(cluster=cluster), Facts())
    return Network(index, cluster, Facts())


def pairs(world: World) -> Iterator[tuple[Peer, Peer]]:
    """Every two ends of which one is a pod; of a Deployment's two pods are two, not one."""
    pods = [each for each in world.pods if not each.unseen]
    others: list[Peer] = [*world.nodes.values(), *OUTSIDE]
    yield from (two for two in product(pods, pods) if two[0] is not two[1] or two[0].shown)
    yield from product(pods, others)
    yield from product(others, pods)


def end(net: Network, peer: Peer) -> End:
    if isinstance(peer, Pod):
        (found,) = net.workloads[Owner(*peer.owner)]
        return found
    if isinstance(peer, str):
        return net.outside(f"{peer}/{128 if ':' in peer else 32}")
    return net.nodes[peer.name]


def traced(net: Network, source: Peer, destination: Peer) -> Open:
    ends = end(net, source), end(net, destination)
    return any_of(trace.open for trace in net.traces(*ends))


@settings(max_examples=EXAMPLES)
@given(worlds(hidden=False))
def test_what_is_wholly_in_view_is_answered_exactly(world: World) -> None:
    net = network(world)
    for source, destination in pairs(world):
        found = traced(net, source, destination)
        for point in POINTS:
            expected = Truth.of(world.allows(source, destination, *point))
            assert found.answer(*point) is expected, (source, destination, point)


@settings(max_examples=EXAMPLES)
@given(worlds(hidden=True))
def test_what_is_certain_holds_and_what_holds_is_possible(world: World) -> None:
    """Whatever it is that the manifests don't show."""
    net = network(world)
    for source, destination in pairs(world):
        found = traced(net, source, destination)
        for point in POINTS:
            if found.answer(*point) is not Truth.UNKNOWN:
                expected = Truth.of(world.allows(source, destination, *point))
                assert found.answer(*point) is expected, (source, destination, point)


@settings(max_examples=EXAMPLES)
@given(worlds(hidden=True))
def test_the_map_says_what_the_traces_say(world: World) -> None:
    net = network(world)
    known = Lookup(net.map())
    for source, destination in pairs(world):
        one, two = end(net, source), end(net, destination)
        is_mapped = isinstance(source, Pod | str) and isinstance(destination, Pod | str)
        if source is destination or not is_mapped:
            continue
        found = any_of(trace.open for trace in net.traces(one, two))
        if isinstance(source, Pod) and source.host and isinstance(two, Pods) and two.has_policies:
            found = found._replace(possible=Open(*known.found(source, destination)).possible)
            assert known.found(source, destination).certain <= found.certain
        else:
            assert known.found(source, destination) == found, (source, destination)


@settings(max_examples=EXAMPLES)
@given(worlds(hidden=True))
def test_a_pod_out_of_view_is_what_exposure_speaks_of(world: World) -> None:
    ghost = next(each for each in world.pods if each.unseen)
    exposures = {each.workload: each for each in network(world).map().exposures()}
    for pod in world.pods:
        if not pod.unseen:
            found = exposures[Owner(*pod.owner)].namespaces
            for point in POINTS:
                if found.answer(*point) is not Truth.UNKNOWN:
                    expected = Truth.of(world.allows(ghost, pod, *point))
                    assert found.answer(*point) is expected, (pod, point)


class Lookup:
    """The connections of a map by their ends."""

    def __init__(self, whole: Map) -> None:
        self._within: dict[object, Open] = {}
        self._outside: list[tuple[bool, Owner, AddressSet, Open]] = []
        for each in whole.connections():
            ports = Open(each.ports, each.possible)
            if isinstance(each.source, AddressSet):
                assert isinstance(each.destination, Owner)
                self._outside.append((False, each.destination, each.source, ports))
            elif isinstance(each.destination, AddressSet):
                self._outside.append((True, each.source, each.destination, ports))
            else:
                assert (each.source, each.destination) not in self._within
                self._within[each.source, each.destination] = ports

    def found(self, source: Peer, destination: Peer) -> Open:
        if isinstance(source, Pod) and isinstance(destination, Pod):
            return self._within.get((Owner(*source.owner), Owner(*destination.owner)), NOTHING)
        pod, address = (source, destination) if isinstance(source, Pod) else (destination, source)
        assert isinstance(pod, Pod) and isinstance(address, str)
        opens = [
            ports
            for is_out, owner, addresses, ports in self._outside
            if is_out is isinstance(source, Pod)
            and owner == Owner(*pod.owner)
            and address in addresses
        ]
        assert len(opens) < 2
        return opens[0] if opens else NOTHING
