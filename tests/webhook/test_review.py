"""Verdicts on single objects, without a cluster."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from netlint_webhook import protocol
from netlint_webhook.cluster import ClusterView, NoCluster
from netlint_webhook.modes import Mode
from netlint_webhook.respond import decision
from netlint_webhook.review import review
from tests.webhook.cache.stored import holding
from tests.webhook.reviews import (
    GOOD_POLICY,
    SPLIT_POLICY,
    Body,
    actions,
    admission_review,
    judge,
    policy,
    settings,
)

MAYBE_SPLIT = policy(
    """
podSelector: {matchLabels: {app: api}}
ingress:
- from: [{namespaceSelector: {matchLabels: {a: b}}}, {podSelector: {matchLabels: {c: d}}}]
"""
)
POD_BLOCK = policy(
    """
podSelector: {}
policyTypes: [Egress]
egress: [{to: [{ipBlock: {cidr: 10.244.3.7/32}}]}]
"""
)
LOOSE_BLOCK = policy(
    """
podSelector: {}
policyTypes: [Egress]
egress: [{to: [{ipBlock: {cidr: 203.0.113.5/24}}]}]
"""
)
UNKNOWN_FIELD = policy("{podselector: {matchLabels: {app: api}}, ingress: []}")
KNOWN_RANGES = "cluster: {cluster-cidrs: [10.244.0.0/16]}"


@pytest.mark.parametrize(
    ("body", "text", "code", "action"),
    [
        (SPLIT_POLICY, "", "NP201", "deny"),
        (SPLIT_POLICY, "preset: strict", "NP201", "deny"),
        (SPLIT_POLICY, "preset: audit-only", "NP201", "audit"),
        (SPLIT_POLICY, "modes: {or-split-peers: warn}", "NP201", "warn"),
        (SPLIT_POLICY, "modes: {or-split-peers: off}", "NP201", None),
        (SPLIT_POLICY, "namespaces: [{names: [sh*], modes: {all: warn}}]", "NP201", "warn"),
        (SPLIT_POLICY, "severity: {NP201: warning}", "NP201", "warn"),
        (SPLIT_POLICY, "{severity: {NP201: warning}, deny-from: warning}", "NP201", "deny"),
        (MAYBE_SPLIT, "", "NP201", "warn"),
        (MAYBE_SPLIT, "preset: strict", "NP201", "deny"),
        (UNKNOWN_FIELD, "", "NP701", "deny"),
        (LOOSE_BLOCK, "", "NP713", "warn"),
        (LOOSE_BLOCK, 'cluster: {kube-version: "1.36"}', "NP713", "deny"),
        (POD_BLOCK, KNOWN_RANGES, "NP301", "deny"),
        (MAYBE_SPLIT, "", "NP401", "audit"),
        (MAYBE_SPLIT, "modes: {default-deny: deny}", "NP401", "audit"),
        (MAYBE_SPLIT, "unproven: warn", "NP401", "warn"),
        (MAYBE_SPLIT, "unproven: off", "NP401", None),
        (MAYBE_SPLIT, "{unproven: warn, modes: {default-deny: deny}}", "NP401", "warn"),
    ],
)
def test_the_action_of_a_finding(body: Body, text: str, code: str, action: str | None) -> None:
    verdict, response = judge(body, text=text)
    assert actions(verdict).get(code) == action
    assert response["allowed"] is (action != "deny")


def test_a_good_policy_is_admitted_in_silence() -> None:
    verdict, response = judge(GOOD_POLICY)
    assert response["allowed"] is True
    assert "warnings" not in response
    assert decision(verdict) == "allow"


def test_a_denial_says_where_and_how_to_mend_it() -> None:
    _, response = judge(SPLIT_POLICY)
    assert response["status"] == {
        "status": "Failure",
        "code": 403,
        "message": "NP201 or-split-peers at spec.ingress[0].from[1]: all pods of every namespace "
        "are allowed already: the entry for pods app=web of shop adds nothing. "
        "Fix: put podSelector into the same entry as namespaceSelector.",
    }


@pytest.mark.parametrize("operation", ["CREATE", "UPDATE"])
def test_dry_run_is_judged_alike(operation: str) -> None:
    old = GOOD_POLICY if operation == "UPDATE" else None
    assert judge(SPLIT_POLICY, old, dryRun=True)[1] == judge(SPLIT_POLICY, old)[1]


class TestRatchet:
    def test_what_the_old_object_had_warns(self) -> None:
        verdict, response = judge(SPLIT_POLICY, SPLIT_POLICY)
        assert response["allowed"] is True
        assert "NP201 or-split-peers" in response["warnings"][0]
        assert response["auditAnnotations"]["known"] == "NP201"
        assert [each.old for each in verdict.judged] == [True]

    def test_what_is_new_denies(self) -> None:
        assert judge(SPLIT_POLICY, GOOD_POLICY)[1]["allowed"] is False

    def test_a_rule_that_moves_keeps_its_finding(self) -> None:
        spec = SPLIT_POLICY["spec"]
        first = {"from": [{"podSelector": {"matchLabels": {"x": "y"}}}]}
        moved = {**SPLIT_POLICY, "spec": {**spec, "ingress": [first, *spec["ingress"]]}}
        assert judge(moved, SPLIT_POLICY)[1]["allowed"] is True

    def test_a_second_mistake_of_the_same_kind_is_new(self) -> None:
        spec = SPLIT_POLICY["spec"]
        twice = {**SPLIT_POLICY, "spec": {**spec, "ingress": [*spec["ingress"]] * 2}}
        verdict, response = judge(twice, SPLIT_POLICY)
        assert response["allowed"] is False
        split = [each.old for each in verdict.judged if each.finding.code == "NP201"]
        assert sorted(split) == [False, True]

    def test_it_can_be_switched_off(self) -> None:
        assert judge(SPLIT_POLICY, SPLIT_POLICY, "ratchet: false")[1]["allowed"] is False


def ignoring(body: Body) -> Body:
    """The same object with an annotation that asks to ignore NP201."""
    annotations = {"netlint.dev/ignore": "NP201"}
    return {**body, "metadata": {**body["metadata"], "annotations": annotations}}


class TestIgnoreAnnotation:
    def test_it_silences_a_warning(self) -> None:
        verdict, response = judge(ignoring(MAYBE_SPLIT))
        assert actions(verdict)["NP201"] == "audit"
        assert "warnings" not in response

    def test_it_never_silences_a_denial(self) -> None:
        assert judge(ignoring(SPLIT_POLICY))[1]["allowed"] is False

    def test_the_operator_can_let_it_silence_everything(self) -> None:
        verdict, response = judge(ignoring(SPLIT_POLICY), text="suppressions: all")
        assert response["allowed"] is True
        assert actions(verdict)["NP201"] == "audit"

    def test_the_operator_can_switch_it_off(self) -> None:
        verdict, _ = judge(ignoring(MAYBE_SPLIT), text="suppressions: none")
        assert actions(verdict)["NP201"] == "warn"


@pytest.mark.parametrize(
    ("text", "fields", "reason"),
    [
        ("", {"namespace": "kube-system"}, "namespace kube-system"),
        ("exempt: {namespaces: [sh*]}", {}, "namespace shop"),
        ("exempt: {users: ['system:serviceaccount:flux-system:*']}", {}, ""),
        ("exempt: {users: [ja*]}", {}, "user jane"),
        ("exempt: {groups: ['system:auth*']}", {}, "group system:authenticated"),
        ("", {"subResource": "status"}, "nothing to judge"),
    ],
)
def test_exemptions(text: str, fields: dict[str, Any], reason: str) -> None:
    verdict, response = judge(SPLIT_POLICY, text=text, **fields)
    assert verdict.waived == reason
    assert response["allowed"] is bool(reason)
    assert response["auditAnnotations"].get("waived", "") == reason


def test_other_kinds_are_admitted() -> None:
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}}
    assert judge(body)[1]["allowed"] is True
    calico = {**SPLIT_POLICY, "apiVersion": "example.com/v1"}
    assert judge(calico)[1]["allowed"] is True


class TestBeingDeleted:
    old = policy(
        "{podSelector: {}, ingress: []}",
        deletionTimestamp="2026-01-01T00:00:00Z",
        finalizers=["example.com/x"],
    )

    def test_it_can_lose_its_finalizers(self) -> None:
        bad = {**self.old, "spec": SPLIT_POLICY["spec"]}
        free = {**bad, "metadata": {**bad["metadata"], "finalizers": []}}
        verdict, response = judge(free, bad, "ratchet: false")
        assert response["allowed"] is True
        assert verdict.waived == "the object is being deleted"

    def test_it_can_not_be_made_worse(self) -> None:
        """It is in force as long as a finalizer keeps it."""
        assert judge({**self.old, "spec": SPLIT_POLICY["spec"]}, self.old)[1]["allowed"] is False


def test_a_removal_is_admitted() -> None:
    assert judge(None, SPLIT_POLICY)[1]["allowed"] is True


@pytest.mark.parametrize("spec", [None, [], "x", 7, {"ingress": 7}, {"podSelector": [1]}, {}])
@pytest.mark.parametrize("metadata", [None, [], {"name": 5, "annotations": [], "labels": 3}])
def test_any_shape_of_object_has_a_verdict(spec: object, metadata: object) -> None:
    body = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": spec}
    body["metadata"] = metadata
    request: dict[str, Any] = {"namespace": "shop", "name": "x"}
    verdict, response = judge(body, **request)
    assert verdict.crashed == ()
    assert response["auditAnnotations"]["decision"] == decision(verdict)
    assert judge(body, body, **request)[1]["allowed"] is True


@pytest.mark.parametrize("cluster", [NoCluster(), holding(())], ids=["alone", "cluster"])
@pytest.mark.parametrize("field", [b'"podSelector":', b'"x":'])
@pytest.mark.parametrize("depth", [100, 1000])
def test_a_deep_object_has_a_verdict(depth: int, field: bytes, cluster: ClusterView) -> None:
    text = orjson.dumps(admission_review(SPLIT_POLICY))
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    request = protocol.read(text.replace(b'"podSelector":{}', field + deep))
    verdict = review(request, cluster, settings(), lambda: False)
    assert verdict.crashed == ()


def test_rules_that_lack_time_are_named() -> None:
    answers = iter([False])
    request = protocol.read(orjson.dumps(admission_review(SPLIT_POLICY)))
    verdict = review(request, NoCluster(), settings(), lambda: next(answers, True))
    first, second = "dns-egress", "or-split-peers"
    assert second in verdict.skipped
    assert first not in verdict.skipped
    assert verdict.allowed
    assert decision(verdict) == "warn"


def test_time_that_runs_out_before_the_old_object_was_judged_never_denies() -> None:
    request = protocol.read(orjson.dumps(admission_review(SPLIT_POLICY, SPLIT_POLICY)))
    answers = iter([False] * len(settings().modes.of("shop").rules))
    verdict = review(request, NoCluster(), settings(), lambda: next(answers, True))
    assert verdict.skipped == ()
    assert verdict.allowed
    assert verdict.action is Mode.WARN


def test_a_verdict_depends_on_nothing_else() -> None:
    first, second = judge(MAYBE_SPLIT, POD_BLOCK), judge(MAYBE_SPLIT, POD_BLOCK)
    assert first[1] == second[1]
