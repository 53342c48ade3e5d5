"""The objects of one kind, and what becomes of a snapshot when some of them change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from netlint_rules.bundle import Placed
from netlint_rules.resources import Namespace, Service, namespace, service
from netlint_rules.source.document import Document
from netlint_webhook.cache import slim
from netlint_webhook.cache.kinds import Kind
from netlint_webhook.cache.policies import StoredPolicy
from netlint_webhook.cache.world import World

Body = dict[str, Any]
V = TypeVar("V")
Objects = dict[str, dict[str, V]]
"""Objects by namespace, "" for those that have none, and name."""


class Table(Generic[V]):
    """The objects of a kind as they are kept. One task changes it, and makes the snapshots."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.objects: Objects[V] = {}

    def make(self, body: Body, old: V | None) -> V:
        """The object as it is kept: `old` itself where nothing that matters differs from it."""
        raise NotImplementedError

    def publish(self, world: World, namespaces: Collection[str], /) -> World:
        """The next snapshot after changes in these namespaces."""
        raise NotImplementedError

    def collect(self, fresh: Objects[V], body: Body) -> None:
        """Add an object to a new list of all; what hasn't changed is taken over."""
        where, name = key_of(body)
        fresh.setdefault(where, {})[name] = self.make(body, self._old(where, name))

    def swap(self, world: World, fresh: Objects[V]) -> World:
        """The next snapshot, with a new list in the place of the old one."""
        names = {*self.objects, *fresh}
        changed = [name for name in names if self.objects.get(name) != fresh.get(name)]
        self.objects = fresh
        return self.publish(world, changed) if changed else world

    def put(self, world: World, body: Body) -> World:
        """The next snapshot, with a new or changed object."""
        where, name = key_of(body)
        old = self._old(where, name)
        new = self.make(body, old)
        if new is old:
            return world
        self.objects.setdefault(where, {})[name] = new
        return self.publish(world, (where,))

    def drop(self, world: World, body: Body) -> World:
        """The next snapshot, without an object."""
        where, name = key_of(body)
        if self._old(where, name) is None:
            return world
        del self.objects[where][name]
        if not self.objects[where]:
            del self.objects[where]
        return self.publish(world, (where,))

    def __len__(self) -> int:
        return sum(map(len, self.objects.values()))

    def _old(self, where: str, name: str) -> V | None:
        return self.objects.get(where, {}).get(name)

    def _listed(self, where: str) -> list[V]:
        """The objects of a namespace by name: verdicts mustn't depend on which came first."""
        objects = self.objects.get(where, {})
        return [objects[name] for name in sorted(objects)]

    def _document(self, body: Body, old: Document | None) -> Document:
        """The slim document, `old` where it is the same."""
        kept = slim.slim(self.kind, body)
        return old if old is not None and old.body == kept else slim.document(kept)


def key_of(body: Body) -> tuple[str, str]:
    """Namespace, empty for none, and name."""
    metadata = body["metadata"]
    return metadata.get("namespace") or "", metadata["name"]


def changed(base: Mapping[str, V], parts: Mapping[str, V]) -> dict[str, V]:
    """A mapping with some entries replaced; those that have become empty are left out."""
    return {key: value for key, value in {**base, **parts}.items() if value}


class PolicyTable(Table[StoredPolicy]):
    """NetworkPolicies, unread."""

    def make(self, body: Body, old: StoredPolicy | None) -> StoredPolicy:
        version = body["metadata"].get("resourceVersion", "")
        return old if old is not None and old.version == version else StoredPolicy(body)

    def publish(self, world: World, namespaces: Collection[str]) -> World:
        parts = {name: tuple(self._listed(name)) for name in namespaces}
        return world.with_policies(changed(world.policies, parts))


class NamespaceTable(Table[Namespace]):
    """Namespaces with their labels."""

    def make(self, body: Body, old: Namespace | None) -> Namespace:
        document = self._document(body, old.document if old else None)
        return old if old and old.document is document else namespace(document)

    def publish(self, world: World, _: Collection[str]) -> World:
        return world.with_around(namespaces=dict(self.objects.get("", {})))


class ServiceTable(Table[Service]):
    """Services."""

    def make(self, body: Body, old: Service | None) -> Service:
        document = self._document(body, old.document if old else None)
        return old if old and old.document is document else service(document, document.namespace)

    def publish(self, world: World, namespaces: Collection[str]) -> World:
        parts = {name: dict(self.objects.get(name, {})) for name in namespaces}
        return world.with_around(services=changed(world.around.services, parts))


class OtherTable(Table[Placed]):
    """Kinds that rules look up in the index's documents."""

    def make(self, body: Body, old: Placed | None) -> Placed:
        document = self._document(body, old.document if old else None)
        return old if old and old.document is document else Placed(document, document.namespace)

    def publish(self, world: World, _: Collection[str]) -> World:
        placed = [each for where in sorted(self.objects) for each in self._listed(where)]
        documents = changed(world.around.documents, {self.kind.kind: placed})
        return world.with_around(documents=documents)


class ForeignTable(Table[Document]):
    """Policies of another API. `all` are the tables of all such kinds, this one among them."""

    def __init__(self, kind: Kind, every: list[ForeignTable]) -> None:
        super().__init__(kind)
        self._every = every
        every.append(self)

    def make(self, body: Body, old: Document | None) -> Document:
        return self._document(body, old)

    def publish(self, world: World, namespaces: Collection[str]) -> World:
        parts = {
            name: [document for table in self._every for document in table._listed(name)]
            for name in namespaces
        }
        return world.with_around(unmodelled=changed(world.around.unmodelled, parts))
