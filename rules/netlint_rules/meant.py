"""The pods in view that a selector of a policy means, found once for the same objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from netlint_rules.backends import is_changed
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import labels_match
from netlint_rules.lazy import cached_property
from netlint_rules.policy import PodPeer
from netlint_rules.record import dataclass, field
from netlint_rules.resources import NAMESPACE_NAME, RUNTIME_LABELS, ContainerPort, Workload
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth
from netlint_rules.typed import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST_KEPT = 4096
_ADDED = frozenset(RUNTIME_LABELS)


@dataclass(frozen=True)
class Meant:
    """Workloads in view that certainly and possibly match, host network and all.

    `namespaces` are those in view that are certainly selected; `is_open`: others in view may be.
    """

    certain: tuple[Workload, ...] = ()
    possible: tuple[Workload, ...] = ()
    namespaces: tuple[str, ...] = ()
    is_open: bool = False

    @cached_property
    def is_nothing(self) -> bool:
        """Whether no pod in view can match."""
        return not (self.certain or self.possible)

    @cached_property
    def subjects(self) -> tuple[Workload, ...]:
        """Those that certainly match, and to which policies apply."""
        return tuple(pod for pod in self.certain if pod.is_subject)

    @cached_property
    def is_settled(self) -> bool:
        """Whether the files tell which subjects are meant, and what these listen on."""
        return not self.possible and not any(is_changed(pod, ports=True) for pod in self.subjects)

    @cached_property
    def pods(self) -> frozenset[Workload]:
        """Those that match, or may."""
        return frozenset(self.certain + self.possible)

    @cached_property
    def has_host_network(self) -> bool:
        """Whether some pods certainly meant are in the network of their nodes."""
        return any(pod.host_network for pod in self.certain)

    @cached_property
    def ports(self) -> frozenset[tuple[str, int | str]]:
        """The ports that some of the pods declare, as protocol with number, and with name."""
        return _declared(tuple(pod.ports for pod in self.certain + self.possible))


@lru_cache(maxsize=1024)
def _declared(listed: tuple[tuple[ContainerPort, ...], ...]) -> frozenset[tuple[str, int | str]]:
    found: set[tuple[str, int | str]] = set()
    for ports in listed:
        for name, protocol, number in ports:
            found.add((protocol, number))
            if name:
                found.add((protocol, name))
    return frozenset(found)


class PodTable:
    """The workloads of a namespace by their labels."""

    def __init__(self, namespace: str, workloads: Sequence[Workload]) -> None:
        self.workloads = workloads
        self._namespaces = (namespace,)
        self._all = [workload for workload in workloads if not workload.finished]
        self._odd = [workload for workload in self._all if _is_odd(workload)]
        odd = set(self._odd)
        self._plain = [workload for workload in self._all if workload not in odd]
        self._by_label: dict[str, dict[str, list[Workload]]] = {}
        self._known: dict[Selector, Meant] = {}

    def carries(self, key: str, value: str) -> bool:
        """Whether some pod in view has this label."""
        return value in self._by(key) or any(
            workload.labels.get(key) == value for workload in self._odd
        )

    def matching(self, selector: Selector) -> Meant:
        """The workloads that a selector means."""
        known = self._known.get(selector)
        if known is None:
            known = self._matching(selector)
            _keep(self._known, selector, known)
        return known

    def _matching(self, selector: Selector) -> Meant:
        labels = selector.equalities()
        key = _telling(labels)
        if key is None:
            return self._compared(selector, (), self._all)
        plain: Sequence[Workload] = self._by(key).get(labels[key], ())
        if not selector.is_plain or len(labels) > 1:
            return self._compared(selector, (), chain(plain, self._odd))
        return self._compared(selector, plain, self._odd)

    def _compared(
        self, selector: Selector, sure: Sequence[Workload], others: Iterable[Workload]
    ) -> Meant:
        """The workloads that surely match, and those of the others that do or may."""
        certain = list(sure)
        possible: list[Workload] = []
        for workload in others:
            answer = pods_match(selector, workload)
            if answer is not Truth.NO:
                (certain if answer is Truth.YES else possible).append(workload)
        return Meant(tuple(certain), tuple(possible), self._namespaces)

    def _by(self, key: str) -> dict[str, list[Workload]]:
        """The workloads that aren't odd, by their label of that key: few keys are asked for."""
        known = self._by_label.get(key)
        if known is None:
            known = {}
            for workload in self._plain:
                value = workload.labels.get(key)
                if value is not None:
                    known.setdefault(value, []).append(workload)
            _keep(self._by_label, key, known)
        return known


def _telling(keys: Iterable[str]) -> str | None:
    """The first of the keys whose label manifests show."""
    for key in keys:
        if key not in _ADDED:
            return key
    return None


def _is_odd(workload: Workload) -> bool:
    """Whether labels of the pods are unknown that a manifest usually shows."""
    return is_changed(workload, ports=False) or not _ADDED.issuperset(workload.open_labels)


class PodTables:
    """The tables of all namespaces: each is made once for the same workloads."""

    def __init__(self) -> None:
        self._known: dict[str, PodTable] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, index: ResourceIndex, namespace: str) -> PodTable:
        """The table of a namespace's workloads in view."""
        workloads = index.workloads.get(namespace, ())
        known = self._known.get(namespace)
        if known is None or known.workloads is not workloads:
            if len(self._known) > 2 * len(index.workloads) + _MOST_KEPT:
                self._known.clear()  # namespaces come and go
            known = self._known[namespace] = PodTable(namespace, workloads)
        return known


@dataclass(frozen=True, slots=True)
class TablesOf:
    """Makes the tables of pods, for `Workspace.derived`."""

    def inputs(self, _: ResourceIndex) -> tuple[object, ...]:
        """Nothing: each table knows what it was made of."""
        return ()

    def __call__(self, _: ResourceIndex) -> PodTables:
        """The tables."""
        return PodTables()


@dataclass(slots=True)
class Peers:
    """What peers mean, in all namespaces in view."""

    index: ResourceIndex
    tables: PodTables = field(default_factory=PodTables)
    _known: dict[tuple[Selector, Selector], Meant] = field(default_factory=dict)
    _selected: dict[Selector, list[tuple[str, Truth]]] = field(default_factory=dict)

    def matching(self, own: str, peer: PodPeer) -> Meant:
        """The workloads that a peer of a policy in the namespace `own` means."""
        if peer.namespaces is None:
            return self.tables.of(self.index, own).matching(peer.pods)
        key = (peer.namespaces, peer.pods)
        known = self._known.get(key)
        if known is None:
            known = self._elsewhere(peer.namespaces, peer.pods)
            _keep(self._known, key, known)
        return known

    def selected(self, namespaces: Selector) -> list[tuple[str, Truth]]:
        """The namespaces in view that a namespaceSelector selects or may select."""
        known = self._selected.get(namespaces)
        if known is None:
            names = self._names(namespaces.equalities().get(NAMESPACE_NAME))
            answers = [(name, self.index.namespace_matches(namespaces, name)) for name in names]
            known = [pair for pair in answers if pair[1] is not Truth.NO]
            _keep(self._selected, namespaces, known)
        return known

    def _names(self, pinned: str | None) -> Sequence[str]:
        """The namespaces in view in order, at most one where the name is given."""
        workloads, namespaces = self.index.workloads, self.index.namespaces
        if pinned is None:
            return sorted({*workloads, *namespaces} - {""})
        return (pinned,) if pinned and (pinned in workloads or pinned in namespaces) else ()

    def _elsewhere(self, namespaces: Selector, pods: Selector) -> Meant:
        found = self.selected(namespaces)
        each = [(self.tables.of(self.index, name).matching(pods), answer) for name, answer in found]
        if len(each) == 1 and each[0][1] is Truth.YES:
            return each[0][0]
        certain: list[Workload] = []
        possible: list[Workload] = []
        for meant, answer in each:
            (certain if answer is Truth.YES else possible).extend(meant.certain)
            possible.extend(meant.possible)
        sure = tuple(name for name, answer in found if answer is Truth.YES)
        return Meant(tuple(certain), tuple(possible), sure, len(sure) < len(found))


@dataclass(frozen=True, slots=True)
class PeersOf:
    """Makes the meaning of peers, for `Workspace.derived`."""

    tables: PodTables

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """Namespaces and workloads."""
        return (index.namespaces, index.workloads)

    def __call__(self, index: ResourceIndex) -> Peers:
        """What peers mean."""
        around = ResourceIndex(namespaces=index.namespaces, workloads=index.workloads)
        return Peers(around, self.tables)


def pods_match(selector: Selector, workload: Workload) -> Truth:
    """Whether a selector means a workload's pods; a patch may make other pods of them."""
    if is_changed(workload, ports=False):
        return Truth.UNKNOWN
    return labels_match(selector, workload)


def means(index: ResourceIndex, own: str, peer: PodPeer, workload: Workload) -> Truth:
    """Whether a peer of a policy in the namespace `own` means a workload's pods."""
    there = index.means(own, peer, workload.namespace)
    return there if there is Truth.NO else there & pods_match(peer.pods, workload)


def in_whole_view(index: ResourceIndex, own: str, peer: PodPeer) -> bool:
    """Whether every pod that a peer can mean is in view."""
    if peer.namespaces is None:
        return index.complete(own)
    pinned = peer.namespaces.equalities().get(NAMESPACE_NAME)
    return index.view.complete if pinned is None else index.complete(pinned)


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    if len(kept) > _MOST_KEPT:
        kept.clear()  # selectors of requests come and go
    kept[key] = value
