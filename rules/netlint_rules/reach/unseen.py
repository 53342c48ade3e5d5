"""Pods that policies speak of and that aren't in view: one that stands for each selector."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.index import ResourceIndex
from netlint_rules.meant import PodTables
from netlint_rules.policy import Policy
from netlint_rules.resources import NAMESPACE_NAME, Workload
from netlint_rules.selector import Selector

KIND = "Pods"
"""The kind of these workloads; their names are the selectors."""


def unseen(index: ResourceIndex) -> Iterator[Workload]:
    """One workload for each selector that means no pod in view, where some may be out of view.

    It carries just the labels that the selector asks for; real pods may carry others besides.
    """
    tables = PodTables()
    named = dict.fromkeys(
        found
        for policies in index.policies.values()
        for policy in policies
        for found in _named(policy)
        if not index.complete(found[0])
    )
    some = {where for where, selector in named if not selector.matches_all}
    for where, selector in named:
        is_general = selector.matches_all and where in some
        if not is_general and tables.of(index, where).matching(selector).is_nothing:
            yield Workload(KIND, where, str(selector) or "*", _met(selector), None, open_labels=())


def _met(selector: Selector) -> dict[str, str]:
    """The fewest labels that a selector matches."""
    needed = {key: each for key, each in selector.requirements.items() if not each.absent_ok}
    return {
        key: "-".join(["other", *sorted(each.values)]) if each.complement else min(each.values)
        for key, each in needed.items()
    }


def _named(policy: Policy) -> Iterator[tuple[str, Selector]]:
    """The selectors of a policy, each with the one namespace whose pods it means."""
    if not policy.subject.is_unsatisfiable:
        yield policy.namespace, policy.subject
    for selection in policy.selections:
        peer = selection.peer
        where = policy.namespace
        if peer.namespaces is not None:
            where = peer.namespaces.equalities().get(NAMESPACE_NAME, "")
        if where and not peer.pods.is_unsatisfiable:
            yield where, peer.pods
