"""Pods that the API server probably calls, though no object in view says so.

Many operators register their webhooks at run time, and charts keep them in other files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from netlint_rules.backends import Backend, is_changed
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, Subject, labels_match
from netlint_rules.policy import Policy
from netlint_rules.record import NamedTuple, dataclass, field, replace
from netlint_rules.resources import Service, ServicePort, Workload, items_at
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.facts import Operator, WebhookHints

_DEFAULT_PORT = 9443
"""controller-runtime's, where an option doesn't say which port it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """Pods with a sign that the API server calls them.

    `component` is their name for people, where the labels tell it, and `labels` those labels.
    `sign` is what they were recognised by, as a noun. `service_port` is the usual port of the
    Service in front of them. `is_api`: they serve an aggregated API. `strangers` are policies for
    other known components.
    """

    backend: Backend
    confidence: Confidence
    sign: str
    component: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    service_port: int = 443
    fails_open: bool = False
    is_api: bool = False
    strangers: tuple[Policy, ...] = ()

    @property
    def service(self) -> ServicePort:
        """The port of the Service in front of them, as it usually is."""
        return ServicePort("", "TCP", self.service_port, self.backend.port, ())

    @property
    def name(self) -> str:
        """The workload's name, or that of the policy that selects it."""
        named = self.backend.workload or self.backend.subject.policy
        return named.name if named else ""


@dataclass(frozen=True, slots=True)
class SignsOf:
    """Finds the pods in view of a namespace that show a sign, for `Workspace.derived`."""

    facts: Facts
    namespace: str

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """Its workloads."""
        return (index.workloads.get(self.namespace),)

    def __call__(self, index: ResourceIndex) -> frozenset[Workload]:
        """The workloads with a sign, whatever it is."""
        return frozenset(
            pod for pod in index.workloads.get(self.namespace, ()) if _signs(pod, self.facts)
        )


class _Sign(NamedTuple):
    """A sign that the API server calls some pods on a port; `row` where they are known ones."""

    port: int
    confidence: Confidence
    text: str = ""
    row: Operator | None = None


def suspects(
    isolation: Isolation, facts: Facts, called: Iterable[Service], signed: Collection[Workload]
) -> Iterator[tuple[Suspect, ...]]:
    """Groups of suspects, of which at least one is meant: a component's ports differ by release.

    `called` are Services that objects in view make the API server call; the pods behind them
    aren't suspected. `signed` are the pods that SignsOf finds.
    """
    if not (signed or any(_is_known(each.subject, facts) for each in isolation.policies)):
        return
    selectors = [Selector.of(each.selector) for each in called if each.selector is not None]
    for subject in isolation.subjects:
        pods = [pod for pod in subject.workloads if pod in signed] if signed else []
        is_unseen = subject.policy is not None
        if not (pods or is_unseen) or any(_is_behind(subject, each) for each in selectors):
            continue
        if is_unseen:
            yield tuple(_by_policy(isolation, subject, facts))
        else:
            found = [suspect for pod in pods for suspect in _by_workload(subject, pod, facts)]
            for port in dict.fromkeys(suspect.backend.port for suspect in found):
                yield (next(each for each in found if each.backend.port == port),)


def _is_behind(subject: Subject, selector: Selector) -> bool:
    if subject.labels is None:
        return subject.selector.overlaps(selector)
    return selector.matches(subject.labels)


def _by_policy(isolation: Isolation, subject: Subject, facts: Facts) -> Iterator[Suspect]:
    """What a policy's own podSelector tells of pods that aren't in view."""
    rows = components(subject.selector.equalities(), facts)
    known = [row for row in rows if not row.generic]
    if not known or not all(map(_is_called, rows)):
        return
    here = isolation.index.workloads.get(isolation.namespace, ())
    if any(labels_match(subject.selector, pod) is not Truth.NO for pod in here):
        return  # they are in view: in the network of their nodes, or finished
    strangers = tuple(_strangers(isolation.policies, known, facts))
    for row in known:
        backend = Backend(subject, None, row.port)
        yield replace(_known(row, backend, Confidence.MEDIUM), strangers=strangers)


def _strangers(
    policies: Iterable[Policy], rows: Collection[Operator], facts: Facts
) -> Iterator[Policy]:
    """Policies that select another known component: its pods aren't those of `rows`."""
    for policy in policies:
        others = [row for row in components(policy.subject.equalities(), facts) if not row.generic]
        if others and not any(row in rows for row in others):
            yield policy


def _by_workload(subject: Subject, workload: Workload, facts: Facts) -> Iterator[Suspect]:
    for sign in _signs(workload, facts):
        backend = Backend(subject, workload, sign.port)
        if sign.row is not None:
            yield _known(sign.row, backend, sign.confidence)
        else:
            yield Suspect(backend, sign.confidence, sign.text)


def _signs(workload: Workload, facts: Facts) -> Sequence[_Sign]:
    rows = components(workload.labels, facts)
    if is_changed(workload, ports=True) or not all(map(_is_called, rows)):
        return ()
    known = [
        _Sign(port.port, Confidence.HIGH, row=row)
        for row in rows
        if not row.generic
        for port in workload.ports
        if port.protocol == "TCP" and _is_meant(port.port, port.name, row)
    ]
    return known or _by_hints(workload, facts.webhook_hints)


def _known(row: Operator, backend: Backend, confidence: Confidence) -> Suspect:
    own = backend.subject.selector.equalities()
    wanted = next(each for each in row.labels if _carries(own, each))
    return Suspect(
        backend,
        confidence,
        sign=f"the labels of {row.component}",
        component=row.component,
        labels={key: own[key] for key in wanted},
        service_port=row.service_port,
        fails_open=row.fail_open,
        is_api=row.kinds == ("APIService",),
    )


def components(labels: Mapping[str, str], facts: Facts) -> list[Operator]:
    """The known operators whose labels these pods carry, in the order of the table."""
    known = _known_operators(facts)
    candidates = {
        at for label in known.by_label.keys() & labels.items() for at in known.by_label[label]
    }
    for key in known.by_key.keys() & labels.keys():
        candidates.update(at for at, start in known.by_key[key] if labels[key].startswith(start))
    if not candidates:
        return []
    rows = (known.rows[at] for at in sorted(candidates))
    return [row for row in rows if any(_carries(labels, each) for each in row.labels)]


@lru_cache(maxsize=4096)
def _is_known(selector: Selector, facts: Facts) -> bool:
    return bool(components(selector.equalities(), facts))


class _Operators(NamedTuple):
    """The rows with their positions by one label that each asks for: most pods carry none.

    Those that ask for a pattern are found by its key, and what the value begins with.
    """

    rows: Sequence[Operator]
    by_label: Mapping[tuple[str, str], Sequence[int]]
    by_key: Mapping[str, Sequence[tuple[int, str]]]


@lru_cache(maxsize=2)
def _known_operators(facts: Facts) -> _Operators:
    rows = facts.operators
    by_label: dict[tuple[str, str], list[int]] = {}
    by_key: dict[str, list[tuple[int, str]]] = {}
    for at, row in enumerate(rows):
        for labels in row.labels:
            exact = [label for label in labels.items() if not label[1].endswith("*")]
            if exact:
                by_label.setdefault(exact[0], []).append(at)
            elif labels:
                key, pattern = next(iter(labels.items()))
                by_key.setdefault(key, []).append((at, pattern[:-1]))
    return _Operators(rows, by_label, by_key)


def _carries(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(_fits(labels.get(key), value) for key, value in wanted.items())


def _fits(value: str | None, wanted: str) -> bool:
    if value is None:
        return False
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


def _is_called(row: Operator) -> bool:
    return row.admission and not row.host_network


def _is_meant(number: int, name: str, row: Operator) -> bool:
    return number == row.port or (bool(name) and name == row.port_name)


def _by_hints(workload: Workload, hints: WebhookHints) -> Sequence[_Sign]:
    """Signs of the pod template alone; ports mean little unless something else is said."""
    named = [
        _Sign(port, Confidence.MEDIUM, f"the container port {name}")
        for name, protocol, port in workload.ports
        if name in hints.port_names and protocol == "TCP"
    ]
    if named:
        return named
    for container in workload.containers:
        for number, text in _options(container, hints):
            return [_Sign(number or _usual_port(workload, hints), Confidence.MEDIUM, text)]
    return [
        _Sign(port, Confidence.LOW, f"the container port {port}")
        for _, protocol, port in workload.ports
        if port in hints.low_ports and protocol == "TCP"
    ]


def _usual_port(workload: Workload, hints: WebhookHints) -> int:
    usual = (port.port for port in workload.ports if port.port in hints.low_ports)
    return next(usual, _DEFAULT_PORT)


def _options(container: Mapping[str, object], hints: WebhookHints) -> Iterator[tuple[int, str]]:
    """The signs in a container's settings, each with the port that it gives, 0 for none."""
    words = [*items_at(container, ("command",)), *items_at(container, ("args",))]
    for position, word in enumerate(map(str, words)):
        if word.partition("=")[0] in hints.args:
            option, _, value = word.partition("=")
            yield from _option(option, value or _following(words, position))
    for entry in items_at(container, ("env",)):
        if isinstance(entry, dict) and entry.get("name") in hints.env_names:
            yield from _option(str(entry.get("name")), str(entry.get("value") or ""))
    for mount in items_at(container, ("volumeMounts",)):
        if isinstance(mount, dict) and mount.get("mountPath") in hints.mount_paths:
            yield 0, f"the volume at {mount.get('mountPath')}"


def _following(words: Sequence[object], position: int) -> str:
    """The word after an option, where it can be its value."""
    following = "".join(map(str, words[position + 1 : position + 2]))
    return "" if following.startswith("-") else following


def _option(name: str, value: str) -> Iterator[tuple[int, str]]:
    """A setting, unless it switches the webhooks off."""
    digits = value.rpartition(":")[2]
    if value not in {"0", "false"}:
        yield int(digits) if digits.isdigit() else 0, f"the setting {name}"
