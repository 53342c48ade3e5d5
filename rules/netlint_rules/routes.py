"""Services that requests from outside are routed to: by Ingress, HTTPRoute and Route."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from netlint_rules.bundle import Placed
from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.resources import (
    Service,
    ServicePort,
    is_patched,
    items_at,
    mapping_at,
    mappings_at,
)
from netlint_rules.source.document import Document, Path

_GROUPS = {
    "Ingress": "networking.k8s.io",
    "HTTPRoute": "gateway.networking.k8s.io",
    "Route": "route.openshift.io",
}


class Routed(NamedTuple):
    """A Service by its name and a port of it, by number, name or not at all.

    `is_near`: what serves the route may run in its own namespace, as a Gateway's pods do.
    """

    namespace: str
    service: str
    port: int | str | None
    place: Location
    is_near: bool = False

    def ports(self, service: Service) -> Sequence[ServicePort]:
        """The ports of the Service that it means; a Route may name that of the pods."""
        if self.port is None:
            return service.ports
        named = [each for each in service.ports if self.port in {each.port, each.name}]
        return named or [each for each in service.ports if self.port == each.target]


@dataclass(frozen=True, slots=True)
class RoutesIn:
    """Makes the routed Services of a bundle by namespace, for `Workspace.derived`."""

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """The routes."""
        return tuple(index.documents.get(kind) for kind in _GROUPS)

    def __call__(self, index: ResourceIndex) -> Mapping[str, list[Routed]]:
        """The Services with the places that name them."""
        found: dict[str, list[Routed]] = defaultdict(list)
        for kind, group in _GROUPS.items():
            for placed in index.documents.get(kind, ()):
                if placed.document.group == group and not is_patched(placed.document, ("spec",)):
                    for routed in _READERS[kind](placed):
                        found[routed.namespace].append(routed)
        return found


def _of_ingress(placed: Placed) -> Iterator[Routed]:
    document = placed.document
    yield from _backend(placed, ("spec", "defaultBackend"))
    for number, rule in enumerate(mappings_at(document.body, ("spec", "rules"))):
        for position, _ in enumerate(items_at(rule, ("http", "paths"))):
            path = ("spec", "rules", number, "http", "paths", position, "backend")
            yield from _backend(placed, path)


def _backend(placed: Placed, path: Path) -> Iterator[Routed]:
    service = placed.document.at((*path, "service"))
    if isinstance(service, dict) and isinstance(service.get("name"), str):
        port = mapping_at(service, ("port",))
        wanted = port.get("number") or port.get("name")
        place = _place(placed.document, (*path, "service", "name"))
        known = wanted if isinstance(wanted, int | str) else None
        yield Routed(placed.namespace, service["name"], known, place)


def _of_http_route(placed: Placed) -> Iterator[Routed]:
    document = placed.document
    parents = list(mappings_at(document.body, ("spec", "parentRefs")))
    is_near = any(parent.get("namespace") in {None, document.namespace} for parent in parents)
    for number, rule in enumerate(mappings_at(document.body, ("spec", "rules"))):
        for position, backend in enumerate(mappings_at(rule, ("backendRefs",))):
            name, port = backend.get("name"), backend.get("port")
            if backend.get("kind", "Service") == "Service" and isinstance(name, str):
                where = backend.get("namespace")
                path = ("spec", "rules", number, "backendRefs", position, "name")
                yield Routed(
                    where if isinstance(where, str) else placed.namespace,
                    name,
                    port if isinstance(port, int) else None,
                    _place(document, path),
                    is_near,
                )


def _of_route(placed: Placed) -> Iterator[Routed]:
    name = placed.document.at(("spec", "to", "name"))
    port = placed.document.at(("spec", "port", "targetPort"))
    if isinstance(name, str):
        known = port if isinstance(port, int | str) else None
        yield Routed(placed.namespace, name, known, _place(placed.document, ("spec", "to", "name")))


def _place(document: Document, path: Path) -> Location:
    return Location(document, path, "routes requests from outside to these pods")


_READERS = {"Ingress": _of_ingress, "HTTPRoute": _of_http_route, "Route": _of_route}
