"""Measure the map of a cluster, and how its cost grows (`make bench-reach`).

The whole cluster has 200 namespaces, 2,000 workloads in 300 classes, and 1,000 policies; the
others are parts and multiples of it. Each map is made in a process of its own.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from netlint_rules.bundle import Placed
from netlint_rules.config import Config
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.reach import Network
from netlint_rules.source.document import Document, Origin
from tests.bench.table import Row, heading, megabytes

_SECONDS, _MEGABYTES = 10.0, 500.0
_SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
_REPLICAS = 3
_API = "networking.k8s.io/v1"
_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is. `live`: pods with addresses instead of Deployments."""

    namespaces: int
    workloads: int
    classes: int
    policies: int
    live: bool

    @staticmethod
    def of(scale: float, *, live: bool) -> Size:
        """A part, or a multiple, of the whole cluster."""
        namespaces, workloads, classes, policies = (
            int(each * scale) for each in (200, 2000, 300, 1000)
        )
        return Size(namespaces, workloads, classes, policies, live)


@dataclass(frozen=True, slots=True)
class Outcome:
    """CPU seconds for the map and everything asked of it, peak bytes, and what came out."""

    seconds: float
    memory: int
    connections: int


def objects(size: Size) -> Iterator[Placed]:
    """Every object of a cluster."""
    for number in range(size.namespaces):
        yield _placed("Namespace", "v1", f"ns{number}", "", {"team": f"t{number % 20}"})
    for number in range(size.workloads):
        yield from _workload(size, number)
    for number in range(size.policies):
        where = number % size.namespaces
        spec = _policy(where, number // size.namespaces)
        yield _placed(
            "NetworkPolicy", "networking.k8s.io/v1", f"p{number}", f"ns{where}", spec=spec
        )


def _workload(size: Size, number: int) -> Iterator[Placed]:
    kind = number % size.classes
    where = f"ns{kind % size.namespaces}"
    labels = {"app": f"a{kind}", "tier": f"x{kind % 4}"}
    ports = [{"name": "http", "containerPort": 8000 + kind % 5}]
    spec: dict[str, Any] = {"containers": [{"name": "c", "ports": ports}]}
    if not size.live:
        template = {"metadata": {"labels": labels}, "spec": spec}
        yield _placed("Deployment", "apps/v1", f"w{number}", where, spec={"template": template})
        return
    for replica in range(_REPLICAS):
        at = number * _REPLICAS + replica
        status = {"podIP": f"10.{200 + at // 62500}.{at // 250 % 250}.{at % 250}"}
        owner = {"kind": "ReplicaSet", "name": f"w{number}-5d8f", "controller": True}
        placed = _placed("Pod", "v1", f"w{number}-5d8f-{replica}", where, spec=spec, status=status)
        placed.document.metadata["labels"] = {**labels, "pod-template-hash": "5d8f"}
        placed.document.metadata["ownerReferences"] = [owner]
        yield placed


def _policy(where: int, which: int) -> dict[str, Any]:
    """One of a team's five policies."""
    team, next_team = f"t{where % 20}", f"t{(where + 1) % 20}"
    dns = {"to": [_labels("namespaceSelector", _NAME, "ns0")], "ports": [_port(53, "UDP")]}
    inside = {"to": [_labels("namespaceSelector", "team", team)]}
    front = {
        **_labels("namespaceSelector", "team", next_team),
        **_labels("podSelector", "tier", "x1"),
    }
    world = {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}
    blocks = [{"ipBlock": {"cidr": f"10.{where % 250}.0.0/16"}}, {"ipBlock": world}]
    office = {"ipBlock": {"cidr": f"192.0.{where % 250}.0/24"}}
    not_x3 = {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x3"]}]}
    specs: list[dict[str, Any]] = [
        {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        {"podSelector": {}, "policyTypes": ["Egress"], "egress": [dns, inside]},
        {
            **_labels("podSelector", "app", f"a{where}"),
            "ingress": [{"from": [front], "ports": [{"port": "http"}]}],
        },
        {
            **_labels("podSelector", "tier", "x2"),
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": blocks, "ports": [_port(443)]}],
            "egress": [{"to": [office], "ports": [_port(5432)]}],
        },
        {
            "podSelector": not_x3,
            "ingress": [
                {
                    "from": [{"podSelector": {}}, {"namespaceSelector": {}}],
                    "ports": [_port(80), {"port": 9000, "endPort": 9100}],
                }
            ],
        },
    ]
    return specs[which]


def _labels(field: str, key: str, value: str) -> dict[str, Any]:
    return {field: {"matchLabels": {key: value}}}


def _port(number: int, protocol: str = "TCP") -> dict[str, Any]:
    return {"protocol": protocol, "port": number}


def _placed(
    kind: str, version: str, name: str, where: str, labels: Any = None, **body: Any
) -> Placed:
    metadata = {"name": name, "namespace": where, "labels": labels or {}}
    whole: dict[str, object] = {"apiVersion": version, "kind": kind, "metadata": metadata, **body}
    return Placed(Document(Origin("x.yaml"), whole), where)


def measure(size: Size) -> Outcome:
    """Make the map of a cluster, list all its connections, and the exposure of each workload."""
    index = ResourceIndex.build(objects(size), Config(), Facts())
    start = time.process_time()
    whole = Network(index, Config().cluster, Facts()).map()
    connections = sum(1 for _ in whole.connections())
    list(whole.exposures())
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Outcome(seconds, memory, connections)


def main() -> int:
    """Print a line for each size."""
    for live in (False, True):
        print(heading(f"The map of {'pods in a cluster' if live else 'manifests'}"))
        for scale in _SCALES:
            size = Size.of(scale, live=live)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                found = pool.submit(measure, size).result()
            print(_row(size, found, is_judged=scale == 1), flush=True)
    return 0


def _row(size: Size, found: Outcome, *, is_judged: bool) -> Row:
    name = f"{size.workloads:,} workloads, {size.classes:,} classes, {size.policies:,} policies: s"
    made_of = f"{found.connections:,} connections, {megabytes(found.memory)} (at most 500 MB)"
    is_over = found.memory > _MEGABYTES * 1e6
    limit = (0.0 if is_over else _SECONDS) if is_judged else None
    return Row(name, found.seconds, limit, made_of)


if __name__ == "__main__":
    sys.exit(main())
