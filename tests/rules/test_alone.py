"""Rules that judge each policy alone do: what they say of one depends on no other policy."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from netlint_linter.settings import from_body
from netlint_rules.bundle import cut
from netlint_rules.context import Workspace
from netlint_rules.dialects import kubernetes
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding
from netlint_rules.focus import Focus
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.rule import Rule
from netlint_rules.source.reader import read

RULES = [rule for rule in all_rules() if rule.alone]
EASED = [rule for rule in all_rules() if rule.eased]


def told(space: Workspace, rule: Rule) -> Counter[tuple[str, str, str]]:
    """What a rule says, with the place."""

    def described(finding: Finding) -> tuple[str, str, str]:
        return finding.code, finding.message, str((finding.primary.span, finding.primary.path))

    outcome = examine(space, [rule])
    assert not outcome.errors
    return Counter(map(described, outcome.findings))


def workspaces(rule: Rule) -> list[Workspace]:
    """The rule's own examples, each bundle a workspace; all of each namespace in its own text."""
    made = []
    for example in (*rule.bad, *rule.good):
        config = from_body(example.settings).config
        facts = Facts(config.facts)
        for bundle in cut(read(example.text.encode(), "example.yaml").documents).bundles:
            index = ResourceIndex.build(bundle.placed, config, facts)
            made.append(Workspace(index, config, facts))
    return made


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_policy_is_judged_as_if_it_were_the_only_one(rule: Rule) -> None:
    said = 0
    for space in workspaces(rule):
        whole = told(space, rule)
        parts: Counter[tuple[str, str, str]] = Counter()
        focused: Counter[tuple[str, str, str]] = Counter()
        for namespace, policies in space.index.policies.items():
            for policy in policies:
                index = replace(space.index, policies={namespace: [policy]})
                parts += told(Workspace(index, space.config, space.facts), rule)
                focus = Focus.of(policy.document)
                focused += told(
                    Workspace(space.index, space.config, space.facts, focus=focus), rule
                )
        assert parts == whole
        assert focused == whole
        said += whole.total()
    assert said, "the bad examples make it speak"


ADDED = """\
{kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {name: deny},
 spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}
---
{kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {name: allow},
 spec: {podSelector: {}, ingress: [{}], egress: [{}], policyTypes: [Ingress, Egress]}}
---
{kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {name: dns},
 spec: {podSelector: {}, egress: [{ports: [{port: 53, protocol: UDP}]}], policyTypes: [Egress]}}
---
{kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {name: world},
 spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}],
        egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}], policyTypes: [Ingress, Egress]}}
---
{kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {name: pods},
 spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}], policyTypes: [Ingress]}}
"""


@pytest.mark.parametrize("rule", EASED, ids=lambda rule: rule.name)
def test_one_more_policy_only_helps_the_others(rule: Rule) -> None:
    said = 0
    for space in workspaces(rule):
        before = places(space, rule)
        said += len(before)
        for namespace, policies in space.index.policies.items():
            for document in read(ADDED.encode(), "added.yaml").documents:
                more = [*policies, kubernetes.read(document, namespace)]
                index = replace(space.index, policies={**space.index.policies, namespace: more})
                after = places(Workspace(index, space.config, space.facts), rule)
                assert {place for place in after if place[1] != id(document)} <= before
    assert said, "the bad examples make it speak"


def places(space: Workspace, rule: Rule) -> set[tuple[object, ...]]:
    """Where a rule finds something."""
    return {
        (finding.code, id(finding.primary.document), finding.primary.path)
        for finding in examine(space, [rule]).findings
    }


def test_there_are_such_rules_and_others() -> None:
    assert {"or-split-peers", "schema-strict", "invalid-port"} <= {rule.name for rule in RULES}
    assert "dns-egress" not in {rule.name for rule in RULES}
