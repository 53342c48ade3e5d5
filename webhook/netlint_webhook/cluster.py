"""What is known of the cluster around the object under review."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import Protocol

from netlint_rules.apivalidation import minor_version
from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.context import Derived
from netlint_rules.facts import Facts
from netlint_rules.index import Policies, ResourceIndex, is_policy
from netlint_rules.record import dataclass, field, replace
from netlint_rules.source.document import Document


@dataclass(frozen=True, slots=True)
class Identity:
    """Which object a request is about; `name` is empty where the API server will make one up."""

    group: str
    kind: str
    namespace: str
    name: str


class Sight(Enum):
    """How much of a namespace is in view: what isn't can be taken for missing only in WHOLE."""

    WHOLE = "whole"
    STALE = "stale"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Situation:
    """A cluster with one object as a request would leave it, or as it was before.

    `index.complete(namespace)` says whether the namespace is wholly in view. `generation` counts
    the changes of the cluster that are in it, 0 without a cluster. `stale`: the view is older
    than it may be for a denial. `derived` is what rules derive from all objects but policies: one
    dict for all situations under one configuration, so that it is made once for the same objects.
    """

    index: ResourceIndex
    generation: int = 0
    stale: bool = False
    derived: Derived = field(default_factory=dict)

    def sight(self, namespace: str) -> Sight:
        """How much of a namespace is in view."""
        if not self.index.complete(namespace):
            return Sight.PARTIAL
        return Sight.STALE if self.stale else Sight.WHOLE


class ClusterView(Protocol):
    """Where situations come from: a cache of the cluster, or nothing but the object itself."""

    @property
    def synced(self) -> bool:
        """Whether the first look at the cluster is over; the service isn't ready before."""

    def situation(
        self, identity: Identity, document: Document | None, config: Config, facts: Facts
    ) -> Situation:
        """The cluster with `document` in place of the object of that identity, None: without it.

        The object is a policy of any API, or what advice is for (see `advice.KINDS`).
        May be called from several threads.
        """


class NoCluster:
    """`--no-cluster`: nothing is known besides the object, so nothing can be called missing."""

    def __init__(self) -> None:
        self._known: tuple[Config, ResourceIndex, Derived] = (Config(), ResourceIndex(), {})

    @property
    def synced(self) -> bool:
        """There is nothing to wait for."""
        return True

    def situation(
        self, identity: Identity, document: Document | None, config: Config, facts: Facts
    ) -> Situation:
        """The object alone."""
        if self._known[0] is not config:
            minor = minor_version(config.cluster.kube_version)
            self._known = (config, ResourceIndex(config.view, kube_minor=minor), {})
        _, nothing, derived = self._known
        placed = [Placed(document, identity.namespace)] if document is not None else []
        if config.external_workloads or not all(is_policy(each.document) for each in placed):
            return Situation(ResourceIndex.build(placed, config, facts))
        index = replace(
            nothing,
            policies=Policies(),
            unmodelled=defaultdict(list),
            documents=defaultdict(list),
        )
        for each in placed:
            index.add(each, facts)
        return Situation(index, derived=derived)
