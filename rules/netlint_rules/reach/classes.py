"""Pods that no policy in view can tell apart, so that cost grows with classes and not with pods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netlint_rules.backends import is_changed
from netlint_rules.index import ResourceIndex
from netlint_rules.policy import Policy
from netlint_rules.reach.atoms import Atoms
from netlint_rules.reach.ends import Owner, Pods
from netlint_rules.reach.open import Listening
from netlint_rules.reach.world import World
from netlint_rules.record import dataclass
from netlint_rules.resources import Workload
from netlint_rules.selector import Selector


@dataclass(frozen=True, slots=True, eq=False)
class PodClass:
    """Pods alike in all that policies ask for; `pods` stands for any of them."""

    pods: Pods
    listening: Listening
    owners: tuple[Owner, ...]


def classes(world: World) -> list[PodClass]:
    """The classes of all workloads, in the order of the owners."""
    keys = label_keys(world.index)
    spaces: dict[object, object] = {}
    found: dict[tuple[object, ...], list[tuple[Owner, Pods]]] = defaultdict(list)
    for owner, workloads in world.owners.items():
        for workload in workloads:
            pods = world.pods(workload)
            space = spaces.get(pods.addresses)
            if space is None:
                space = spaces[pods.addresses] = _space(world.atoms, pods)
            found[_key(world, keys, workload, space)].append((owner, pods))
    return [
        PodClass(
            members[0][1],
            world.listening(members[0][1].workload),
            tuple(dict.fromkeys(owner for owner, _ in members)),
        )
        for members in found.values()
    ]


def _space(atoms: Atoms, pods: Pods) -> tuple[object, ...]:
    """How the ipBlocks in view lie towards the addresses that pods may have."""
    versions = sorted(pods.addresses.families)
    return tuple((each, atoms.holding(pods.addresses.of_version(each))) for each in versions)


def _key(
    world: World, keys: frozenset[str], workload: Workload, space: object
) -> tuple[object, ...]:
    labels = tuple((key, workload.labels[key]) for key in sorted(keys & workload.labels.keys()))
    listening = world.listening(workload)
    open_labels = tuple(workload.open_labels)
    changed = is_changed(workload, ports=False)
    return (
        workload.namespace,
        labels,
        open_labels,
        listening,
        workload.host_network,
        changed,
        space,
    )


def label_keys(index: ResourceIndex) -> frozenset[str]:
    """The keys of pod labels that some policy asks for."""
    return frozenset(
        key
        for policies in index.policies.values()
        for policy in policies
        for selector in _selectors(policy)
        for key in selector.requirements
    )


def _selectors(policy: Policy) -> Iterator[Selector]:
    yield policy.subject
    yield from (selection.peer.pods for selection in policy.selections)
