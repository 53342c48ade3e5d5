"""Whether policies let in the components that call other pods: ingress controllers, Prometheus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from netlint_rules.backends import Backend
from netlint_rules.facts import Facts, KnownPair
from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, rules
from netlint_rules.policy import Direction, Peer, PodPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.resources import NAMESPACE_NAME, Workload
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

_NAMES = {
    "ingress": re.compile(r"ingress|gateway|proxy|nginx|traefik|haproxy|envoy|caddy|tunnel|router"),
    "monitoring": re.compile(r"prom|monitor|metric|scrape|observ|telemetry|agent|alloy|grafana|vm"),
}
"""Words in labels of components that do the same under other names."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A kind of component, by the facts of known ones. `local`: it may run beside the pods."""

    role: str
    pairs: Sequence[KnownPair]
    local: bool = False

    def blocking(self, isolation: Isolation, backend: Backend) -> tuple[Policy, ...]:
        """The policies that surely isolate these pods, none if some rule may let the caller in."""
        selecting = isolation.selecting(backend.subject, Direction.INGRESS)
        if not selecting.certain:
            return ()
        every = tuple(selecting.all())
        opened = (rule for _, rule in _opening(every, backend))
        if any(self._is_let_in(rule, isolation.namespace) for rule in opened):
            return ()
        return selecting.certain

    def _is_let_in(self, rule: PolicyRule, namespace: str) -> bool:
        if rule.peers is None:
            return True
        return any(self.may_be(peer, namespace) for peer in rule.peers)

    def may_be(self, peer: Peer, own: str) -> bool:
        """Whether a peer may match the caller; of other namespaces mostly nothing is known."""
        if not isinstance(peer, PodPeer):
            return True
        names = peer.namespaces.equalities() if peer.namespaces is not None else {}
        name = names.get(NAMESPACE_NAME, names.get("name"))
        if peer.namespaces is None or name == own:
            return self._may_be_beside(peer.pods, own)
        if name is None:
            return True
        ours = {True for pair in self.pairs if pair.role == self.role and _is_in(name, pair)}
        others = {True for pair in self.pairs if pair.role != self.role and _is_in(name, pair)}
        return bool(ours) or not others

    def _may_be_beside(self, pods: Selector, namespace: str) -> bool:
        """Whether pods of the same namespace may be the caller."""
        words = " ".join((*pods.equalities().values(), *pods.equalities()))
        if self.local or (words and _NAMES[self.role].search(words)) or not pods.is_plain:
            return True
        return any(_is_in(namespace, pair) for pair in self.pairs if pair.role == self.role)


def runs_in(index: ResourceIndex, namespace: str, role: str, pairs: Sequence[KnownPair]) -> bool:
    """Whether a known component of that role is in view in a namespace."""
    return any(is_one(pod, role, pairs) for pod in index.workloads.get(namespace, ()))


@dataclass(frozen=True, slots=True)
class HomesOf:
    """Finds the namespaces in which known components of a role are, for `Workspace.derived`."""

    role: str
    facts: Facts

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """The pods of every namespace."""
        return (index.workloads,)

    def __call__(self, index: ResourceIndex) -> list[str]:
        """The namespaces, in the order of the objects."""
        pairs = self.facts.known_pairs
        return [each for each in index.workloads if runs_in(index, each, self.role, pairs)]


def is_one(pod: Workload, role: str, pairs: Sequence[KnownPair]) -> bool:
    """Whether pods are of a known component of that role, by their labels."""
    return any(
        all(key in pod.labels and fnmatchcase(pod.labels[key], glob) for key, glob in wanted)
        for wanted in (pair.labels.items() for pair in pairs if pair.role == role)
    )


def _is_in(namespace: str, pair: KnownPair) -> bool:
    return any(fnmatchcase(namespace, glob) for glob in pair.namespaces)


def _opening(policies: Sequence[Policy], backend: Backend) -> Iterator[tuple[Policy, PolicyRule]]:
    """The ingress rules that hold the port of some pods, or may do so."""
    for policy, rule in rules(policies, Direction.INGRESS):
        if backend.opened_by(rule) is not Truth.NO:
            yield policy, rule


def place(policies: Sequence[Policy], backend: Backend) -> Location:
    """What to change: the rule that opens the port to others, else the policy that isolates."""
    for policy, rule in _opening(policies, backend):
        return Location(policy.document, (*rule.path, "from"), f"opens {backend.tcp} to others")
    note = f"isolates ingress of these pods and opens no {backend.tcp}"
    spec = policies[0].document.body.get("spec")
    is_written = isinstance(spec, dict) and "policyTypes" in spec
    return Location(
        policies[0].document, ("spec", "policyTypes" if is_written else "podSelector"), note
    )
