"""Which workload a user means by some pods: the topmost owner, of which the pods are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from netlint_rules.index import ResourceIndex
from netlint_rules.owners import controller
from netlint_rules.reach.ends import Owner
from netlint_rules.resources import Workload
from netlint_rules.source.document import Document

_HASH = "pod-template-hash"
_LONGEST = 8


def by_owner(
    index: ResourceIndex, more: Iterable[Workload] = ()
) -> Mapping[Owner, Sequence[Workload]]:
    """The workloads in view and some more by owner, finished ones left out.

    Where an owner's pods are in view, the templates that they were made of count no more.
    """
    found: dict[Owner, list[Workload]] = defaultdict(list)
    for namespace, workloads in index.workloads.items():
        known = {(each.kind, each.name): each.document for each in workloads}
        for workload in workloads:
            if not workload.finished:
                found[_owner(namespace, workload, known)].append(workload)
    for workload in more:
        found[_owner(workload.namespace, workload, {})].append(workload)
    return {owner: _in_force(owner, found[owner]) for owner in sorted(found)}


def _in_force(owner: Owner, workloads: Sequence[Workload]) -> Sequence[Workload]:
    pods = [each for each in workloads if each.kind == "Pod"]
    return pods if pods and owner.kind != "Pod" else workloads


def _owner(
    namespace: str, workload: Workload, known: Mapping[tuple[str, str], Document | None]
) -> Owner:
    kind, name, document = workload.kind, workload.name, workload.document
    for _ in range(_LONGEST):
        above = controller(document) if document is not None else None
        if above is None:
            break
        kind, name = above
        document = known.get(above)
    suffix = workload.labels.get(_HASH)
    if kind == "ReplicaSet" and suffix and name.endswith(f"-{suffix}"):
        return Owner(namespace, "Deployment", name.removesuffix(f"-{suffix}"))
    return Owner(namespace, kind, name)
