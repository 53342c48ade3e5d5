"""The cluster at one moment, and the store that makes the next one of it."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.bundle import Placed
from netlint_rules.record import dataclass, field, replace
from netlint_rules.resources import Namespace, Service, Workload
from netlint_rules.source.document import Document
from netlint_webhook.cache.policies import StoredPolicy


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Everything but policies, as ResourceIndex has it. Never changed: others are made of it."""

    workloads: dict[str, list[Workload]] = field(default_factory=dict)
    services: dict[str, dict[str, Service]] = field(default_factory=dict)
    namespaces: dict[str, Namespace] = field(default_factory=dict)
    documents: dict[str, list[Placed]] = field(default_factory=dict)
    unmodelled: dict[str, list[Document]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A snapshot; `generation` counts the changes that led to it."""

    policies: Mapping[str, tuple[StoredPolicy, ...]] = field(default_factory=dict)
    around: Surroundings = field(default_factory=Surroundings)
    generation: int = 0

    def with_policies(self, policies: Mapping[str, tuple[StoredPolicy, ...]]) -> World:
        """The next moment, with other policies."""
        return World(policies, self.around, self.generation + 1)

    def with_around(self, **parts: object) -> World:
        """The next moment, with other things around."""
        around = replace(self.around, **parts)  # type: ignore[arg-type]
        return World(self.policies, around, self.generation + 1)
