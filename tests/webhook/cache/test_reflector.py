"""The list and the watch of one kind, whatever the API server does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from netlint_webhook.cache import ClusterCache
from netlint_webhook.cache.kinds import POLICY, Kind
from netlint_webhook.cache.state import Phase
from netlint_webhook.cache.timing import Backoff, Timing
from tests.webhook.cache.fake import EXPIRED, FakeApi, serving, status
from tests.webhook.cache.following import QUICK, following
from tests.webhook.process import wait_for
from tests.webhook.reviews import Body, policy

PATH = POLICY.path


@pytest.fixture
def server() -> Iterator[tuple[FakeApi, str]]:
    with serving() as (api, url):
        for number in range(5):
            api.put(PATH, numbered(number))
        yield api, url


def numbered(number: int, spec: str = "{podSelector: {}}") -> Body:
    return policy(spec, name=f"p{number}")


def names(cache: ClusterCache) -> set[str]:
    return {each.name for each in cache.world.policies.get("shop", ())}


def test_pages_then_changes(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY]) as cache:
        wait_for(lambda: cache.synced)
        assert names(cache) == {"p0", "p1", "p2", "p3", "p4"}
        listed = [query for query in api.queries[PATH] if "watch" not in query]
        assert [query.get("continue", "").partition(":")[2] for query in listed] == ["", "2", "4"]
        assert {query["limit"] for query in listed} == {"2"}
        api.put(PATH, numbered(5))
        api.drop(PATH, numbered(0))
        api.put(PATH, numbered(1, "{podSelector: {}, policyTypes: [Egress]}"))
        wait_for(lambda: names(cache) == {"p1", "p2", "p3", "p4", "p5"})
        wait_for(lambda: any("Egress" in str(each.body()) for each in cache.world.policies["shop"]))
        assert api.watches(PATH)[0]["allowWatchBookmarks"] == "true"
        assert api.watches(PATH)[0]["timeoutSeconds"] in {"2", "3"}


def test_what_lasts_is_made_once_everything_is_read(server: tuple[FakeApi, str]) -> None:
    api, url = server
    seen: list[bool] = []

    def fail() -> None:
        seen.append(True)
        raise RuntimeError("an odd object")

    with following(url, [POLICY], warm=fail) as cache:
        wait_for(lambda: cache.synced and bool(seen))
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))
    with following(url, [POLICY]) as cache:
        wait_for(lambda: len(names(cache)) == 6)
        wait_for(lambda: all(each.used for each in cache.world.policies["shop"]))
    assert seen == [True]


def test_a_streaming_list_is_tried_first(server: tuple[FakeApi, str]) -> None:
    api, url = server
    api.streams = True
    with following(url, [POLICY]) as cache:
        wait_for(lambda: cache.synced)
        assert len(names(cache)) == 5
        (query,) = api.queries[PATH]
        assert query["sendInitialEvents"] == "true"
        assert query["resourceVersionMatch"] == "NotOlderThan"
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))
        assert len(api.queries[PATH]) == 1


def test_where_it_is_refused_pages_do(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY]) as cache:
        wait_for(lambda: cache.synced)
        assert ["sendInitialEvents" in query for query in api.queries[PATH][:2]] == [True, False]
        api.error(PATH, EXPIRED)
        wait_for(lambda: len(api.lists(PATH)) == 2)
        assert sum("sendInitialEvents" in query for query in api.queries[PATH]) == 1


def test_a_stream_that_never_says_its_end_falls_back(server: tuple[FakeApi, str]) -> None:
    """As an API server does that doesn't know the parameters and ignores them."""
    api, url = server
    api.streams = True
    api.says_end = False
    with following(url, [POLICY], replace(QUICK, first=0.3)) as cache:
        wait_for(lambda: cache.synced)
        assert len(names(cache)) == 5
        assert api.lists(PATH)


def test_versions_come_from_events_and_bookmarks(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY], replace(QUICK, watch=(1, 1))) as cache:
        wait_for(lambda: cache.synced)
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))
        seen = str(api.version)
        wait_for(lambda: api.watches(PATH)[-1]["resourceVersion"] == seen)
        api.version += 50
        api.bookmark(PATH)
        newest = str(api.version)
        wait_for(lambda: api.watches(PATH)[-1]["resourceVersion"] == newest)
        assert len(api.lists(PATH)) == 1


def test_a_version_that_has_expired_in_the_stream(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY]) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        before = cache.world
        del api.objects[PATH]["shop", "p0"]  # an event that nobody saw
        api.version += 1
        api.compact()
        wait_for(lambda: names(cache) == {"p1", "p2", "p3", "p4"})
        assert len(api.lists(PATH)) == 2
        assert len(before.policies["shop"]) == 5
        kept = {each for each in before.policies["shop"] if each.name != "p0"}
        assert set(cache.world.policies["shop"]) == kept


def test_a_version_that_has_expired_by_status(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY], replace(QUICK, watch=(1, 1))) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        del api.objects[PATH]["shop", "p0"]
        api.refusals[PATH].append((410, EXPIRED))
        wait_for(lambda: names(cache) == {"p1", "p2", "p3", "p4"})
        assert len(api.lists(PATH)) == 2


def test_a_page_token_that_has_expired(server: tuple[FakeApi, str]) -> None:
    """Pages that come too slowly would expire for ever: the next list is in one piece."""
    api, url = server
    api.refusals[PATH].extend([(422, status(422)), (410, EXPIRED)])
    with following(url, [POLICY]) as cache:
        wait_for(lambda: cache.synced)
        assert len(names(cache)) == 5
        assert [query.get("limit") for query in api.lists(PATH)] == ["2", None]
        api.error(PATH, EXPIRED)
        wait_for(lambda: len(api.lists(PATH)) == 3)
        assert api.lists(PATH)[-1]["limit"] == "2"


@pytest.mark.parametrize("code", [429, 500, 503])
def test_errors_are_waited_out_without_a_new_list(server: tuple[FakeApi, str], code: int) -> None:
    api, url = server
    with following(url, [POLICY], replace(QUICK, watch=(1, 1))) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        api.refusals[PATH].extend([(code, status(code))] * 3)
        wait_for(lambda: not api.refusals[PATH])
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))
        assert len(api.lists(PATH)) == 1


def test_an_error_event_is_waited_out_too(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY]) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        api.error(PATH, status(500, "etcd has no leader"))
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))


def test_a_version_that_the_server_has_not_reached(server: tuple[FakeApi, str]) -> None:
    """As after etcd was restored from a backup."""
    api, url = server
    causes = {"causes": [{"reason": "ResourceVersionTooLarge"}]}
    with following(url, [POLICY], replace(QUICK, watch=(1, 1))) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        api.refusals[PATH].append((504, status(504, "Too large", details=causes)))
        wait_for(lambda: len(api.lists(PATH)) == 2)
        assert cache.synced


def test_silence_ends_a_watch(server: tuple[FakeApi, str]) -> None:
    api, url = server
    with following(url, [POLICY], replace(QUICK, watch=(1, 1))) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        api.mute = True
        count = len(api.watches(PATH))
        wait_for(lambda: len(api.watches(PATH)) > count + 1)
        api.mute = False
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))
        assert len(api.lists(PATH)) == 1


def test_a_forbidden_kind_is_asked_for_now_and_then(server: tuple[FakeApi, str]) -> None:
    api, url = server
    api.refusals[PATH].extend([(403, status(403, "forbidden"))] * 3)
    with following(url, [POLICY]) as cache:
        wait_for(lambda: cache.synced)
        assert cache.states[POLICY].phase in {Phase.DENIED, Phase.SYNCED}
        wait_for(lambda: len(names(cache)) == 5)
        assert cache.states[POLICY].phase is Phase.SYNCED


def test_a_right_that_is_taken_away(server: tuple[FakeApi, str]) -> None:
    """One refusal may be an API server that isn't ready; more are meant."""
    api, url = server
    with following(url, [POLICY], replace(QUICK, watch=(1, 1), absent=60.0)) as cache:
        wait_for(lambda: bool(api.watches(PATH)))
        api.refusals[PATH].extend([(403, status(403))] * 2)
        wait_for(lambda: not api.refusals[PATH])
        api.put(PATH, numbered(5))
        wait_for(lambda: "p5" in names(cache))
        api.refusals[PATH].extend([(403, status(403))] * 3)
        wait_for(lambda: cache.states[POLICY].phase is Phase.DENIED)
        assert names(cache) == set()
        assert cache.synced


FOREIGN = Kind("cilium.io", "CiliumNetworkPolicy", needed=True)


def test_a_kind_that_the_cluster_gets_later() -> None:
    with serving() as (api, url), following(url, [FOREIGN]) as cache:
        wait_for(lambda: cache.synced)
        assert cache.states[FOREIGN].phase is Phase.ABSENT
        path = "/apis/cilium.io/v9/ciliumnetworkpolicies"
        version = {"groupVersion": "cilium.io/v9", "version": "v9"}
        names = ("ciliumnetworkpolicies/status", "ciliumnetworkpolicies")
        resources = [{"name": name, "kind": "CiliumNetworkPolicy"} for name in names]
        api.put(path, {"metadata": {"name": "x", "namespace": "shop"}, "spec": {"big": "spec"}})
        api.discovery["/apis/cilium.io/v9"] = {"resources": resources}
        api.discovery["/apis/cilium.io"] = {"preferredVersion": version, "versions": [version]}
        wait_for(lambda: "shop" in cache.world.around.unmodelled)
        (document,) = cache.world.around.unmodelled["shop"]
        assert (document.group, document.kind, document.name) == (
            "cilium.io",
            "CiliumNetworkPolicy",
            "x",
        )
        assert "spec" not in document.body


def test_nobody_waits_for_another_api_that_fails() -> None:
    with serving() as (api, url):
        api.refusals["/apis/cilium.io"].extend([(503, status(503))] * 1000)
        with following(url, [FOREIGN]) as cache:
            wait_for(lambda: cache.synced)
            assert cache.states[FOREIGN].phase is Phase.DENIED


def test_back_off_grows_and_is_bounded() -> None:
    backoff = Backoff(Timing(retry=(1.0, 8.0)))
    waits = [backoff.next() for _ in range(40)]
    assert all(
        0.5 * longest <= wait <= longest for wait, longest in zip(waits, [1, 2, 4, 8], strict=False)
    )
    assert all(4 <= wait <= 8 for wait in waits[4:])
    assert backoff.next(at_least=60.0) == 60.0
    backoff.reset()
    assert backoff.next() <= 1.0
