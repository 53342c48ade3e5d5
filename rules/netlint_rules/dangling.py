"""Selectors that mean no pod in view, and what was probably meant by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial

from netlint_rules.choices import Enum
from netlint_rules.context import Context
from netlint_rules.dns.servers import ServersOf
from netlint_rules.index import ResourceIndex
from netlint_rules.meant import Meant, PeersOf, TablesOf, in_whole_view
from netlint_rules.nearmiss import Slip, Vocabulary, slip
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule, Selection
from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.resources import (
    INITIAL_NAMESPACES,
    NAMESPACE_NAME,
    Service,
    is_patched,
    mapping_at,
    texts,
)
from netlint_rules.selector import Selector
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder
from netlint_rules.splitpeers import judged


class Part(Enum):
    """What selects nothing."""

    SUBJECT = "podSelector of the policy"
    PODS = "podSelector of a peer"
    NAMESPACES = "namespaceSelector of a peer"


class Dangling(NamedTuple):
    """A selector that no object in view matches.

    `direction` and `rule` are those of a peer, None for the policy's own podSelector. `is_sure`:
    all that it could match is in view. `namespaces` are those in which pods were looked for.
    At most one of the last three says what was probably meant: the `service` has labels that
    match, `slip` was written for a label of `like`, the namespace `unlabelled` lacks the label.
    """

    policy: Policy
    part: Part
    selector: Selector
    path: Path
    is_sure: bool
    namespaces: tuple[str, ...] = ()
    direction: Direction | None = None
    rule: PolicyRule | None = None
    service: Service | None = None
    slip: Slip | None = None
    like: str = ""
    unlabelled: str = ""

    @property
    def is_explained(self) -> bool:
        """Whether it is known what was meant: a rule of its own says that."""
        return bool(self.service or self.slip or self.unlabelled)


@dataclass(frozen=True, slots=True)
class NamesOf:
    """Makes a vocabulary of the namespaces in view, for `Workspace.derived`."""

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """The namespaces."""
        return (index.namespaces,)

    def __call__(self, index: ResourceIndex) -> Vocabulary:
        """Their names."""
        return Vocabulary(index.namespaces)


def subjects(context: Context, namespace: str) -> Iterator[Dangling]:
    """The policies that select no pod in view of their namespace."""
    policies = context.policies(namespace)
    if not policies or not context.index.workloads.get(namespace):
        return
    table = context.workspace.derived(TablesOf()).of(context.index, namespace)
    for policy in policies:
        if not policy.subject.matches_all and table.matching(policy.subject).is_nothing:
            path: Path = ("spec", "podSelector")
            sure = context.index.complete(namespace)
            found = Dangling(policy, Part.SUBJECT, policy.subject, path, sure, (namespace,))
            if _is_told(context, found):
                yield _explained(context, found)


def peers(context: Context, namespace: str) -> Iterator[Dangling]:
    """The peers that mean no pod, or no namespace, in view."""
    policies = context.policies(namespace)
    if not policies:
        return
    known = context.workspace.derived(PeersOf(context.workspace.derived(TablesOf())))
    for policy in policies:
        for selection in policy.selections:
            peer = selection.peer
            if peer.namespaces is None and peer.pods.matches_all:
                continue
            meant = known.matching(namespace, peer)
            if not meant.namespaces or (meant.is_nothing and not meant.is_open):
                found = _of_peer(context, policy, selection, meant)
                if _is_told(context, found) and not _is_left(context, found, peer):
                    found = _explained(context, found)
                    if found.unlabelled or not meant.is_open:
                        yield found


def _of_peer(context: Context, policy: Policy, selection: Selection, meant: Meant) -> Dangling:
    direction, rule, peer = selection
    sure = in_whole_view(context.index, policy.namespace, peer)
    if meant.namespaces:
        part, selector, field = Part.PODS, peer.pods, "podSelector"
    else:
        assert peer.namespaces is not None
        part, selector, field = Part.NAMESPACES, peer.namespaces, "namespaceSelector"
    path = (*peer.path, field)
    return Dangling(policy, part, selector, path, sure, meant.namespaces, direction, rule)


def _is_told(context: Context, found: Dangling) -> bool:
    """Whether the selector is worth a word: its own text is all that there is to it."""
    if found.selector.is_unsatisfiable or found.selector.matches_all or found.policy.broken:
        return False
    if is_patched(found.policy.document, found.path):
        return False
    if any(map(is_placeholder, found.selector.equalities().values())):
        return False
    if any(map(partial(_is_set_at_run_time, context), found.selector.requirements)):
        return False
    if found.part is Part.NAMESPACES:
        name = found.selector.equalities().get(NAMESPACE_NAME)
        return bool(context.index.namespaces) and name not in INITIAL_NAMESPACES
    return any(context.index.workloads.get(name) for name in found.namespaces)


def _is_set_at_run_time(context: Context, key: str) -> bool:
    """Whether operators set this label on pods that they make, or on namespaces."""
    return any(fnmatchcase(key, glob) for glob in context.facts.runtime_labels)


def _is_left(context: Context, found: Dangling, peer: PodPeer) -> bool:
    """Whether other rules speak of the peer."""
    return _is_for_dns(context, found) or _is_split(context, found, peer)


def _is_split(context: Context, found: Dangling, peer: PodPeer) -> bool:
    """Whether rule or-split-peers says that the entry belongs to the one beside it."""
    if found.rule is None:
        return False
    split = judged(context.index, context.facts, found.policy, found.rule)
    return any(candidate.pods is peer for candidate, _, _ in split)


def _is_for_dns(context: Context, found: Dangling) -> bool:
    """Whether rule dns-egress says what the peer of a rule for DNS alone is worth."""
    if found.direction is not Direction.EGRESS or found.rule is None or not found.rule.entries:
        return False
    servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    return found.rule.ports <= servers.ports


def _explained(context: Context, found: Dangling) -> Dangling:
    """With what was probably meant."""
    if not found.selector.is_plain:
        return found
    if found.part is Part.NAMESPACES:
        return _named(context, found)
    service = _service(context, found)
    if service is not None:
        return found._replace(service=service)
    for namespace in found.namespaces:
        near = _slips(context, namespace, found.selector.equalities())
        if len({each for each, _ in near}) == 1:
            return found._replace(slip=near[0][0], like=near[0][1])
    return found


def _slips(context: Context, namespace: str, wanted: Mapping[str, str]) -> list[tuple[Slip, str]]:
    """The slips that would explain the selector, each with the pods that it would match then."""
    table = context.workspace.derived(TablesOf()).of(context.index, namespace)
    found = []
    for workload in context.index.workloads.get(namespace, ()):
        each = slip(wanted, workload.labels)
        if each is not None and not table.carries(each.key, each.value):
            found.append((each, f"{workload.kind} {workload.name}"))
    return found


def _named(context: Context, found: Dangling) -> Dangling:
    """With the namespace that is meant by its name, or nearly so."""
    wanted = found.selector.equalities()
    if len(wanted) != 1:
        return found
    ((key, value),) = wanted.items()
    if key == NAMESPACE_NAME:
        meant = context.workspace.derived(NamesOf()).nearest(value)
        if meant is None:
            return found
        return found._replace(slip=Slip(key, value, key, meant), like=f"Namespace {meant}")
    known = context.index.namespaces.get(value)
    if known is None or is_patched(known.document, ("metadata", "labels")):
        return found
    return found._replace(unlabelled=value)


def _service(context: Context, found: Dangling) -> Service | None:
    """The Service that the selector means, as if policies selected Services."""
    for namespace in found.namespaces:
        for service in context.index.services.get(namespace, {}).values():
            if _is_meant(context, found, service):
                return service
    return None


def _is_meant(context: Context, found: Dangling, service: Service) -> bool:
    """Whether a Service has the labels; one without selector may have the name instead.

    A Service whose pods aren't in view proves nothing: they may have the labels as well.
    """
    labels = texts(mapping_at(service.document.metadata, ("labels",)))
    if service.selector is None:
        is_named = list(found.selector.equalities().values()) == [service.name]
        return is_named or found.selector.matches(labels)
    if not found.selector.matches(labels):
        return False
    table = context.workspace.derived(TablesOf()).of(context.index, service.namespace)
    return bool(table.matching(Selector.of(service.selector)).certain)
