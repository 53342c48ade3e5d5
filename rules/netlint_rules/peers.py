"""Pods in words: those that a policy selects, and those that a peer means."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.index import ResourceIndex
from netlint_rules.owners import topmost
from netlint_rules.policy import PodPeer, Policy
from netlint_rules.resources import NAMESPACE_NAME, Workload
from netlint_rules.truth import Truth


def pods_of(index: ResourceIndex, policies: Sequence[Policy]) -> str:
    """`pods app=api in shop`, `every pod in shop`, `pods of 3 policies in shop`."""
    where = index.describe(policies[0].namespace)
    if len({policy.subject for policy in policies}) > 1:
        return f"pods of {len(policies)} policies in {where}"
    subject = policies[0].subject
    return f"every pod in {where}" if subject.matches_all else f"pods {subject} in {where}"


def describe_pods(index: ResourceIndex, policy: Policy, peer: PodPeer) -> str:
    """`pods app=web of shop`, `pods of shop`: the podSelector, in the policy's own namespace."""
    pods = "pods" if peer.pods.matches_all else f"pods {peer.pods}"
    return f"{pods} of {index.describe(policy.namespace)}"


def describe_namespaces(index: ResourceIndex, policy: Policy, peer: PodPeer) -> str:
    """`monitoring`, `every namespace`, or `namespaces team=a (2 namespaces, 5 workloads)`."""
    selector = peer.namespaces
    if selector is None:
        return index.describe(policy.namespace)
    if selector.matches_all:
        return "every namespace"
    name = selector.equalities().get(NAMESPACE_NAME)
    if name is not None and len(selector.requirements) == 1:
        return name
    matched = [
        where for where in index.names() if index.namespace_matches(selector, where) is Truth.YES
    ]
    workloads = sum(len(index.workloads.get(where, ())) for where in matched)
    counts = f" ({_count(len(matched), 'namespace')}, {_count(workloads, 'workload')})"
    return f"namespaces {selector}{counts if matched else ''}"


def named(pods: Sequence[Workload]) -> str:
    """`Deployment web`, `Deployment web and 2 more`."""
    pods = topmost(pods)
    name = f"{pods[0].kind} {pods[0].name}"
    return name if len(pods) == 1 else f"{name} and {len(pods) - 1} more"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
