"""In a review rules look at the pods that its policy can matter to."""

from __future__ import annotations

from netlint_rules.bundle import cut
from netlint_rules.config import Config
from netlint_rules.context import Workspace
from netlint_rules.facts import Facts
from netlint_rules.focus import Focus
from netlint_rules.index import ResourceIndex
from netlint_rules.policy import Direction, Policy
from netlint_rules.record import replace
from netlint_rules.registry import all_rules
from netlint_rules.rule import Rule
from netlint_rules.source.reader import read

TEXT = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main}]}
"""


def policy(name: str, selector: str) -> str:
    return f"""\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec: {{podSelector: {selector}, policyTypes: [Ingress]}}
"""


POLICIES = (
    policy("everyone", "{}")
    + policy("web", "{matchLabels: {app: web}}")
    + policy("db", "{matchLabels: {app: db}}")
    + policy("jobs", "{matchLabels: {app: jobs}}")
    + policy("big-jobs", "{matchLabels: {app: jobs, size: big}}")
    + policy("hooks", "{matchLabels: {role: hook}}")
)


def space(new: str, old: str = "", *, all_pods: bool = False) -> Workspace:
    """All of it, with a focus on the policies of these names."""
    bundle = cut(read((TEXT + POLICIES).encode(), "a.yaml").documents).bundles[0]
    index = ResourceIndex.build(bundle.placed, Config(), Facts({}))
    by_name = {each.name: each.document for each in index.policies["shop"]}
    focus = Focus.of(by_name[new], by_name.get(old))
    made = Workspace(index, Config(), Facts({}), focus=focus)
    return made.on_all_pods() if all_pods else made


def seen(workspace: Workspace) -> set[str]:
    """The subjects, by their pod or else their policy."""
    return {
        next((pod.name for pod in subject.workloads), "") or named(subject.policy)
        for subject in workspace.isolation("shop").subjects
    }


def named(policy: Policy | None) -> str:
    assert policy is not None
    return policy.name


RULE = next(rule for rule in all_rules() if not (rule.alone or rule.eased))
ALONE = replace(RULE, alone=True)
EASED = replace(RULE, eased=True)


def judged(workspace: Workspace, rule: Rule = RULE) -> set[str]:
    return {policy.name for policy in workspace.policies("shop", alone=rule.spares(workspace.adds))}


def test_pods_that_the_policy_selects_are_in_focus() -> None:
    assert seen(space("web")) == {"web", "hooks"}


def test_pods_that_no_manifest_shows_are_in_focus_where_the_policy_may_select_them() -> None:
    assert seen(space("jobs")) == {"jobs", "big-jobs", "hooks"}
    assert seen(space("big-jobs")) == {"jobs", "big-jobs", "hooks"}


def test_a_policy_for_every_pod_is_about_all_of_them() -> None:
    everything = {"web", "db", "jobs", "big-jobs", "hooks"}
    assert seen(space("everyone")) == everything
    assert seen(space("web", all_pods=True)) == everything


def test_a_change_is_about_the_pods_before_and_after() -> None:
    assert seen(space("web", "db")) == {"web", "db", "hooks"}


def test_policies_for_some_of_the_same_pods_are_judged_beside_it() -> None:
    assert judged(space("web")) == {"everyone", "web", "hooks"}
    assert judged(space("web"), ALONE) == {"web"}
    assert judged(space("web", all_pods=True), ALONE) == {"web"}
    assert len(judged(space("web", all_pods=True))) == 6


def test_where_another_policy_can_only_help_a_new_one_is_judged_alone() -> None:
    assert judged(space("web"), EASED) == {"web"}
    assert judged(space("web", "web"), EASED) == {"everyone", "web", "hooks"}


def test_pods_out_of_focus_can_be_asked_about() -> None:
    workspace = space("web")
    isolation = workspace.isolation("shop")
    pod = next(pod for pod in workspace.index.workloads["shop"] if pod.name == "db")
    policies = isolation.selecting(isolation.subject_of(pod), Direction.INGRESS)
    assert {each.name for each in policies.certain} == {"everyone", "db"}
