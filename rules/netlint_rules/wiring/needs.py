"""The connections that the objects in view call for, each with the place that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.exposed import outside_services
from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import labels_match
from netlint_rules.netset import PROTOCOLS, PortSet
from netlint_rules.record import dataclass
from netlint_rules.resources import (
    Service,
    ServicePort,
    Workload,
    items_at,
    mapping_at,
    mappings_at,
)
from netlint_rules.selector import Selector
from netlint_rules.source.document import Document, Path
from netlint_rules.truth import Truth
from netlint_rules.wiring.mentions import Mention, mentions, strangers
from netlint_rules.wiring.others import RIGHTS_KINDS, callers, scraped

WIRING_KINDS = RIGHTS_KINDS | {"ConfigMap"}
"""Kinds that are read beside what rules read."""

_API_SERVER = PortSet.of("TCP", 443) | PortSet.of("TCP", 6443)


@dataclass(frozen=True, slots=True)
class Need:
    """Pods of `source` must reach these ports of the pods of `destination`.

    `source` None is any source, outside of the cluster too; `destination` None is the API server,
    which no pod in view is. `place` shows why.
    """

    source: Workload | None
    destination: Workload | None
    ports: PortSet
    place: Location


def needs(index: ResourceIndex) -> Iterator[Need]:
    """What settings of pods name, what load balancers let in, what is scraped, and API calls."""
    for namespace in index.names():
        for workload in index.workloads.get(namespace, ()):
            if not workload.is_subject:
                continue
            for mention, place in mentioned(index, workload):
                yield from _to_pods(index, workload, mention, place)
        for service, _ in outside_services(index, namespace):
            place = Location(service.document, ("spec", "type"), "lets any source in")
            for port in service.ports:
                yield from _behind(index, None, service, port, place)
    for scraper, pods, ports, place in scraped(index):
        yield Need(scraper, pods, ports, place)
    for workload, place in callers(index):
        yield Need(workload, None, _API_SERVER, place)


def elsewhere(index: ResourceIndex) -> Iterator[tuple[Workload, str, Location]]:
    """Hosts in settings that are no Service in view, each once a workload."""
    for namespace in index.names():
        for workload in index.workloads.get(namespace, ()):
            document = workload.document
            if document is None or not workload.is_subject:
                continue
            seen: set[str] = set()
            for text, _, place in _texts(index, workload, document):
                for host in strangers(text, index.services, namespace):
                    if host not in seen:
                        seen.add(host)
                        yield workload, host, place


def from_nodes(index: ResourceIndex) -> Iterator[tuple[Workload, Workload, Location]]:
    """Pods on their nodes' network with pods that they need, which no selector opens to them."""
    for namespace in index.names():
        for workload in index.workloads.get(namespace, ()):
            if not workload.host_network:
                continue
            for mention, place in mentioned(index, workload):
                for pods in pods_of(index, mention.service):
                    yield workload, pods, place


def _to_pods(
    index: ResourceIndex, source: Workload, mention: Mention, place: Location
) -> Iterator[Need]:
    ports = mention.service.ports
    named = [port for port in ports if mention.port in {port.port, None}]
    for port in named or ports:
        yield from _behind(index, source, mention.service, port, place)


def _behind(
    index: ResourceIndex,
    source: Workload | None,
    service: Service,
    port: ServicePort,
    place: Location,
) -> Iterator[Need]:
    for workload in pods_of(index, service):
        target = pod_port(workload, port)
        if target is not None:
            yield Need(source, workload, target, place)


def pods_of(index: ResourceIndex, service: Service) -> Iterator[Workload]:
    """The workloads in view whose pods a Service selects, without those on their nodes' network."""
    if service.selector is None:
        return
    selector = Selector.of(service.selector)
    for workload in index.workloads.get(service.namespace, ()):
        if workload.is_subject and labels_match(selector, workload) is Truth.YES:
            yield workload


def pod_port(workload: Workload, port: ServicePort) -> PortSet | None:
    """Where connections to a Service's port arrive; None where the pods don't have that port."""
    number = port.on(workload)
    if number is None or port.protocol not in PROTOCOLS:
        return None
    return PortSet.of(port.protocol, number)


def mentioned(index: ResourceIndex, workload: Workload) -> Iterator[tuple[Mention, Location]]:
    """The Services that a workload's settings name, with the places."""
    document = workload.document
    if document is None:
        return
    for text, name, place in _texts(index, workload, document):
        for mention in mentions(text, index.services, workload.namespace, name):
            yield mention, place


def _texts(
    index: ResourceIndex, workload: Workload, document: Document
) -> Iterator[tuple[str, str, Location]]:
    """Every text of a workload's settings, with the setting's name and its place."""
    spec: Path = (*workload.template, "spec")
    body = mapping_at(document.body, spec)
    for group in ("containers", "initContainers"):
        for at, container in enumerate(items_at(body, (group,))):
            if isinstance(container, dict):
                yield from _of_container(document, container, (*spec, group, at))
    maps = _config_maps(index, workload.namespace)
    for name, key in dict.fromkeys(_map_keys(body)):
        if name in maps:
            yield from _of_map(maps[name], key)


def _of_container(
    document: Document, container: Mapping[str, object], path: Path
) -> Iterator[tuple[str, str, Location]]:
    for at, entry in enumerate(items_at(container, ("env",))):
        if isinstance(entry, dict) and isinstance(entry.get("value"), str):
            name = str(entry.get("name"))
            yield entry["value"], name, Location(document, (*path, "env", at, "value"))
    for part in ("command", "args"):
        for at, word in enumerate(items_at(container, (part,))):
            if isinstance(word, str):
                flag, equals, _ = word.partition("=")
                yield word, flag if equals else "", Location(document, (*path, part, at))


def _of_map(document: Document, wanted: str) -> Iterator[tuple[str, str, Location]]:
    """The texts of a ConfigMap: of one key, or of all where none is wanted."""
    for key, value in mapping_at(document.body, ("data",)).items():
        if isinstance(value, str) and wanted in {key, ""}:
            yield value, key, Location(document, ("data", key))


def _config_maps(index: ResourceIndex, namespace: str) -> dict[str, Document]:
    return {
        placed.document.name: placed.document
        for placed in index.documents.get("ConfigMap", ())
        if placed.namespace == namespace
    }


def _map_keys(body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The ConfigMaps that a pod's specification refers to, each with a key or wholly."""
    for group in ("containers", "initContainers"):
        for container in mappings_at(body, (group,)):
            for source in mappings_at(container, ("envFrom",)):
                yield str(mapping_at(source, ("configMapRef",)).get("name")), ""
            for entry in mappings_at(container, ("env",)):
                reference = mapping_at(entry, ("valueFrom", "configMapKeyRef"))
                yield str(reference.get("name")), str(reference.get("key"))
    for volume in mappings_at(body, ("volumes",)):
        yield str(mapping_at(volume, ("configMap",)).get("name")), ""
        for source in mappings_at(volume, ("projected", "sources")):
            yield str(mapping_at(source, ("configMap",)).get("name")), ""
