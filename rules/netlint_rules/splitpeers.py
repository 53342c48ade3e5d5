"""Whether two peer entries were meant as one: the evidence, from certain to none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from netlint_rules.choices import Enum
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import labels_match
from netlint_rules.patterns import compiled
from netlint_rules.policy import PodPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.resources import NAMESPACE_NAME
from netlint_rules.selector import Selector
from netlint_rules.source.document import Comment, Document
from netlint_rules.truth import Truth


class Evidence(Enum):
    """Why both conditions were probably meant, as the note beside the entry says it."""

    REDUNDANT = "adds nothing to the entry beside it"
    DANGLING = "selects no pod here, but pods of the namespaces beside it"
    KNOWN_PAIR = "names a component that usually runs in the namespace beside it"
    ELSEWHERE = "selects no pod in view here, but pods of the namespaces beside it"
    PAIR = "is an alternative of its own"
    LIST = "is an alternative of its own, in a longer list"


_CONFIDENCE = {
    Evidence.REDUNDANT: Confidence.CERTAIN,
    Evidence.DANGLING: Confidence.CERTAIN,
    Evidence.KNOWN_PAIR: Confidence.HIGH,
    Evidence.ELSEWHERE: Confidence.HIGH,
    Evidence.PAIR: Confidence.MEDIUM,
    Evidence.LIST: Confidence.LOW,
}
_MEANS_OR = compiled(r"(^|[^a-z])or([^a-z]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A namespaceSelector entry `whole` and a podSelector entry `pods` of one list."""

    whole: PodPeer
    pods: PodPeer
    adjacent: bool
    is_pair: bool


def judged(
    index: ResourceIndex, facts: Facts, policy: Policy, rule: PolicyRule
) -> Iterator[tuple[Candidate, Evidence, Confidence]]:
    """Each lone podSelector of a list with the namespaceSelector that it was meant for.

    One result an entry, for the strongest evidence; none where it is meant as it is written.
    """
    lone = [(at, p) for at, p in enumerate(rule.peers or ()) if isinstance(p, PodPeer)]
    wholes = [(at, p) for at, p in lone if p.namespaces is not None and not p.pods_written]
    own = [
        (at, whole)
        for at, whole in wholes
        if whole.namespaces is not None
        and index.namespace_matches(whole.namespaces, policy.namespace) is Truth.YES
    ]
    for at, pods in lone if wholes else ():
        if pods.namespaces is None and not pods.pods.matches_all:
            chosen = sorted(own or wholes, key=lambda other: abs(other[0] - at))
            listed = [
                Candidate(whole, pods, abs(place - at) == 1, len(rule.peers or ()) == 2)
                for place, whole in chosen
            ]
            found = _strongest(index, facts, policy, listed, redundant=bool(own))
            if found is not None:
                candidate, evidence = found
                confidence = _CONFIDENCE[evidence]
                doubt = _has_doubt(policy, candidate, evidence)
                yield candidate, evidence, confidence.lowered() if doubt else confidence


def _strongest(
    index: ResourceIndex,
    facts: Facts,
    policy: Policy,
    listed: Sequence[Candidate],
    *,
    redundant: bool,
) -> tuple[Candidate, Evidence] | None:
    """The strongest evidence for one entry; `listed` has the nearest namespaceSelector first."""
    where, nearest = policy.namespace, listed[0]
    if redundant:
        return nearest, Evidence.REDUNDANT
    if selects_workload(index, where, nearest.pods.pods) is not Truth.NO:
        return None
    home = _home(index, nearest.pods.pods, listed)
    has_all = index.complete(where) and bool(index.workloads.get(where))
    if home is not None and (has_all or home.adjacent):
        return home, Evidence.DANGLING if has_all else Evidence.ELSEWHERE
    beside = [candidate for candidate in listed[:2] if candidate.adjacent]
    for candidate in beside:
        if _is_known_pair(facts, where, candidate):
            return candidate, Evidence.KNOWN_PAIR
    if not beside:
        return None
    return nearest, Evidence.PAIR if nearest.is_pair else Evidence.LIST


def _home(index: ResourceIndex, pods: Selector, listed: Sequence[Candidate]) -> Candidate | None:
    """The nearest candidate whose namespaces surely hold such pods."""
    for candidate in listed:
        namespaces = candidate.whole.namespaces
        assert namespaces is not None
        name = namespaces.equalities().get(NAMESPACE_NAME)
        for where in index.workloads if name is None else (name,):
            is_meant = index.namespace_matches(namespaces, where) is Truth.YES
            if is_meant and selects_workload(index, where, pods) is Truth.YES:
                return candidate
    return None


def selects_workload(index: ResourceIndex, namespace: str, selector: Selector) -> Truth:
    """Whether a selector selects a workload in view of a namespace."""
    return Truth.any(
        labels_match(selector, workload) for workload in index.workloads.get(namespace, ())
    )


def _is_known_pair(facts: Facts, where: str, candidate: Candidate) -> bool:
    """A well-known component beside the namespace where it usually runs, which isn't this one."""
    assert candidate.whole.namespaces is not None
    pinned = candidate.whole.namespaces.equalities().values()
    return any(
        _carries(candidate.pods.pods, pair.labels)
        and not _is_one_of([where], pair.namespaces)
        and _is_one_of(pinned, pair.namespaces)
        for pair in facts.known_pairs
    )


def _is_one_of(names: Iterable[str], globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in names for glob in globs)


def _carries(selector: Selector, labels: Mapping[str, str]) -> bool:
    pinned = selector.equalities()
    return all(key in pinned and fnmatchcase(pinned[key], glob) for key, glob in labels.items())


def _has_doubt(policy: Policy, candidate: Candidate, evidence: Evidence) -> bool:
    """Peers of the same application, a comment between the entries, or a name that says "or"."""
    return (
        _is_own_kind(policy.subject, candidate.pods.pods, evidence)
        or _MEANS_OR.search(policy.name) is not None
        or _is_commented(policy, candidate)
    )


def _is_own_kind(subject: Selector, pods: Selector, evidence: Evidence) -> bool:
    """Whether the entry may mean the policy's own application, such as nodes of one database.

    The same keys tell that where nothing else is known; against evidence only a common value does,
    since nearly everything has the label `app`.
    """
    if set(pods.requirements) != set(subject.requirements):
        return False
    is_guess = evidence in {Evidence.PAIR, Evidence.LIST}
    return is_guess or not pods.equalities().items().isdisjoint(subject.equalities().items())


def _is_commented(policy: Policy, candidate: Candidate) -> bool:
    first, second = sorted((candidate.whole.path, candidate.pods.path), key=lambda path: path[-1])
    return any(True for _ in _comments_between(policy.document, first, second))


def _comments_between(
    document: Document, first: tuple[str | int, ...], second: tuple[str | int, ...]
) -> Iterator[Comment]:
    """Comment lines of their own between two entries; suppressions are no such comments."""
    start, end = document.span(first), document.span(second)
    if document.positions is not None and start is not None and end is not None:
        for comment in document.positions.comments():
            is_between = start.line < comment.line < end.line
            if is_between and comment.own_line and "netlint:" not in comment.text:
                yield comment
