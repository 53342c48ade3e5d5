"""Keeps the objects of one kind as the API server has them: a list, then a watch, for ever.

Facts about the protocol: https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any, Protocol

import orjson

from netlint_rules.record import replace
from netlint_webhook.cache.api import Api, StatusError
from netlint_webhook.cache.kinds import Kind, group_path
from netlint_webhook.cache.state import Phase, State
from netlint_webhook.cache.timing import Backoff, Timing

Body = dict[str, Any]
Lines = AsyncIterator[list[bytes]]

_GONE = 410
_REFUSED = {403: Phase.DENIED, 404: Phase.ABSENT, 405: Phase.ABSENT}
_TRIES = 3
_NO_STREAM = frozenset({400, 406, 415, 422, 501})
_INITIAL_END = "k8s.io/initial-events-end"
_SHORT = 1.0
_SLICE = 0.001
"""Seconds at a stretch: so long reviews may have to wait for the event loop."""


class Sink(Protocol):
    """Where objects go. `swap` puts what was collected in the place of everything."""

    def begin(self) -> None: ...
    def collect(self, body: Body) -> None: ...
    def uncollect(self, body: Body) -> None: ...
    def swap(self) -> None: ...
    def put(self, body: Body) -> None: ...
    def drop(self, body: Body) -> None: ...


class NoStreamError(Exception):
    """The API server doesn't list by streaming, whatever it answered."""


class Reflector:
    """One kind. `run` never returns."""

    def __init__(self, kind: Kind, api: Api, sink: Sink, state: State, timing: Timing) -> None:
        self._kind, self._api, self._sink = kind, api, sink
        self._state, self._timing = state, timing
        self._located: Kind | None = None
        self._streams = self._pages = True
        self._version = ""
        self._reason = "start"
        self._refusals = 0
        self._backoff = Backoff(timing)
        self._pace = _Pace()

    async def run(self) -> None:
        """List and watch until cancelled; what goes wrong is tried again."""
        while True:
            try:
                await self._follow()
            except StatusError as error:
                await asyncio.sleep(self._after(error))
            except NoStreamError:
                self._streams = False
            except Exception as error:  # noqa: BLE001 - a view that stops is worse than an entry
                self._state.failed(error)
                await asyncio.sleep(self._backoff.next())

    async def _follow(self) -> None:
        """A watch, after a list where there is nothing to go on from."""
        kind = self._located = self._located or await _located(self._kind, self._api, self._timing)
        if not self._version:
            self._state.lists(self._reason)
            if self._streams:
                await self._stream(kind)
                return
            await self._list(kind)
        await self._watch(kind)

    def _after(self, error: StatusError) -> float:
        """Get ready for the next try, and say how many seconds to wait for it."""
        if error.code == _GONE or "ResourceVersionTooLarge" in error.causes:
            # A token of the next page has expired where no watch did: pages are too slow here.
            self._pages = bool(self._version)
            self._version, self._reason = "", "expired"
            return self._backoff.next()
        if self._streams and not self._version and error.code in _NO_STREAM:
            self._streams = False
            return 0.0
        if error.code in _REFUSED:
            self._refusals += 1
            # An API server that has just started may refuse what it grants a moment later.
            if self._state.phase is not Phase.SYNCED or self._refusals >= _TRIES:
                return self._give_up(error)
        self._state.failed(error)
        return self._backoff.next(error.retry_after)

    def _give_up(self, error: StatusError) -> float:
        """Go on without the kind, and ask for it now and then."""
        self._sink.begin()
        self._sink.swap()
        self._version, self._located, self._reason = "", None, "available"
        self._state.unavailable(_REFUSED[error.code], error)
        return self._timing.jittered(self._timing.absent)

    async def _list(self, kind: Kind) -> None:
        """Every object, page by page."""
        self._sink.begin()
        query: Body = dict(kind.query)
        if self._pages:
            query["limit"] = self._timing.page
        while True:
            body = await self._api.get(kind.path, query, self._timing.first)
            self._state.heard()
            for item in body.get("items") or ():
                self._sink.collect(item)
                await self._pace.rest()
            metadata = body["metadata"]
            if not metadata.get("continue"):
                break
            query["continue"] = metadata["continue"]
        self._pages = True
        self._synced(metadata["resourceVersion"])

    async def _stream(self, kind: Kind) -> None:
        """Every object as events, up to a bookmark that says so, and changes from there on."""
        self._sink.begin()
        query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
        try:
            async with (
                asyncio.timeout(self._timing.first) as patience,
                self._watching(kind, query) as batches,
            ):
                async for event in self._events(batches):
                    if self._version:
                        self._change(event)
                    elif self._is_last(event):
                        patience.reschedule(None)
                        self._synced(_version(event))
                    else:
                        patience.reschedule(time.monotonic() + self._timing.first)
        except TimeoutError:
            raise NoStreamError from None
        if not self._version:
            raise NoStreamError

    async def _watch(self, kind: Kind) -> None:
        """Changes since the version that is known."""
        begun, count = time.monotonic(), 0
        async with self._watching(kind, {"resourceVersion": self._version}) as batches:
            self._state.heard()
            async for event in self._events(batches):
                self._change(event)
                count += 1
        if not count and time.monotonic() - begun < _SHORT:
            await asyncio.sleep(self._backoff.next())

    def _watching(
        self, kind: Kind, query: Body
    ) -> contextlib.AbstractAsyncContextManager[AsyncIterator[list[bytes]]]:
        seconds = self._timing.watch_seconds()
        whole = {
            **kind.query,
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": seconds,
            **query,
        }
        return self._api.lines(kind.path, whole, seconds + self._timing.slack)

    async def _events(self, batches: Lines) -> AsyncIterator[Body]:
        """The events of a watch. Raises StatusError for one that ends it."""
        async for lines in batches:
            self._state.heard()
            for line in filter(None, lines):
                event = orjson.loads(line)
                if event["type"] == "ERROR":
                    raise StatusError(event["object"].get("code") or 500, event["object"])
                yield event
                await self._pace.rest()

    def _is_last(self, event: Body) -> bool:
        """Collect the object of a streaming list; whether it was the last."""
        body = event["object"]
        if event["type"] == "BOOKMARK":
            return _INITIAL_END in (body["metadata"].get("annotations") or {})
        if event["type"] == "DELETED":
            self._sink.uncollect(body)
        else:
            self._sink.collect(body)
        return False

    def _change(self, event: Body) -> None:
        if event["type"] == "DELETED":
            self._sink.drop(event["object"])
        elif event["type"] != "BOOKMARK":
            self._sink.put(event["object"])
        self._version = _version(event)
        self._backoff.reset()

    def _synced(self, version: str) -> None:
        self._sink.swap()
        self._version = version
        self._refusals = 0
        self._backoff.reset()
        self._state.synced()


class _Pace:
    """Leaves the event loop to others after a while of work without a pause."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    async def rest(self) -> None:
        """Pause if it is time to."""
        if time.perf_counter() - self._since > _SLICE:
            await asyncio.sleep(0)
            self._since = time.perf_counter()


def _version(event: Body) -> str:
    version: str = event["object"]["metadata"]["resourceVersion"]
    return version


async def _located(kind: Kind, api: Api, timing: Timing) -> Kind:
    """A kind of another API with the version and the path by which this cluster serves it.

    Raises StatusError 404 where it doesn't.
    """
    if not kind.is_foreign:
        return kind
    path = group_path(kind.group)
    group = await api.get(path, {}, timing.first)
    listed = [group["preferredVersion"], *group["versions"]]
    for version in dict.fromkeys(each["version"] for each in listed):
        found = await api.get(f"{path}/{version}", {}, timing.first)
        for resource in found["resources"]:
            if resource["kind"] == kind.kind and "/" not in resource["name"]:
                return replace(kind, version=version, collection=resource["name"])
    raise StatusError(404, {"message": f"no {kind.kind} in {kind.group}"})
