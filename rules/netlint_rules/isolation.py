"""Which policies select which pods: the union that decides a pod's traffic, never one policy.

A pod's allowed traffic in a direction is the union over all policies of its namespace that select
it with that direction. Where workloads are in view a subject is a set of equal pod labels; a
podSelector that matches none of them is a subject of its own, known by the selector only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import chain

from netlint_rules.focus import Focus
from netlint_rules.index import ResourceIndex
from netlint_rules.lazy import cached_property
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.resources import Workload, is_patched
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Pods that every policy treats alike.

    `labels` and `workloads` are known where manifests show the pods; otherwise `selector`, the
    podSelector of the policy `policy`, is all that is known of them.
    """

    namespace: str
    selector: Selector
    labels: Mapping[str, str] | None = None
    workloads: tuple[Workload, ...] = ()
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Selecting:
    """The policies of one direction that certainly and possibly select a subject."""

    certain: tuple[Policy, ...]
    possible: tuple[Policy, ...]

    @property
    def isolated(self) -> Truth:
        """Whether the subject is isolated in the direction."""
        if self.certain:
            return Truth.YES
        return Truth.UNKNOWN if self.possible else Truth.NO

    def all(self) -> Iterator[Policy]:
        """Both, the certain ones first."""
        return chain(self.certain, self.possible)


def rules(policies: Sequence[Policy], direction: Direction) -> Iterator[tuple[Policy, PolicyRule]]:
    """Every rule of these policies in a direction, with its policy."""
    for policy in policies:
        for rule in policy.rules[direction]:
            yield policy, rule


@dataclass(frozen=True, slots=True)
class PodSubjects:
    """Makes the classes of pods in view of a namespace that policies can't tell apart."""

    namespace: str

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """Its workloads."""
        return (index.workloads.get(self.namespace),)

    def __call__(self, index: ResourceIndex) -> tuple[Subject, ...]:
        """The classes, in the order of their first workloads."""
        classes: dict[tuple[object, ...], list[Workload]] = defaultdict(list)
        for workload in index.workloads.get(self.namespace, ()):
            if workload.is_subject:
                labels = tuple(sorted(workload.labels.items()))
                classes[
                    labels, workload.dns_policy, workload.nameservers, workload.open_labels
                ].append(workload)
        return tuple(
            Subject(self.namespace, Selector.of(pods[0].labels), pods[0].labels, tuple(pods))
            for pods in classes.values()
        )


class Isolation:
    """Subjects and selecting policies of one namespace; made once and asked by every rule.

    With a focus `subjects` are those in it; what is asked of any other is answered all the same.
    """

    def __init__(
        self,
        index: ResourceIndex,
        namespace: str,
        pods: Sequence[Subject] | None = None,
        focus: Focus | None = None,
    ) -> None:
        self.index = index
        self.namespace = namespace
        self._selectors = focus.pods if focus else None
        self._pods = PodSubjects(namespace)(index) if pods is None else tuple(pods)
        self.policies: Sequence[Policy] = index.policies.get(namespace, [])
        self._subjects: tuple[Subject, ...] | None = None
        self._answers: dict[Subject, list[tuple[Policy, Truth]]] = {}
        self._selecting: dict[tuple[Subject, Direction], Selecting] = {}
        self._by_pod: dict[int, Subject] = {}
        self._implied: dict[int, list[Policy]] = {}

    @cached_property
    def _table(self) -> _PolicyTable:
        return _PolicyTable(self.policies)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The classes of pods that policies apply to: known workloads, then bare podSelectors."""
        if self._subjects is None:
            pods = self._pods
            if self._selectors is not None:
                pods = tuple(each for each in pods if self._is_in_focus(each))
            self._subjects = pods + tuple(self._selector_subjects(pods))
        return self._subjects

    def selecting(self, subject: Subject, direction: Direction) -> Selecting:
        """The policies that decide the subject's traffic in a direction."""
        key = (subject, direction)
        if key not in self._selecting:
            self._selecting[key] = self._select(subject, direction)
        return self._selecting[key]

    def subject_of(self, workload: Workload) -> Subject:
        """The subject that pods in view belong to: KeyError unless policies apply to them."""
        if not self._by_pod:
            self._by_pod = {id(pod): each for each in self._pods for pod in each.workloads}
        return self._by_pod[id(workload)]

    def subjects_of(self, policy: Policy) -> list[Subject]:
        """The subjects that a policy selects, or may select."""
        return [each for each in self.subjects if selects(policy, each) is not Truth.NO]

    def others(self, policy: Policy, subject: Subject, direction: Direction) -> Selecting:
        """The policies besides one that decide the subject's traffic in a direction."""
        both = self.selecting(subject, direction)
        return Selecting(
            tuple(other for other in both.certain if other is not policy),
            tuple(other for other in both.possible if other is not policy),
        )

    def broader(self, policy: Policy) -> Sequence[Policy]:
        """The other policies that surely select every pod that a policy selects."""
        known = self._implied.get(id(policy.subject))
        if known is None:
            candidates = self._table.broader(policy.subject)
            implied = [other for other in candidates if policy.subject.implies(other.subject)]
            known = [other for other in implied if not is_uncertain(other)]
            self._implied[id(policy.subject)] = known
        return [other for other in known if other is not policy]

    def _selector_subjects(self, known: Sequence[Subject]) -> Iterator[Subject]:
        """PodSelectors that match no pod in view, unless all pods there will be are in view.

        `known` are the pods in view and in focus.
        """
        is_whole = self.index.complete(self.namespace) and not self.index.view.live
        if is_whole and self.index.workloads.get(self.namespace):
            return
        matched = {id(policy) for subject in known for policy, _ in self._answers_for(subject)}
        seen: set[Selector] = set()
        for policy in self.policies:
            selector = policy.subject
            is_new = selector not in seen and not selector.is_unsatisfiable
            if id(policy) not in matched and is_new:
                seen.add(selector)
                subject = Subject(self.namespace, selector, policy=policy)
                if self._is_in_focus(subject) and not self._selects_others(policy):
                    yield subject

    def _is_in_focus(self, subject: Subject) -> bool:
        """Whether a policy in focus selects the subject, or may select it."""
        if self._selectors is None:
            return True
        return any(_matches(each, subject) is not Truth.NO for each in self._selectors)

    def _selects_others(self, policy: Policy) -> bool:
        """Whether a policy that selects no pod in view and in focus selects some out of focus."""
        return self._selectors is not None and any(
            selects(policy, each) is not Truth.NO for each in self._pods
        )

    def _select(self, subject: Subject, direction: Direction) -> Selecting:
        certain: list[Policy] = []
        possible: list[Policy] = []
        for policy, answer in self._answers_for(subject):
            if direction in policy.directions:
                (certain if answer is Truth.YES else possible).append(policy)
        return Selecting(tuple(certain), tuple(possible))

    def _answers_for(self, subject: Subject) -> list[tuple[Policy, Truth]]:
        """The policies that certainly or possibly select the subject, in the order of the files."""
        known = self._answers.get(subject)
        if known is None:
            candidates = self._table.candidates(subject)
            answers = [(policy, selects(policy, subject)) for policy in candidates]
            known = [pair for pair in answers if pair[1] is not Truth.NO]
            self._answers[subject] = known
        return known


def selects(policy: Policy, subject: Subject) -> Truth:
    """Whether a policy of the subject's namespace selects it.

    A policy that the API server refuses, or whose spec a patch changes, is never certain.
    """
    answer = _matches(policy.subject, subject)
    return Truth.UNKNOWN if answer is Truth.YES and is_uncertain(policy) else answer


def is_uncertain(policy: Policy) -> bool:
    """Whether the policy that the cluster gets may be another than the one that was read."""
    if policy.causes:
        return True
    return bool(policy.document.patched) and is_patched(policy.document, ("spec",))


def _matches(selector: Selector, subject: Subject) -> Truth:
    labels = subject.labels
    if labels is None:
        if subject.selector.implies(selector):
            return Truth.YES
        return Truth.UNKNOWN if subject.selector.overlaps(selector) else Truth.NO
    if selector.is_plain and selector.matches(labels):
        return Truth.YES  # nearly always, as only candidates are asked about
    return labels_match(selector, subject.workloads[0])


def labels_match(selector: Selector, workload: Workload) -> Truth:
    """Whether a selector matches a workload's pods; labels set at run time are unknown."""
    labels = workload.labels
    if selector.is_refuted(labels):
        return Truth.NO
    is_matching = selector.matches(labels)
    if is_matching and selector.is_plain:
        return Truth.YES
    unknown = workload.open_labels and {key for key in selector.keys if _is_open(key, workload)}
    if not unknown:
        return Truth.of(is_matching)
    known = ((key, each) for key, each in selector.requirements.items() if key not in unknown)
    is_possible = all(each.admits(labels.get(key)) for key, each in known)
    return Truth.UNKNOWN if is_possible else Truth.NO


def _is_open(key: str, workload: Workload) -> bool:
    """Whether a label's value appears only at run time."""
    return key not in workload.labels and _is_any(key, workload.open_labels)


@lru_cache(maxsize=4096)
def _is_any(key: str, globs: tuple[str, ...]) -> bool:
    return any(key == glob or ("*" in glob and fnmatchcase(key, glob)) for glob in globs)


class _PolicyTable:
    """Policies of a namespace by the value that they pin the commonest label key to.

    Keeps a namespace with n policies and n workloads from costing n² matches.
    """

    def __init__(self, policies: Sequence[Policy]) -> None:
        pinned = [policy.subject.equalities() for policy in policies]
        keys = Counter(key for values in pinned for key in values)
        self._key = min(keys, key=lambda key: (-keys[key], key), default="")
        self._by_value: dict[str, list[int]] = defaultdict(list)
        self._others: list[int] = []
        for position, values in enumerate(pinned):
            value = values.get(self._key)
            (self._others if value is None else self._by_value[value]).append(position)
        self._policies = policies

    def candidates(self, subject: Subject) -> Sequence[Policy]:
        """Every policy that may select the subject, in the order of the files."""
        everything = not subject.workloads or _is_open(self._key, subject.workloads[0])
        return self._asking_for(subject.selector, everything=everything)

    def broader(self, selector: Selector) -> Sequence[Policy]:
        """Every policy that may select all that a selector does, in the order of the files."""
        return self._asking_for(selector, everything=selector.is_unsatisfiable)

    def _asking_for(self, selector: Selector, *, everything: bool) -> Sequence[Policy]:
        """The policies that pin no other value; `everything`: all of them, without a value."""
        pinned = selector.equalities().get(self._key)
        if pinned is None and everything:
            return self._policies
        chosen = [] if pinned is None else self._by_value.get(pinned, [])
        return [self._policies[position] for position in sorted(chosen + self._others)]
