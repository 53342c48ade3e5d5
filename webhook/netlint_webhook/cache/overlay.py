"""Indexes made of a snapshot, with one object in place of the one that the cluster has."""

from __future__ import annotations

from collections import defaultdict

from netlint_rules.apivalidation import minor_version
from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.index import ResourceIndex
from netlint_rules.record import replace
from netlint_rules.resources import service
from netlint_rules.source.document import Document
from netlint_webhook.cache.policies import Policies
from netlint_webhook.cache.world import Surroundings
from netlint_webhook.cluster import Identity


def index(
    around: Surroundings, policies: Policies, config: Config, *, complete: bool
) -> ResourceIndex:
    """The index of a snapshot, with the pods that the configuration declares."""
    made = ResourceIndex(
        view=replace(config.view, complete=complete, live=True),
        kube_minor=minor_version(config.cluster.kube_version),
        policies=policies,
        workloads=around.workloads,
        services=around.services,
        namespaces=around.namespaces,
        documents=around.documents,
        unmodelled=around.unmodelled,
    )
    if config.external_workloads:
        own = {where: [*workloads] for where, workloads in around.workloads.items()}
        made.workloads = defaultdict(list, own)
        made.add_external(config)
        made.workloads = dict(made.workloads)
    return made


def with_foreign(
    base: ResourceIndex, identity: Identity, document: Document | None
) -> ResourceIndex:
    """With a policy of another API."""
    where = identity.namespace
    found = [each for each in base.unmodelled.get(where, ()) if not _is(each, identity)]
    if document is not None:
        found.append(document)
    return replace(base, unmodelled={**base.unmodelled, where: found})


def with_other(base: ResourceIndex, identity: Identity, document: Document | None) -> ResourceIndex:
    """With an object of any other kind; what rules derive has to be derived anew then."""
    kind, where = identity.kind, identity.namespace
    services = dict(base.services)
    if (identity.group, kind) == ("", "Service"):
        services[where] = {**services.get(where, {})}
        services[where].pop(identity.name, None)
        if document is not None:
            services[where][identity.name] = service(document, where)
    placed = [each for each in base.documents.get(kind, ()) if not _is(each.document, identity)]
    if document is not None:
        placed.append(Placed(document, where))
    return replace(base, services=services, documents={**base.documents, kind: placed})


def _is(document: Document, identity: Identity) -> bool:
    """Whether it is the object of that identity, given the namespace of both."""
    key = (identity.group, identity.kind, identity.name)
    return (document.group, document.kind, document.name) == key
