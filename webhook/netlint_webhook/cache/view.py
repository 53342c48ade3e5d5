"""Situations out of the cluster in memory."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from bisect import insort
from collections.abc import Callable
from typing import Any

from netlint_rules.config import Config
from netlint_rules.context import Derived
from netlint_rules.dialects import kubernetes
from netlint_rules.facts import Facts, WebhookHints
from netlint_rules.index import UNMODELLED, ResourceIndex
from netlint_rules.policy import Policy
from netlint_rules.record import dataclass, field, replace
from netlint_rules.source.document import Document
from netlint_webhook.cache import overlay
from netlint_webhook.cache.access import Access
from netlint_webhook.cache.api import Api
from netlint_webhook.cache.kinds import EVERY, NAMESPACE, POD, POLICY, SERVICE, Kind
from netlint_webhook.cache.pods import PodTable
from netlint_webhook.cache.policies import Policies, Shelf
from netlint_webhook.cache.reflector import Reflector
from netlint_webhook.cache.state import Phase, State
from netlint_webhook.cache.tables import (
    ForeignTable,
    NamespaceTable,
    OtherTable,
    PolicyTable,
    ServiceTable,
    Table,
)
from netlint_webhook.cache.timing import Timing
from netlint_webhook.cache.world import Surroundings, World
from netlint_webhook.cluster import Identity, Situation
from netlint_webhook.listening import STALE_AFTER
from netlint_webhook.logs import LOGGER, log
from netlint_webhook.metrics import Metrics

Body = dict[str, Any]

_READ_BYTES = 1_000_000
"""Of JSON; what is read of it takes sixteen times as much."""
_TICK = 0.5


@dataclass(frozen=True, slots=True)
class _Frame:
    """What lasts as long as a configuration: policies that were read, and what rules derived."""

    config: Config
    shelf: Shelf
    derived: Derived = field(default_factory=dict)

    @staticmethod
    def of(config: Config) -> _Frame:
        return _Frame(config, Shelf(_READ_BYTES))


@dataclass(frozen=True, slots=True)
class _Base:
    """An index of a snapshot's surroundings, under one configuration."""

    around: Surroundings
    complete: bool
    index: ResourceIndex
    frame: _Frame


class ClusterCache:
    """A view of the cluster that follows it. `run` does, on the event loop.

    `world` is the newest snapshot: it is replaced, never changed, so that any thread may read it.
    """

    def __init__(
        self,
        metrics: Metrics,
        hints: Callable[[], WebhookHints],
        *,
        stale_after: float = STALE_AFTER,
        timing: Timing | None = None,
        kinds: tuple[Kind, ...] = EVERY,
    ) -> None:
        self.metrics = metrics
        self._stale_after = stale_after
        self._timing = timing or Timing()
        foreign: list[ForeignTable] = []
        self._pods = PodTable(hints)
        self.tables = {kind: _table(kind, self._pods, foreign) for kind in kinds}
        self.states = {kind: State(kind, metrics) for kind in kinds}
        self._needed = [state for kind, state in self.states.items() if kind.needed]
        self._base = _Base(Surroundings(), False, ResourceIndex(), _Frame.of(Config()))
        self.world = World()
        for kind, table in self.tables.items():
            metrics.cache_objects.labels(kind.label).set_function(table.__len__)

    @property
    def synced(self) -> bool:
        """Whether every kind was read once, or turned out not to be readable."""
        return all(state.phase is not Phase.WAITING for state in self.states.values())

    def situation(
        self, identity: Identity, document: Document | None, config: Config, _: Facts
    ) -> Situation:
        """The cluster with one object changed: only what lies in its namespace is made anew."""
        world = self.world
        base = self._based(world, config)
        index, derived = base.index, base.frame.derived
        if identity.kind in UNMODELLED.get(identity.group, ()):
            index = overlay.with_foreign(index, identity, document)
        elif identity.kind == POLICY.kind:
            policies = _policies(world, base.frame.shelf, identity, document)
            index = replace(index, policies=policies, find_pod=self._pods.find)
        else:
            index, derived = overlay.with_other(index, identity, document), {}
        return Situation(index, world.generation + 1, self._is_stale(), derived)

    async def run(self, access: Access, warm: Callable[[], None] = lambda: None) -> None:
        """Follow a cluster until cancelled. `warm` makes what lasts, once everything is read."""
        api = Api(access)
        try:
            async with asyncio.TaskGroup() as tasks:
                for kind, table in self.tables.items():
                    sink = _Sink(self, table, self.states[kind])
                    reflector = Reflector(kind, api, sink, self.states[kind], self._timing)
                    tasks.create_task(reflector.run())
                tasks.create_task(self._tell(warm))
        finally:
            await api.close()

    async def _tell(self, warm: Callable[[], None]) -> None:
        """Log once everything is read."""
        begun = time.monotonic()
        while not self.synced:
            await asyncio.sleep(_TICK)
        try:
            warm()
            await self._fill()
        except Exception:  # noqa: BLE001 - what it would have made is made when it is asked for
            LOGGER.exception("not everything could be made ready")
        # What is read by now will stay for a while: the collector needn't look at it.
        gc.collect()
        gc.freeze()
        counts = {kind.label: len(table) for kind, table in self.tables.items() if len(table)}
        unknown = [kind.label for kind, state in self.states.items() if not state.is_known]
        seconds = round(time.monotonic() - begun, 3)
        level = logging.WARNING if unknown else logging.INFO
        log("cluster view synced", level, seconds=seconds, objects=counts, unknown=unknown)

    async def _fill(self) -> None:
        """Read policies as long as there is room, rather than while a request waits."""
        shelf = self._base.frame.shelf
        for stored in self.world.policies.values():
            if shelf.is_full:
                break
            shelf.all(stored)
            await asyncio.sleep(0)

    def _is_stale(self) -> bool:
        earliest = time.monotonic() - self._stale_after
        late = [state for state in self._needed if state.contact < earliest]
        return any(state.phase is Phase.SYNCED for state in late)

    def _based(self, world: World, config: Config) -> _Base:
        """The index of all but policies; made once for each change of it."""
        base, complete = self._base, all(state.is_known for state in self._needed)
        is_new = base.frame.config is not config
        if is_new or base.around is not world.around or base.complete is not complete:
            frame = _Frame.of(config) if is_new else base.frame
            index = overlay.index(
                world.around, Policies(world.policies, frame.shelf), config, complete=complete
            )
            base = self._base = _Base(world.around, complete, index, frame)
        return base


def _policies(
    world: World, shelf: Shelf, identity: Identity, document: Document | None
) -> Policies:
    """The policies with those of the object's namespace as they would be, in their usual order.

    The API server asks about objects that it has found valid.

    Where several would do as a finding's place, the first is taken: not another one on update.
    """
    where = identity.namespace
    others = [each for each in world.policies.get(where, ()) if each.name != identity.name]
    policies = shelf.all(others)
    if document is not None:
        insort(policies, kubernetes.stored(document, where), key=_by_name)
    return Policies(world.policies, shelf, where, policies)


def _by_name(policy: Policy) -> str:
    return policy.name


class _Sink:
    """Where one reflector puts its objects: a table, and the snapshots that follow from it."""

    def __init__(self, cache: ClusterCache, table: Table[Any], state: State) -> None:
        self._cache, self._table, self._state = cache, table, state
        self._fresh: dict[str, dict[str, Any]] = {}

    def begin(self) -> None:
        """Start a new list of all objects."""
        self._fresh = {}

    def collect(self, body: Body) -> None:
        """Add an object to it."""
        try:
            self._table.collect(self._fresh, body)
        except Exception as error:  # noqa: BLE001 - one odd object must not hide all the others
            self._state.unreadable(_name(body), error)

    def uncollect(self, body: Body) -> None:
        """Remove an object from it."""
        metadata = body["metadata"]
        self._fresh.get(metadata.get("namespace") or "", {}).pop(metadata["name"], None)

    def swap(self) -> None:
        """Put it in the place of the old one."""
        fresh = {where: objects for where, objects in self._fresh.items() if objects}
        self._fresh = {}
        self._cache.world = self._table.swap(self._cache.world, fresh)

    def put(self, body: Body) -> None:
        """Add or change an object."""
        try:
            self._cache.world = self._table.put(self._cache.world, body)
        except Exception as error:  # noqa: BLE001 - nor stop the view
            self._state.unreadable(_name(body), error)

    def drop(self, body: Body) -> None:
        """Remove an object."""
        self._cache.world = self._table.drop(self._cache.world, body)


def _name(body: Body) -> str:
    metadata = body.get("metadata") or {}
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"


def _table(kind: Kind, pods: PodTable, foreign: list[ForeignTable]) -> Table[Any]:
    if kind.is_foreign:
        return ForeignTable(kind, foreign)
    if kind == POD:
        return pods
    tables: dict[Kind, Callable[[Kind], Table[Any]]] = {
        POLICY: PolicyTable,
        NAMESPACE: NamespaceTable,
        SERVICE: ServiceTable,
    }
    return tables.get(kind, OtherTable)(kind)
