"""What made an object: the controllers among its owners."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.resources import Workload, mappings_at
from netlint_rules.source.document import Document


def controller(document: Document) -> tuple[str, str] | None:
    """Kind and name of the object that made this one."""
    for owner in mappings_at(document.metadata, ("ownerReferences",)):
        if owner.get("controller") is True:
            return str(owner.get("kind")), str(owner.get("name"))
    return None


def topmost(workloads: Iterable[Workload]) -> list[Workload]:
    """Workloads without those that others of them made: a cluster's dump holds both."""
    listed = list(workloads)
    known = {(each.namespace, each.kind, each.name) for each in listed}
    return [each for each in listed if _maker(each) not in known]


def _maker(workload: Workload) -> tuple[str, ...]:
    """Namespace, kind and name of what made it; nothing for what is made by hand."""
    found = controller(workload.document) if workload.document is not None else None
    return (workload.namespace, *found) if found is not None else ()
