"""Where connections to a Service arrive: the pods behind it, and the port there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.endpoints import endpoints
from netlint_rules.index import ResourceIndex
from netlint_rules.meant import pods_match
from netlint_rules.record import NamedTuple
from netlint_rules.resources import Service, ServicePort, Workload, is_patched
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth


class Arrival(NamedTuple):
    """Pods that connections to a Service reach, at a port of theirs.

    `port` is None where they lack the one that the Service names. `is_sure`: they are surely
    behind it.
    """

    workload: Workload
    port: int | None
    is_sure: bool = True


def behind(index: ResourceIndex, service: Service) -> Iterator[tuple[Workload, bool]]:
    """The pods in view that a Service selects or lists, and whether that is sure."""
    workloads = index.workloads.get(service.namespace, ())
    is_read = not is_patched(service.document, ("spec",))
    if service.selector is None:
        listed = {each.pod for each in endpoints(index, service.namespace, service.name)}
        yield from ((pod, is_read) for pod in workloads if _is_listed(pod, listed))
        return
    selector = Selector.of(service.selector)
    for workload in workloads:
        answer = pods_match(selector, workload)
        if answer is not Truth.NO and not workload.finished:
            yield workload, is_read and answer is Truth.YES


def _is_listed(workload: Workload, names: set[str]) -> bool:
    return workload.kind == "Pod" and workload.name in names and not workload.finished


def arrivals(index: ResourceIndex, service: Service, protocol: str, port: int) -> Sequence[Arrival]:
    """Where connections to a port of a Service arrive; nothing where it has no such port.

    A headless Service has none of its own: any port is the pods'.
    """
    pods = list(behind(index, service))
    if service.is_headless:
        return [Arrival(workload, port, is_sure) for workload, is_sure in pods]
    for each in service.ports:
        if (each.protocol, each.port) == (protocol, port):
            if service.selector is None:
                return list(_by_hand(index, service, each))
            return [Arrival(pod, each.on(pod), is_sure) for pod, is_sure in pods]
    return []


def _by_hand(index: ResourceIndex, service: Service, port: ServicePort) -> Iterator[Arrival]:
    listed = endpoints(index, service.namespace, service.name)
    numbers = {each.pod: each.ports.get(port.name) for each in listed}
    for workload, is_sure in behind(index, service):
        yield Arrival(workload, numbers.get(workload.name), is_sure)
