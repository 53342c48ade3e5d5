"""Labels that controllers add to pods: each kind its own, with values that no manifest shows."""

from __future__ import annotations

import pytest

from netlint_rules.isolation import labels_match
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth
from tests.rules.builders import workspace

WORKLOAD = "{apiVersion: %s, kind: %s, metadata: {name: w, namespace: shop}, spec: {template: {}}}"


def match(version: str, kind: str, operator: str, key: str) -> Truth:
    (workload,) = workspace(WORKLOAD % (version, kind)).index.workloads["shop"]
    values = ["x"] if operator.endswith("In") else []
    expression = {"key": key, "operator": operator, "values": values}
    return labels_match(Selector.parse({"matchExpressions": [expression]}), workload)


@pytest.mark.parametrize("operator", ["In", "NotIn", "Exists", "DoesNotExist"])
def test_what_a_selector_says_of_such_a_label_is_unknown(operator: str) -> None:
    assert match("apps/v1", "Deployment", operator, "pod-template-hash") is Truth.UNKNOWN


HASH, REVISION = "pod-template-hash", "controller-revision-hash"
POD_NAME, UID = "statefulset.kubernetes.io/pod-name", "batch.kubernetes.io/controller-uid"


@pytest.mark.parametrize(
    ("version", "kind", "added"),
    [
        ("apps/v1", "Deployment", {HASH}),
        ("apps/v1", "DaemonSet", {REVISION}),
        ("apps/v1", "StatefulSet", {REVISION, POD_NAME}),
        ("batch/v1", "Job", {UID}),
        ("batch/v1", "CronJob", {UID}),
        ("apps/v1", "ReplicaSet", set()),
        ("v1", "Pod", set()),
    ],
)
def test_each_kind_of_controller_adds_its_own(version: str, kind: str, added: set[str]) -> None:
    keys = {HASH, REVISION, POD_NAME, UID, "app"}
    found = {key: match(version, kind, "Exists", key) for key in keys}
    assert {key for key, answer in found.items() if answer is Truth.UNKNOWN} == added
