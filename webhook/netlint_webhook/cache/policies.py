"""Policies of the cluster: kept as bytes, and read when somebody asks for their namespace."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from netlint_rules.dialects import kubernetes
from netlint_rules.policy import Policy
from netlint_rules.source.document import Document
from netlint_webhook.cache import slim
from netlint_webhook.cache.kinds import POLICY

_QUICKLY = 1


class StoredPolicy:
    """One version of a policy. Compressed it takes a hundredth of what it takes when read.

    `size` is that of its JSON in bytes. `used`: somebody has asked for it lately.
    """

    __slots__ = ("data", "name", "namespace", "size", "used", "version")

    def __init__(self, body: Mapping[str, Any]) -> None:
        metadata = body["metadata"]
        self.name: str = metadata["name"]
        self.namespace: str = metadata.get("namespace", "")
        self.version: str = metadata.get("resourceVersion", "")
        data = orjson.dumps(slim.slim_policy(POLICY, dict(body)))
        self.size = len(data)
        self.data = zlib.compress(data, _QUICKLY)
        self.used = False

    def body(self) -> dict[str, Any]:
        """The object, decoded."""
        body: dict[str, Any] = orjson.loads(zlib.decompress(self.data))
        return body

    def read(self) -> Policy:
        """The policy as rules see it."""
        return kubernetes.stored(_Unread(self), self.namespace)


class _Unread(Document):
    """The document of a policy, decoded whenever somebody asks for its body.

    Rules ask for that of the policy under review, and hardly ever for one beside it: kept, the
    bodies would be a third of what policies take when they are read.
    """

    __slots__ = ("_policy",)

    def __init__(self, policy: StoredPolicy) -> None:
        self._policy = policy
        super().__init__(slim.origin(POLICY.kind, policy.namespace, policy.name), {})

    @property
    def body(self) -> dict[str, Any]:
        """The object."""
        return self._policy.body()

    @body.setter
    def body(self, _: dict[str, Any]) -> None:
        """Nothing is kept."""


class Shelf:
    """The policies that are kept read, up to a number of bytes; unused ones make room first.

    May be used by several threads; what is read already is had without a lock.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._read: dict[StoredPolicy, Policy] = {}
        self._lock = threading.Lock()

    def all(self, stored: Sequence[StoredPolicy]) -> list[Policy]:
        """The policies of one namespace; each version of one is read once while it is in use."""
        return [self._one(each) for each in stored]

    def _one(self, stored: StoredPolicy) -> Policy:
        stored.used = True
        policy = self._read.get(stored)
        if policy is None:
            policy = stored.read()
            with self._lock:
                self._size += stored.size if stored not in self._read else 0
                self._read[stored] = policy
                self._shrink()
        return policy

    def _shrink(self) -> None:
        """Drop policies; one that was asked for since it was last looked at has another turn."""
        turns = len(self._read)
        while self._size > self._limit and turns:
            turns -= 1
            oldest = next(iter(self._read))
            policy = self._read.pop(oldest)
            if oldest.used:
                oldest.used = False
                self._read[oldest] = policy
            else:
                self._size -= oldest.size

    def __len__(self) -> int:
        return len(self._read)

    @property
    def is_full(self) -> bool:
        """Whether reading more would make room for it."""
        return self._size >= self._limit


class Policies(Mapping[str, list[Policy]]):
    """The policies of a snapshot by namespace, with those of one namespace replaced."""

    __slots__ = ("_shelf", "_stored", "_whose", "_with")

    def __init__(
        self,
        stored: Mapping[str, Sequence[StoredPolicy]],
        shelf: Shelf,
        whose: str = "",
        policies: list[Policy] | None = None,
    ) -> None:
        self._stored, self._shelf = stored, shelf
        self._whose, self._with = whose, policies

    def __getitem__(self, namespace: str) -> list[Policy]:
        if self._with is not None and namespace == self._whose:
            if self._with:
                return self._with
            raise KeyError(namespace)
        return self._shelf.all(self._stored[namespace])

    def get(self, namespace: str, default: Any = None) -> Any:
        """As of any mapping; rules ask many times for the namespace under review."""
        if namespace == self._whose and self._with:
            return self._with
        return super().get(namespace, default)

    def __iter__(self) -> Iterator[str]:
        if self._with is None:
            yield from self._stored
            return
        yield from (name for name in self._stored if name != self._whose)
        if self._with:
            yield self._whose

    def __len__(self) -> int:
        return sum(1 for _ in self)
