"""Pods that Prometheus is told to scrape, by ServiceMonitors and PodMonitors."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.backends import Backend, backends
from netlint_rules.bundle import Placed
from netlint_rules.finding import Location
from netlint_rules.index import MONITOR_KINDS, ResourceIndex
from netlint_rules.isolation import Isolation, labels_match
from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.resources import is_patched, items_at, mapping_at, mappings_at, texts
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

_GROUP = "monitoring.coreos.com"
_ENDPOINTS = dict(zip(MONITOR_KINDS, ("endpoints", "podMetricsEndpoints"), strict=True))


class Scrape(NamedTuple):
    """An endpoint of a monitor. `namespaces` None: every one. `selector` is of Services or pods.

    `port` is a name; `target` the number or name of a container port where that is given instead.
    """

    kind: str
    namespaces: tuple[str, ...] | None
    selector: Selector
    port: str
    target: int | str | None
    place: Location

    def pods(self, isolation: Isolation) -> tuple[Backend, ...]:
        """The pods of a namespace with the port that it means."""
        if self.kind == "PodMonitor":
            return tuple(self._of_pods(isolation))
        return tuple(self._of_services(isolation))

    def _of_services(self, isolation: Isolation) -> Iterator[Backend]:
        for service in isolation.index.services.get(isolation.namespace, {}).values():
            labels = texts(mapping_at(service.document.metadata, ("labels",)))
            for port in service.ports if self.selector.matches(labels) else ():
                is_meant = port.name == self.port if self.port else port.target == self.target
                if is_meant and port.protocol == "TCP":
                    yield from backends(isolation, service, port)

    def _of_pods(self, isolation: Isolation) -> Iterator[Backend]:
        for subject in isolation.subjects:
            for workload in subject.workloads:
                for port in workload.ports:
                    is_meant = (self.port or self.target) in {port.name, port.port}
                    if is_meant and labels_match(self.selector, workload) is Truth.YES:
                        yield Backend(subject, workload, port.port)


@dataclass(frozen=True, slots=True)
class Scrapes:
    """Makes the endpoints of all monitors, for `Workspace.derived`."""

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """The monitors."""
        return tuple(index.documents.get(kind) for kind in _ENDPOINTS)

    def __call__(self, index: ResourceIndex) -> tuple[Scrape, ...]:
        """The endpoints, in the order of their monitors."""
        return tuple(
            scrape
            for kind in _ENDPOINTS
            for placed in index.documents.get(kind, ())
            if placed.document.group == _GROUP and not is_patched(placed.document, ("spec",))
            for scrape in _read(kind, placed)
        )


def _read(kind: str, placed: Placed) -> Iterator[Scrape]:
    document, field = placed.document, _ENDPOINTS[kind]
    chosen = mapping_at(document.body, ("spec", "namespaceSelector"))
    names = tuple(map(str, items_at(chosen, ("matchNames",)))) or (placed.namespace,)
    selector = Selector.parse(document.at(("spec", "selector")))
    for position, endpoint in enumerate(mappings_at(document.body, ("spec", field))):
        target = endpoint.get("targetPort") or endpoint.get("portNumber")
        yield Scrape(
            kind,
            None if chosen.get("any") is True else names,
            selector,
            str(endpoint.get("port") or ""),
            target if isinstance(target, int | str) else None,
            Location(document, ("spec", field, position), "asks for metrics of these pods"),
        )
