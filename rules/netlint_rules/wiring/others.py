"""Connections that no setting names: what Prometheus scrapes, and calls of the API server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation
from netlint_rules.netset import PortSet
from netlint_rules.resources import Workload, mapping_at, mappings_at
from netlint_rules.scrapes import Scrapes
from netlint_rules.source.document import Document

RIGHTS_KINDS = frozenset({"RoleBinding", "ClusterRoleBinding"})
"""Kinds that say which pods call the API server."""

_SCRAPERS = frozenset({"Prometheus", "PrometheusAgent"})


def scraped(index: ResourceIndex) -> Iterator[tuple[Workload, Workload, PortSet, Location]]:
    """Prometheus in view, the pods that monitors tell it to scrape, their port, and the monitor."""
    scrapers = [
        workload
        for workloads in index.workloads.values()
        for workload in workloads
        if workload.kind in _SCRAPERS
    ]
    for scrape in Scrapes()(index) if scrapers else ():
        for namespace in scrape.namespaces or index.names():
            for pod in scrape.pods(Isolation(index, namespace)):
                if pod.workload is not None and isinstance(pod.port, int):
                    for scraper in scrapers:
                        port = PortSet.of("TCP", pod.port)
                        yield scraper, pod.workload, port, scrape.place


def callers(index: ResourceIndex) -> Iterator[tuple[Workload, Location]]:
    """Workloads whose ServiceAccount has rights at the API server, with what gives them."""
    given = _given(index)
    for workloads in index.workloads.values():
        for workload in workloads:
            binding = given.get((workload.namespace, _account(workload)))
            if binding is not None and workload.is_subject:
                note = f"gives ServiceAccount {_account(workload)} rights at the API server"
                yield workload, Location(binding, ("subjects",), note)


def _given(index: ResourceIndex) -> Mapping[tuple[str, str], Document]:
    """What gives rights to ServiceAccounts, by namespace and name."""
    found: dict[tuple[str, str], Document] = {}
    for kind in sorted(RIGHTS_KINDS):
        for placed in index.documents.get(kind, ()):
            for subject in mappings_at(placed.document.body, ("subjects",)):
                if subject.get("kind") == "ServiceAccount":
                    where = placed.namespace or str(subject.get("namespace"))
                    if isinstance(subject.get("namespace"), str) and not where.startswith("?"):
                        where = str(subject["namespace"])
                    found.setdefault((where, str(subject.get("name"))), placed.document)
    return found


def _account(workload: Workload) -> str:
    if workload.document is None:
        return ""
    for path in ((*workload.template, "spec"), workload.template):
        name = mapping_at(workload.document.body, path).get("serviceAccountName")
        if isinstance(name, str):
            return name
    return "default"
