"""In a live cluster a review reads the policies of its own namespace, never those of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from netlint_rules.config import View
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.policy import Policy
from netlint_rules.registry import all_rules
from netlint_rules.rule import Scope
from tests.rules.builders import workspace

TEXT = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-dns, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress: [{ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress: [{from: [{namespaceSelector: {}}, {podSelector: {matchLabels: {app: web}}}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: other}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: api}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
"""


class Recorded(Mapping[str, list[Policy]]):
    """Policies by namespace, and whose were asked for."""

    def __init__(self, policies: Mapping[str, list[Policy]]) -> None:
        self._policies = policies
        self.read: set[str] = set()

    def __getitem__(self, namespace: str) -> list[Policy]:
        self.read.add(namespace)
        return self._policies[namespace]

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)


def test_no_rule_reads_the_policies_of_another_namespace() -> None:
    space = workspace(TEXT)
    policies = Recorded(space.index.policies)
    view = View(complete=True, live=True)
    index = replace(space.index, policies=policies, view=view)
    rules = [rule for rule in all_rules() if rule.scope is Scope.NAMESPACE]
    outcome = examine(Workspace(index, space.config, space.facts), rules, ["shop"])
    assert not outcome.errors
    assert {"allow-dns-isolates", "or-split-peers"} <= {each.rule for each in outcome.findings}
    assert policies.read == {"shop"}
