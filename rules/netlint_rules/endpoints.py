"""What stands behind a Service by its Endpoints and EndpointSlices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.index import ResourceIndex
from netlint_rules.record import dataclass
from netlint_rules.resources import items_at, mapping_at, mappings_at
from netlint_rules.source.document import Document

_SERVICE_NAME = "kubernetes.io/service-name"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One backend: its IP addresses, the Pod's name where it is one, its ports by name."""

    addresses: tuple[str, ...]
    pod: str
    ports: Mapping[str, int]


def endpoints(index: ResourceIndex, namespace: str, service: str) -> Iterator[Endpoint]:
    """The backends of a Service, as far as objects in view list them."""
    for document in _placed(index, "Endpoints", namespace):
        if document.name == service:
            for subset in mappings_at(document.body, ("subsets",)):
                for address in mappings_at(subset, ("addresses",)):
                    yield Endpoint((str(address.get("ip")),), _pod(address), _ports(subset))
    for document in _placed(index, "EndpointSlice", namespace):
        if mapping_at(document.metadata, ("labels",)).get(_SERVICE_NAME) == service:
            for endpoint in mappings_at(document.body, ("endpoints",)):
                addresses = tuple(map(str, items_at(endpoint, ("addresses",))))
                yield Endpoint(addresses, _pod(endpoint), _ports(document.body))


def _placed(index: ResourceIndex, kind: str, namespace: str) -> Iterator[Document]:
    for placed in index.documents.get(kind, ()):
        if placed.namespace == namespace:
            yield placed.document


def _pod(endpoint: Mapping[str, object]) -> str:
    target = mapping_at(endpoint, ("targetRef",))
    return str(target.get("name")) if target.get("kind") == "Pod" else ""


def _ports(body: Mapping[str, object]) -> dict[str, int]:
    return {
        str(port.get("name") or ""): number
        for port in mappings_at(body, ("ports",))
        if isinstance(number := port.get("port"), int)
    }
