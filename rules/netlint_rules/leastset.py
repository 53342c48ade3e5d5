"""Policies that let given connections through and no others: a base set, and one a workload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netlint_rules.addresses import AddressSet
from netlint_rules.baseset import Proposed
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import labels_match
from netlint_rules.netset import LAST_PORT, PROTOCOLS, PortSet
from netlint_rules.policy import Direction
from netlint_rules.record import dataclass
from netlint_rules.resources import NAMESPACE_NAME, RUNTIME_LABELS, Workload, mapping_at, texts
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

_VOLATILE = frozenset({*RUNTIME_LABELS, "version", "app.kubernetes.io/version", "helm.sh/chart"})
_USUAL = (
    ("app.kubernetes.io/name",),
    ("app",),
    ("k8s-app",),
    ("app.kubernetes.io/name", "app.kubernetes.io/component"),
    ("app.kubernetes.io/name", "app.kubernetes.io/instance"),
)
_WHOLE = (1, LAST_PORT)

End = Workload | AddressSet | None
"""Pods, addresses outside of the cluster, or anything at all."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A connection that must pass, on ports of the destination's pods; `reason` says why."""

    source: End
    destination: End
    ports: PortSet
    reason: str


def least_set(index: ResourceIndex, pairs: Iterable[Pair], namespace: str) -> Iterator[Proposed]:
    """What the pods of a namespace need beside its base set: one policy a workload."""
    wanted = tuple(pairs)
    ingress = _by_workload(wanted, namespace, Direction.INGRESS)
    egress = _by_workload(wanted, namespace, Direction.EGRESS)
    taken: set[str] = set()
    for workload in index.workloads.get(namespace, ()):
        incoming, outgoing = ingress.get(id(workload), []), egress.get(id(workload), [])
        if incoming or outgoing:
            yield _policy(index, workload, incoming, outgoing, taken)


def _by_workload(
    pairs: Iterable[Pair], namespace: str, direction: Direction
) -> Mapping[int, list[Pair]]:
    """The connections of a namespace's pods in a direction, by the id of the workload."""
    found: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        own = pair.destination if direction is Direction.INGRESS else pair.source
        if isinstance(own, Workload) and own.namespace == namespace:
            found[id(own)].append(pair)
    return found


def _policy(
    index: ResourceIndex,
    workload: Workload,
    incoming: Sequence[Pair],
    outgoing: Sequence[Pair],
    taken: set[str],
) -> Proposed:
    spec: dict[str, object] = {
        "podSelector": {"matchLabels": telling_labels(index, workload)},
        "policyTypes": [
            direction.value
            for direction, pairs in ((Direction.INGRESS, incoming), (Direction.EGRESS, outgoing))
            if pairs
        ],
    }
    if incoming:
        spec["ingress"] = _rules(index, workload, incoming, Direction.INGRESS)
    if outgoing:
        spec["egress"] = _rules(index, workload, outgoing, Direction.EGRESS)
    metadata = {"name": _free_name(workload, taken)}
    if not workload.namespace.startswith("?"):
        metadata["namespace"] = workload.namespace
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": spec,
    }
    return Proposed(tuple(_remarks(index, workload, incoming, outgoing)), body)


def _free_name(workload: Workload, taken: set[str]) -> str:
    name = f"allow-{workload.name}" if workload.document is not None else "allow-declared-pods"
    kind = f"{name}-{workload.kind.lower()}"
    free = next(
        each
        for each in (name, kind, *(f"{kind}-{n}" for n in range(2, 10_000)))
        if each not in taken
    )
    taken.add(free)
    return free


def _remarks(
    index: ResourceIndex, workload: Workload, incoming: Sequence[Pair], outgoing: Sequence[Pair]
) -> Iterator[str]:
    yield f"{workload.kind} {workload.name} {' and '.join(_verbs(incoming, outgoing))}:"
    for word, pairs in (("from", incoming), ("to", outgoing)):
        reasons: dict[str, set[str]] = defaultdict(set)
        for pair in pairs:
            end = pair.source if word == "from" else pair.destination
            reasons[f"{word} {_named(index, workload, end)}, {pair.ports}"].add(pair.reason)
        for what, why in reasons.items():
            yield f"  {what}: {', '.join(sorted(why))}"


def _verbs(incoming: Sequence[Pair], outgoing: Sequence[Pair]) -> Iterator[str]:
    if incoming:
        yield "is reached"
    if outgoing:
        yield "reaches"


def _named(index: ResourceIndex, own: Workload, end: End) -> str:
    if end is None:
        return "anywhere"
    if isinstance(end, AddressSet):
        return str(end)
    return (
        end.name
        if end.namespace == own.namespace
        else f"{index.describe(end.namespace)}/{end.name}"
    )


def _rules(
    index: ResourceIndex, own: Workload, pairs: Iterable[Pair], direction: Direction
) -> list[dict[str, object]]:
    """The rules for some connections: peers with the same ports share one."""
    by_end: dict[int, tuple[End, PortSet]] = {}
    for pair in pairs:
        end = pair.source if direction is Direction.INGRESS else pair.destination
        _, known = by_end.get(id(end), (end, PortSet.empty()))
        by_end[id(end)] = (end, known | pair.ports)
    by_ports: dict[PortSet, list[End]] = defaultdict(list)
    for end, ports in by_end.values():
        by_ports[ports].append(end)
    return [_rule(index, own, ends, ports, direction) for ports, ends in by_ports.items()]


def _rule(
    index: ResourceIndex, own: Workload, ends: Sequence[End], ports: PortSet, direction: Direction
) -> dict[str, object]:
    rule: dict[str, object] = {}
    if None not in ends:
        peers = [peer for end in ends for peer in _peers(index, own, end)]
        rule[direction.peers_field] = [
            each for at, each in enumerate(peers) if each not in peers[:at]
        ]
    entries = list(_entries(ports))
    if entries:
        rule["ports"] = entries
    return rule


def _peers(index: ResourceIndex, own: Workload, end: End) -> Iterator[dict[str, object]]:
    if isinstance(end, Workload):
        pods = {"podSelector": {"matchLabels": telling_labels(index, end)}}
        if end.namespace == own.namespace:
            yield {**pods}
        else:
            yield {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: end.namespace}}, **pods}
    elif end is not None:
        for cidr, excepts in _blocks(end):
            yield {"ipBlock": {"cidr": cidr, **({"except": excepts} if excepts else {})}}


def _blocks(addresses: AddressSet) -> Iterator[tuple[str, list[str]]]:
    """The ipBlocks that hold exactly these addresses: the fewest with the fewest excepts."""
    for version in sorted(addresses.families):
        own = addresses.of_version(version)
        gaps = (AddressSet.everything().of_version(version) - own).prefixes()
        whole = "0.0.0.0/0" if version == 4 else "::/0"
        if len(gaps) < len(own.prefixes()):
            yield whole, list(gaps)
        else:
            yield from ((prefix, []) for prefix in own.prefixes())


def _entries(ports: PortSet) -> Iterator[dict[str, object]]:
    """The `ports` of a rule; none where it is for every port."""
    if ports.is_all:
        return
    for protocol, first, last in ports.ranges():
        if (first, last) == _WHOLE:
            yield {"protocol": protocol}
        elif first == last:
            yield {"protocol": protocol, "port": first}
        else:
            yield {"protocol": protocol, "port": first, "endPort": last}
    for protocol, name in sorted(ports.names, key=lambda each: (PROTOCOLS.index(each[0]), each[1])):
        yield {"protocol": protocol, "port": name}


def telling_labels(index: ResourceIndex, workload: Workload) -> dict[str, str]:
    """Labels that a workload's pods keep from version to version, and other pods don't have.

    Those by which its controller finds them, or usual ones, where they tell it from its neighbours.
    """
    body = workload.document.body if workload.document is not None else {}
    own = texts(mapping_at(body, ("spec", "selector", "matchLabels")))
    lasting = {key: value for key, value in workload.labels.items() if key not in _VOLATILE}
    usual = ({key: lasting[key] for key in keys} for keys in _USUAL if lasting.keys() >= set(keys))
    for labels in (own, *usual):
        fits = labels and labels.items() <= workload.labels.items()
        if fits and _is_telling(index, workload, labels):
            return dict(labels)
    return lasting or dict(workload.labels)


def _is_telling(index: ResourceIndex, workload: Workload, labels: Mapping[str, str]) -> bool:
    selector = Selector.of(labels)
    return all(
        other.labels == workload.labels or labels_match(selector, other) is Truth.NO
        for other in index.workloads.get(workload.namespace, ())
    )
