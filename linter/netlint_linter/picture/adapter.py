"""From the reachability of one bundle, and findings about its files, to a picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netlint_linter.picture.flows import Drawing
from netlint_linter.picture.model import Node, Picture, PolicyText, Problem
from netlint_linter.picture.places import (
    DocumentKey,
    document_id,
    key_of,
    owner_id,
    place_of,
    start_of,
    text_of,
)
from netlint_linter.picture.reasons import Selected, selected_by
from netlint_linter.picture.ways import ways_of
from netlint_rules.finding import Finding
from netlint_rules.policy import Policy
from netlint_rules.reach import Network, Owner
from netlint_rules.record import replace

Selections = Mapping[Owner, Selected]


def picture_of(network: Network, findings: Iterable[Finding] = (), title: str = "") -> Picture:
    """The picture of one bundle.

    Of `findings` those about its policies and workloads are shown, at the workloads that they
    are about. They may come from another reading of the same files.
    """
    selected = {owner: selected_by(network, pods) for owner, pods in network.workloads.items()}
    bitten = _owners_by_document(network, selected)
    chosen = [finding for finding in findings if key_of(finding.primary.document) in bitten]
    problems: dict[Owner, list[int]] = defaultdict(list)
    for number, finding in enumerate(chosen):
        for owner in bitten[key_of(finding.primary.document)]:
            problems[owner].append(number)
    drawing = Drawing(network, selected)
    flows = drawing.flows()
    ways = ways_of(network)
    return Picture(
        title,
        tuple(
            replace(
                _node(network, owner, found),
                problems=tuple(problems[owner]),
                ways=tuple(ways.get(owner, ())),
            )
            for owner, found in selected.items()
        ),
        drawing.externals(),
        flows,
        tuple(_policy(network, policy, bitten) for policy in _policies(network)),
        tuple(
            Problem(each.code, each.severity, each.message, place_of(each.primary))
            for each in chosen
        ),
    )


def _owners_by_document(network: Network, selected: Selections) -> dict[DocumentKey, list[Owner]]:
    """The workloads that each policy and each workload's document is about."""
    found: dict[DocumentKey, list[Owner]] = {
        key_of(policy.document): [] for policy in _policies(network)
    }
    for owner, each in selected.items():
        documents = [pods.workload.document for pods in network.workloads[owner]]
        keys = each.documents | {key_of(document) for document in documents if document}
        for key in keys:
            found.setdefault(key, []).append(owner)
    return found


def _policies(network: Network) -> Iterator[Policy]:
    for namespace in sorted(network.index.policies):
        yield from network.index.policies[namespace]


def _node(network: Network, owner: Owner, selected: Selected) -> Node:
    workload = network.workloads[owner][0].workload
    document = workload.document
    replicas = document.at(("spec", "replicas")) if document else None
    return Node(
        owner_id(owner),
        network.index.describe(owner.namespace),
        owner.kind,
        owner.name,
        selected.isolated,
        selected.open,
        tuple(sorted(workload.labels.items())),
        replicas if type(replicas) is int else None,
        workload.host_network,
        start_of(document) if document else None,
    )


def _policy(
    network: Network, policy: Policy, bitten: Mapping[DocumentKey, Sequence[Owner]]
) -> PolicyText:
    document = policy.document
    return PolicyText(
        document_id(document),
        network.index.describe(policy.namespace),
        policy.name,
        start_of(document),
        text_of(document),
        policy.directions,
        frozenset(map(owner_id, bitten[key_of(document)])),
        document.kind,
    )
