"""Situations out of the cache: the incoming object over what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from netlint_rules.config import ClusterFacts, Config, ExternalWorkload
from netlint_rules.source.document import Document, Origin
from netlint_webhook.cache import ClusterCache
from netlint_webhook.cache.kinds import EVERY, FOREIGN, NAMESPACE, OTHERS, POD, POLICY, SERVICE
from netlint_webhook.cache.policies import Policies, Shelf, StoredPolicy
from netlint_webhook.cluster import Identity, Sight, Situation
from tests.webhook.cache.fake import FakeApi, serving, status
from tests.webhook.cache.following import FACTS, following
from tests.webhook.process import wait_for
from tests.webhook.reviews import Body, actions, judge, namespace, pod, policy

CONFIG = Config()
DENY = policy("{podSelector: {}, policyTypes: [Ingress]}", name="default-deny")
API_OUT = policy(
    """
podSelector: {matchLabels: {app: api}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]
""",
    name="api-out",
)
KEPT = (POLICY, NAMESPACE, POD, SERVICE, *OTHERS)


@contextmanager
def cluster(*policies: Body, **options: Any) -> Iterator[tuple[FakeApi, ClusterCache]]:
    with serving() as (api, url):
        for kind in KEPT:
            api.objects[kind.path] = {}
        api.put(NAMESPACE.path, namespace("shop"))
        api.put(POD.path, pod("api-1", "{app: api}"))
        for body in policies:
            api.put(POLICY.path, body)
        with following(url, **options) as cache:
            wait_for(lambda: cache.synced)
            yield api, cache


def situation(
    cache: ClusterCache, body: Body | None, name: str = "", config: Config = CONFIG
) -> Situation:
    document = Document(Origin("request"), body) if body else None
    identity = Identity(
        "networking.k8s.io", "NetworkPolicy", "shop", name or (document.name if document else "")
    )
    return cache.situation(identity, document, config, FACTS)


def names(found: Situation) -> list[str]:
    return [each.name for each in found.index.policies.get("shop", ())]


def test_the_object_is_laid_over_the_cluster() -> None:
    with cluster(DENY, API_OUT) as (_, cache):
        assert names(situation(cache, policy("{podSelector: {}}", name="new"))) == [
            "api-out",
            "default-deny",
            "new",
        ]
        changed = situation(cache, {**API_OUT, "spec": {"podSelector": {}}})
        assert names(changed) == ["api-out", "default-deny"], "in the order of their names"
        assert changed.index.policies["shop"][0].document.origin.file == "request"
        assert names(situation(cache, None, "api-out")) == ["default-deny"]
        assert changed.generation > 0
        assert changed.sight("shop") is Sight.WHOLE


def test_the_last_policy_of_a_namespace_leaves_none() -> None:
    with cluster(DENY) as (_, cache):
        index = situation(cache, None, "default-deny").index
        assert "shop" not in index.policies
        assert list(index.policies) == []
        assert index.names() == ["shop"]


def test_policies_are_read_once_for_each_version() -> None:
    with cluster(DENY) as (api, cache):
        first = situation(cache, API_OUT).index.policies["shop"][1]
        assert situation(cache, API_OUT).index.policies["shop"][1] is first
        api.put(POLICY.path, {**DENY, "spec": {"podSelector": {}}})
        wait_for(lambda: situation(cache, API_OUT).index.policies["shop"][1] is not first)


def test_what_did_not_change_is_the_same_object() -> None:
    """Or rules would derive everything anew."""
    with cluster(DENY) as (api, cache):
        first = situation(cache, API_OUT)
        api.put(POLICY.path, API_OUT)
        api.put(POD.path, {**pod("api-1", "{app: api}"), "status": {"phase": "Running", "x": "y"}})
        api.put(POD.path, pod("web-1", "{app: web}", "other"))
        wait_for(lambda: "other" in cache.world.around.workloads)
        second = situation(cache, API_OUT)
        assert second.derived is first.derived
        assert second.generation > first.generation
        assert second.index.services is first.index.services
        assert second.index.namespaces is first.index.namespaces
        assert second.index.workloads["shop"] is first.index.workloads["shop"]


def test_a_new_configuration_reads_and_derives_anew() -> None:
    with cluster(DENY) as (_, cache):
        old = situation(cache, API_OUT)
        new = situation(cache, API_OUT, config=Config(cluster=ClusterFacts(kube_version="1.30")))
        assert new.index.kube_minor == 30
        assert new.derived is not old.derived
        assert new.index.policies["shop"][1] is not old.index.policies["shop"][1]


def test_a_change_that_no_rule_reads_is_none() -> None:
    node = {"metadata": {"name": "a"}, "status": {"addresses": [], "conditions": [1]}}
    path = "/api/v1/nodes"
    with cluster() as (api, cache):
        api.put(path, node)
        wait_for(lambda: "Node" in cache.world.around.documents)
        world = cache.world
        api.put(path, {**node, "status": {"addresses": [], "conditions": [2]}})
        api.put(POLICY.path, DENY)
        wait_for(lambda: bool(cache.world.policies))
        assert cache.world.around is world.around


def test_declared_pods_stand_in_every_namespace_of_their_glob() -> None:
    config = Config(external_workloads=(ExternalWorkload("sh*", {"app": "outside"}),))
    with cluster() as (_, cache):
        index = situation(cache, API_OUT, config=config).index
        assert [each.name for each in index.workloads["shop"]] == ["api-1", "app=outside"]
        index = situation(cache, API_OUT).index
        assert [each.name for each in index.workloads["shop"]] == ["api-1"]


def test_policies_of_another_api() -> None:
    foreign = FOREIGN[0]
    body: Body = {
        "apiVersion": f"{foreign.group}/v2",
        "kind": foreign.kind,
        "metadata": {"name": "x", "namespace": "shop"},
    }
    identity = Identity(foreign.group, foreign.kind, "shop", "x")
    with cluster(DENY) as (_, cache):
        after = cache.situation(identity, Document(Origin("request"), body), CONFIG, FACTS)
        assert [each.name for each in after.index.unmodelled_in("shop")] == ["x"]
        assert names(after) == ["default-deny"]
        assert cache.situation(identity, None, CONFIG, FACTS).index.unmodelled_in("shop") == []


def test_a_service_is_laid_over_too() -> None:
    def body(port: int) -> Body:
        return {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "api", "namespace": "shop"},
            "spec": {"selector": {"app": "api"}, "ports": [{"port": port}]},
        }

    identity = Identity("", "Service", "shop", "api")
    with cluster(DENY) as (api, cache):
        api.put(SERVICE.path, body(80))
        wait_for(lambda: "shop" in cache.world.around.services)
        now = situation(cache, API_OUT)
        after = cache.situation(identity, Document(Origin("request"), body(81)), CONFIG, FACTS)
        without = cache.situation(identity, None, CONFIG, FACTS)
        assert now.index.services["shop"]["api"].ports[0].port == 80
        assert after.index.services["shop"]["api"].ports[0].port == 81
        assert without.index.services["shop"] == {}
        assert after.derived is not now.derived


@pytest.mark.parametrize(
    ("path", "sight"), [(POD.path, Sight.PARTIAL), ("/api/v1/nodes", Sight.WHOLE)]
)
def test_a_forbidden_kind_leaves_the_view_partial(path: str, sight: Sight) -> None:
    with serving() as (api, url):
        for kind in KEPT:
            api.objects[kind.path] = {}
        api.refusals[path].extend([(403, status(403, "forbidden"))] * 100)
        with following(url) as cache:
            wait_for(lambda: cache.synced)
            assert situation(cache, API_OUT).sight("shop") is sight


def test_silence_makes_the_view_stale_and_a_word_ends_that() -> None:
    with cluster(DENY, stale_after=4.0) as (api, cache):
        assert situation(cache, API_OUT).sight("shop") is Sight.WHOLE
        for path in [kind.path for kind in KEPT]:
            api.refusals[path].extend([(503, status(503))] * 10_000)
        wait_for(lambda: situation(cache, API_OUT).sight("shop") is Sight.STALE)
        assert cache.synced
        for refusals in api.refusals.values():
            refusals.clear()
        wait_for(lambda: situation(cache, API_OUT).sight("shop") is Sight.WHOLE)


def test_nothing_is_whole_before_the_first_sync() -> None:
    with serving() as (api, url):
        api.refusals[POLICY.path].extend([(500, status(500))] * 10_000)
        with following(url, EVERY) as cache:
            wait_for(lambda: cache.states[POD].phase.value != "waiting")
            assert not cache.synced
            assert situation(cache, API_OUT).sight("shop") is Sight.PARTIAL


def test_a_verdict_about_the_cluster() -> None:
    with cluster(DENY) as (_, cache):
        verdict, response = judge(API_OUT, text="preset: strict", cluster=cache)
        assert actions(verdict)["NP101"] == "deny"
        assert response["auditAnnotations"]["view"].startswith("whole generation=")


def test_a_policy_may_come_before_its_pods() -> None:
    """Helm and many a folder of manifests apply policies before Deployments."""
    spec = {**API_OUT["spec"], "podSelector": {"matchLabels": {"app": "later"}}}
    with cluster(DENY) as (_, cache):
        verdict, response = judge({**API_OUT, "spec": spec}, text="preset: strict", cluster=cache)
        assert actions(verdict)["NP101"] == "deny"
        assert "app=later" in response["status"]["message"]


def test_a_controller_stands_for_its_pods() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "api-7d9", "controller": True}
    pods = [
        {**body, "metadata": {**body["metadata"], "ownerReferences": [owner]}}
        for number in range(3)
        for body in [pod(f"api-7d9-{number}", "{app: api, pod-template-hash: 7d9}")]
    ]
    with cluster() as (api, cache):
        for body in pods:
            api.put(POD.path, body)
        wait_for(lambda: len(cache.tables[POD]) == 4)
        one, other = cache.world.around.workloads["shop"]
        assert (one.kind, one.name, dict(one.labels)) == ("Deployment", "api", {"app": "api"})
        assert one.open_labels == ("pod-template-hash",)
        assert (other.kind, other.name, other.open_labels) == ("Pod", "api-1", ())
        for body in pods:
            api.drop(POD.path, body)
        wait_for(lambda: len(cache.world.around.workloads["shop"]) == 1)


def test_the_shelf_closes_what_nobody_asks_for() -> None:
    stored = [StoredPolicy({**DENY, "metadata": {"name": str(at)}}) for at in range(20)]
    shelf = Shelf(3 * stored[0].size)
    kept = shelf.all(stored[:2])
    for each in stored[2:]:
        assert shelf.all(stored[:2]) == kept
        shelf.all([each])
    assert len(shelf) <= 4
    assert shelf.all(stored[:2]) == kept


def test_a_namespace_can_be_replaced_in_a_mapping_of_policies() -> None:
    stored = {"a": (StoredPolicy(DENY),), "b": (StoredPolicy(DENY),)}
    whole = Policies(stored, Shelf(10**6))
    assert (list(whole), len(whole)) == (["a", "b"], 2)
    read = whole["a"]
    without = Policies(stored, Shelf(10**6), "b", [])
    assert (list(without), "b" in without) == (["a"], False)
    added = Policies(stored, Shelf(10**6), "c", read)
    assert (sorted(added), added["c"]) == (["a", "b", "c"], read)
