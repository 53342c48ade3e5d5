"""Whatever happened, the cache holds what a fresh list holds."""

from __future__ import annotations

import random

import pytest

from tests.webhook.cache.fake import EXPIRED, FakeApi, serving, status
from tests.webhook.cache.following import contents, following
from tests.webhook.cache.storms import KINDS, storm
from tests.webhook.process import wait_for


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("streams", [False, True])
def test_the_cache_equals_a_fresh_list(seed: int, streams: bool) -> None:
    with serving() as (api, url):
        api.streams = streams
        for kind in KINDS:
            api.objects[kind.path] = {}
        with following(url, KINDS) as cache:
            _blow(api, seed)
            with following(url, KINDS) as fresh:
                wait_for(lambda: fresh.synced)
                expected = contents(fresh)
                wait_for(lambda: contents(cache) == expected)
            assert any(expected.values())


def _blow(api: FakeApi, seed: int) -> None:
    """Change everything, with mishaps between."""
    chance = random.Random(-seed)
    for kind, body, goes in storm(seed, 400):
        key = (body["metadata"].get("namespace", ""), body["metadata"]["name"])
        if not goes:
            api.put(kind.path, body)
        elif key in api.objects[kind.path]:
            api.drop(kind.path, body)
        if chance.random() < 0.02:
            api.compact()
        if chance.random() < 0.02:
            api.error(kind.path, chance.choice([EXPIRED, status(500)]))
        if chance.random() < 0.02:
            api.refusals[kind.path].append((chance.choice([410, 429, 503]), EXPIRED))
