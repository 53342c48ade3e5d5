"""A cache that follows an API server in a thread of its own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from netlint_rules.facts import Facts
from netlint_webhook.cache import ClusterCache
from netlint_webhook.cache.access import Access
from netlint_webhook.cache.kinds import EVERY, Kind
from netlint_webhook.cache.timing import Timing
from netlint_webhook.metrics import Metrics

QUICK = Timing(watch=(2, 3), slack=0.3, first=2.0, retry=(0.01, 0.1), absent=0.1, page=2)
"""Seconds that a test can wait for."""

FACTS = Facts()


@contextmanager
def following(
    access: str | Access,
    kinds: Sequence[Kind] = EVERY,
    timing: Timing = QUICK,
    warm: Callable[[], None] = lambda: None,
    **options: Any,
) -> Iterator[ClusterCache]:
    """A cache of these kinds until the block ends; an address alone does without credentials."""
    if isinstance(access, str):
        access = Access(access, str, ssl.create_default_context)
    cache = ClusterCache(
        Metrics(), lambda: FACTS.webhook_hints, timing=timing, kinds=tuple(kinds), **options
    )
    loop = asyncio.new_event_loop()
    task = loop.create_task(cache.run(access, warm))
    thread = threading.Thread(target=_run, args=(loop, task))
    thread.start()
    try:
        yield cache
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    try:
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


def contents(cache: ClusterCache) -> dict[str, Any]:
    """What a cache holds, to be compared with another one's."""
    world = cache.world
    return {
        "policies": {
            where: {each.name: each.body() for each in stored}
            for where, stored in world.policies.items()
        },
        "workloads": {
            where: [(each.kind, each.name, dict(each.labels), each.ports) for each in workloads]
            for where, workloads in world.around.workloads.items()
        },
        "services": {
            where: {name: each.document.body for name, each in services.items()}
            for where, services in world.around.services.items()
        },
        "namespaces": {name: dict(each.labels) for name, each in world.around.namespaces.items()},
        "documents": {
            kind: sorted((each.namespace, each.document.name) for each in placed)
            for kind, placed in world.around.documents.items()
        },
        "unmodelled": {
            where: sorted((each.kind, each.name) for each in documents)
            for where, documents in world.around.unmodelled.items()
        },
    }
