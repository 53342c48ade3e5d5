"""How far the policies of a namespace isolate its pods in one direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import IntEnum
from fnmatch import fnmatchcase

from netlint_rules.emptykeys import is_slip
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation
from netlint_rules.owners import topmost
from netlint_rules.policy import (
    EVERY_ADDRESS,
    AddressPeer,
    Direction,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
)
from netlint_rules.record import dataclass
from netlint_rules.requirement import Requirement
from netlint_rules.resources import Workload, items_at, mapping_at

_EXEMPT_LABEL = "netlint.dev/exempt"
_SHOWN = 3


class Level(IntEnum):
    """Isolation of a namespace: of nothing, of some pods, of every pod, by an empty policy."""

    NONE = 0
    SOME_PODS = 1
    EVERY_POD = 2
    DEFAULT_DENY = 3


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A rule that allows everything to every pod, so that no policy can restrict a direction."""

    policy: Policy
    rule: PolicyRule


def level(policies: Iterable[Policy], direction: Direction) -> Level:
    """The level that these policies of one namespace reach in a direction."""
    isolating = [policy for policy in policies if direction in policy.directions]
    whole = [policy for policy in isolating if policy.subject.matches_all]
    if not all(policy.rules[direction] for policy in whole):
        return Level.DEFAULT_DENY
    if whole or _cover_every_pod(isolating):
        return Level.EVERY_POD
    return Level.SOME_PODS if isolating else Level.NONE


def cancelled(policies: Iterable[Policy], direction: Direction) -> list[Cancelled]:
    """The rules that open a direction of the whole namespace again.

    Unfinished ones are left to the rules that report these slips.
    """
    return [
        Cancelled(policy, rule)
        for policy in policies
        if policy.subject.matches_all and not policy.broken
        for rule in policy.rules[direction]
        if allows_everything(rule) and not is_slip(policy, direction, rule)
    ]


def allows_everything(rule: PolicyRule) -> bool:
    """Whether a rule allows all ports to all peers, however it is written."""
    return rule.ports.is_all and (rule.peers is None or _is_everyone(rule.peers))


def _is_everyone(peers: Sequence[Peer]) -> bool:
    """Any address of both families and every pod: with some plugins blocks don't match pods."""
    open_blocks = {
        peer.cidr for peer in peers if isinstance(peer, AddressPeer) and not peer.excepts
    }
    every_pod = any(
        isinstance(peer, PodPeer)
        and peer.namespaces is not None
        and peer.namespaces.matches_all
        and peer.pods.matches_all
        for peer in peers
    )
    return every_pod and open_blocks.issuperset(EVERY_ADDRESS)


def _cover_every_pod(policies: Sequence[Policy]) -> bool:
    """Whether podSelectors on one key select every pod together: `app Exists`, `!app`."""
    by_key: dict[str, list[Requirement]] = defaultdict(list)
    for policy in policies:
        requirements = policy.subject.requirements
        if len(requirements) == 1:
            for key, requirement in requirements.items():
                by_key[key].append(requirement)
    return any(_cover_all_values(requirements) for requirements in by_key.values())


def _cover_all_values(requirements: Sequence[Requirement]) -> bool:
    refused = [each.values for each in requirements if each.complement]
    if not refused or not any(each.absent_ok for each in requirements):
        return False
    allowed = frozenset().union(*(each.values for each in requirements if not each.complement))
    return refused[0].intersection(*refused[1:]) <= allowed


def open_workloads(isolation: Isolation, direction: Direction) -> list[Workload]:
    """The workloads in view that no policy certainly isolates in a direction."""
    return [
        workload
        for subject in isolation.subjects
        if not isolation.selecting(subject, direction).certain
        for workload in subject.workloads
    ]


def is_exempt(index: ResourceIndex, namespace: str, globs: Iterable[object]) -> bool:
    """Whether a namespace needs no default-deny: by name, by label, or for want of pods.

    Pods that only the configuration declares leave nothing in view to speak of.
    """
    if any(fnmatchcase(namespace, str(glob)) for glob in globs):
        return True
    known = index.namespaces.get(namespace)
    if known is not None and known.labels.get(_EXEMPT_LABEL) == "default-deny":
        return True
    pods = [pod for pod in index.workloads.get(namespace, ()) if pod.is_subject]
    policies = index.policies.get(namespace)
    if not policies and known is None and all(pod.document is None for pod in pods):
        return True
    return not pods and (index.complete(namespace) or not policies)


def describe_openness(isolation: Isolation, direction: Direction) -> str:
    """Which pods are open in a direction, as a message says it."""
    reached = level(isolation.policies, direction)
    if reached is Level.EVERY_POD:
        return "every pod is isolated, but only by policies that also allow"
    verb = "accept every connection" if direction is Direction.INGRESS else "can connect anywhere"
    if reached is Level.NONE:
        return f"all pods {verb}"
    exposed = topmost(open_workloads(isolation, direction))
    if exposed:
        names = [f"{workload.kind} {workload.name}" for workload in exposed[:_SHOWN]]
        more = f" and {len(exposed) - _SHOWN} more" if len(exposed) > _SHOWN else ""
        return f"pods of {', '.join(names)}{more} {verb}"
    if isolation.index.complete(isolation.namespace):
        return f"all current pods are isolated, but new ones {verb}"
    return f"pods that no policy selects {verb}"


def is_component(isolation: Isolation, direction: Direction) -> bool:
    """Whether the files show a part of some namespace: no name, and every pod of it isolated.

    Charts and kustomize bases ship policies for their own pods; the default-deny belongs to
    whoever owns the namespace that they are installed into.
    """
    workloads = isolation.index.workloads.get(isolation.namespace, ())
    nameless = isolation.namespace.startswith("?")
    return nameless and bool(workloads) and not open_workloads(isolation, direction)


def creates_policies(index: ResourceIndex) -> bool:
    """Whether a Kyverno policy in view generates NetworkPolicies in namespaces."""
    return any(
        mapping_at(rule, ("generate",)).get("kind") == "NetworkPolicy"
        for placed in index.documents.get("ClusterPolicy", ())
        for rule in items_at(placed.document.body, ("spec", "rules"))
        if isinstance(rule, dict)
    )
