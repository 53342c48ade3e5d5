"""The pods behind a Service, and the port at which its connections arrive there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netlint_rules.endpoints import endpoints
from netlint_rules.finding import Location
from netlint_rules.isolation import Isolation, Subject, labels_match
from netlint_rules.netset import PortSet
from netlint_rules.policy import PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.resources import (
    Service,
    ServicePort,
    Workload,
    is_patched,
    items_at,
    mapping_at,
)
from netlint_rules.selector import Selector
from netlint_rules.source.document import Path
from netlint_rules.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class Backend:
    """Pods with the TCP port at which connections arrive; `workload` is None if out of view.

    `port` is a number, or the name that the Service gives where no pod in view tells the number.
    """

    subject: Subject
    workload: Workload | None
    port: int | str

    @property
    def tcp(self) -> str:
        """The port as messages name it: `TCP 9443`."""
        return f"TCP {self.port}"

    def covers(self, ports: PortSet) -> Truth:
        """Whether ports of a policy hold the port of these pods."""
        if self.workload is not None:
            ports = ports.resolve(self.workload.ports)
        if isinstance(self.port, str):
            is_open = PortSet.named("TCP", self.port) <= ports
            return Truth.of(is_open) | Truth.of(bool(ports.intervals("TCP"))) & Truth.UNKNOWN
        is_open, names = ports.covers("TCP", self.port), {protocol for protocol, _ in ports.names}
        return Truth.of(is_open) | Truth.of("TCP" in names) & Truth.UNKNOWN

    def opened_by(self, rule: PolicyRule) -> Truth:
        """Whether a rule opens the port of these pods, whoever its peers are."""
        if rule.entries is None:
            return Truth.YES
        doubt = Truth.of(rule.is_partly_unknown) & Truth.UNKNOWN
        return self.covers(rule.ports) | doubt


def backends(isolation: Isolation, service: Service, port: ServicePort) -> tuple[Backend, ...]:
    """The pods that connections to a port of a Service reach.

    Empty where nothing can be said: they are in the network of their nodes, they don't have the
    port that is named, or a patch decides. Without any pods in view, the Service's selector
    stands for them.
    """
    if is_patched(service.document, ("spec",)):
        return ()
    if service.selector is None:
        return tuple(_by_hand(isolation, service, port))
    selector = Selector.of(service.selector)
    matching = [
        workload
        for workload in isolation.index.workloads.get(isolation.namespace, ())
        if labels_match(selector, workload) is Truth.YES
    ]
    if matching:
        return tuple(_in_view(isolation, matching, port))
    if isolation.index.complete(isolation.namespace):
        return ()
    return (Backend(Subject(isolation.namespace, selector), None, port.target),)


def _in_view(
    isolation: Isolation, workloads: list[Workload], port: ServicePort
) -> Iterator[Backend]:
    if any(is_changed(pod, ports=isinstance(port.target, str)) for pod in workloads):
        return
    # Where some pods declare the port, the selector matches the others by chance.
    listening = [pod for pod in workloads if _number(pod, port.target)] or workloads
    for subject in isolation.subjects:
        for workload in subject.workloads:
            number = _number(workload, port.target) or port.target
            if workload in listening and isinstance(number, int):
                yield Backend(subject, workload, number)


def _number(workload: Workload, target: int | str) -> int | None:
    """The number of the declared container port that a targetPort means, if there is one."""
    for port in workload.ports:
        if port.protocol == "TCP" and target in {port.port, port.name}:
            return port.port
    return None


def is_changed(workload: Workload, *, ports: bool) -> bool:
    """Whether a patch decides which pods these are, or, with `ports`, what they listen on."""
    if workload.document is None or not workload.document.patched:
        return False
    template = workload.template
    fields: list[Path] = [(*template, "metadata", "labels"), (*template, "spec", "hostNetwork")]
    if ports:
        fields += ((*path, "ports") for path, _ in _containers(workload))
    return any(is_patched(workload.document, field) for field in fields)


def _by_hand(isolation: Isolation, service: Service, port: ServicePort) -> Iterator[Backend]:
    """Backends of a Service without selector, by the Pods that its endpoints name."""
    listed = endpoints(isolation.index, isolation.namespace, service.name)
    numbers = {each.pod: each.ports[port.name] for each in listed if port.name in each.ports}
    for subject in isolation.subjects:
        for workload in subject.workloads:
            number = numbers.get(workload.name) if workload.kind == "Pod" else None
            if number is not None:
                yield Backend(subject, workload, number)


def container_port(workload: Workload, port: int | str) -> Location | None:
    """Where a workload declares a port by its number, None where it doesn't."""
    for path, container in _containers(workload):
        for place, entry in _items(container, "ports", path):
            if entry.get("containerPort") == port and workload.document is not None:
                return Location(workload.document, place, f"listens on TCP {port}")
    return None


def _containers(workload: Workload) -> Iterator[tuple[Path, dict[str, object]]]:
    """The containers as the document has them, with their places."""
    spec: Path = (*workload.template, "spec")
    body = mapping_at(workload.document.body, spec) if workload.document else {}
    yield from _items(body, "containers", spec)
    yield from _items(body, "initContainers", spec)


def _items(
    body: Mapping[str, object], field: str, path: Path
) -> Iterator[tuple[Path, dict[str, object]]]:
    for position, item in enumerate(items_at(body, (field,))):
        if isinstance(item, dict):
            yield (*path, field, position), item


def opening(
    name: str,
    backend: Backend,
    labels: Mapping[str, str],
    peers: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """A policy that opens the port of these pods to some peers, to any source without them."""
    metadata = {"name": name}
    if not backend.subject.namespace.startswith("?"):
        metadata["namespace"] = backend.subject.namespace
    ports = {"ports": [{"protocol": "TCP", "port": backend.port}]}
    rule = {"from": list(peers), **ports} if peers else ports
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": {
            "podSelector": {"matchLabels": dict(labels)},
            "policyTypes": ["Ingress"],
            "ingress": [rule],
        },
    }
