"""What a change or a removal opens: pods that lose their isolation, and default-denies that go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.isolation import Isolation
from netlint_rules.levels import Level, level
from netlint_rules.policy import Direction
from netlint_rules.resources import Workload
from netlint_rules.truth import Truth
from netlint_webhook.cluster import Sight, Situation

_SHOWN = 3


def lowered(before: Situation, after: Situation, namespace: str) -> Iterator[str]:
    """One sentence for each direction in which pods, or new pods, of a namespace become open.

    Says nothing where other policies, out of view or of another API, may isolate them.
    """
    whole = before.sight(namespace) is after.sight(namespace) is Sight.WHOLE
    if whole and not after.index.unmodelled_in(namespace):
        was, will = Isolation(before.index, namespace), Isolation(after.index, namespace)
        for direction in Direction:
            sentence = _sentence(was, will, direction)
            if sentence:
                yield sentence


def _sentence(was: Isolation, will: Isolation, direction: Direction) -> str:
    pods = _opened(was, will, direction)
    where, name = will.namespace, direction.field
    if level(was.policies, direction) >= Level.EVERY_POD > level(will.policies, direction):
        effect = _effect(_names(pods) if pods else "new pods", direction)
        return f"{where} loses its default-deny for {name}: this {effect}"
    if pods:
        effect = _effect(f"{_names(pods)} in {where}", direction)
        return f"this {effect}: no other policy isolates {name}"
    return ""


def _effect(pods: str, direction: Direction) -> str:
    if direction is Direction.INGRESS:
        return f"opens {pods} to every connection"
    return f"lets {pods} connect anywhere"


def _opened(was: Isolation, will: Isolation, direction: Direction) -> list[Workload]:
    """The pods that were certainly isolated and certainly aren't any more."""
    isolated = {
        _key(workload)
        for subject in was.subjects
        if was.selecting(subject, direction).isolated is Truth.YES
        for workload in subject.workloads
    }
    return [
        workload
        for subject in will.subjects
        if will.selecting(subject, direction).isolated is Truth.NO
        for workload in subject.workloads
        if _key(workload) in isolated
    ]


def _key(workload: Workload) -> tuple[object, ...]:
    return (workload.kind, workload.name, *sorted(workload.labels.items()))


def _names(pods: Sequence[Workload]) -> str:
    names = [f"{pod.kind} {pod.name}" for pod in pods[:_SHOWN]]
    more = [f"{len(pods) - _SHOWN} more"] if len(pods) > _SHOWN else []
    *first, last = [*names, *more]
    return f"{', '.join(first)} and {last}" if first else last
