"""The objects besides policies that rules read, reduced to the fields that they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.source.document import Document, Path
from netlint_rules.typed import cast

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server sets on every Namespace (Kubernetes 1.22)."""

INITIAL_NAMESPACES = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})
"""Namespaces that every cluster has, manifest or not (Kubernetes documentation, Namespaces)."""

RUNTIME_LABELS = (
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-name",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "job-name",
    "controller-uid",
)
"""Labels that controllers add to pods: no manifest shows their values."""

_JOB_LABELS = tuple(
    label for label in RUNTIME_LABELS if "job" in label or "controller-uid" in label
)
_ADDED: Mapping[str, tuple[str, ...]] = {
    "Pod": (),
    "ReplicaSet": (),
    "ReplicationController": (),
    "Deployment": ("pod-template-hash",),
    "DaemonSet": ("controller-revision-hash",),
    "StatefulSet": (
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
    ),
    "Job": _JOB_LABELS,
    "CronJob": _JOB_LABELS,
}
"""The labels that each kind of controller adds (Kubernetes documentation, well-known labels)."""

_TEMPLATE: Path = ("spec", "template")
POD_TEMPLATES: Mapping[str, Path] = {
    "Pod": (),
    "Deployment": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""Where the pod template stands in each built-in workload kind."""

_WORKLOAD_GROUPS = frozenset({"", "apps", "batch", "extensions"})


class ContainerPort(NamedTuple):
    """A declared container port; `name` is empty where it has none."""

    name: str
    protocol: str
    port: int


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """Pods that share one template.

    `document` is None for pods that the configuration declares. `template` is the path of the pod
    template in the document. `containers` are the decoded containers that run with the pod
    (sidecars included). `finished`: a pod that has succeeded or failed. `open_labels` are globs
    of label keys whose values appear only at run time.
    """

    kind: str
    namespace: str
    name: str
    labels: Mapping[str, str]
    document: Document | None
    template: Path = ()
    host_network: bool = False
    dns_policy: str = "ClusterFirst"
    nameservers: tuple[str, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    containers: tuple[Mapping[str, object], ...] = ()
    finished: bool = False
    open_labels: tuple[str, ...] = RUNTIME_LABELS

    @property
    def is_subject(self) -> bool:
        """Whether network policies apply to it: pods in the host's network are left out."""
        return not (self.host_network or self.finished)


@dataclass(frozen=True, slots=True)
class ServicePort:
    """A port of a Service; `target` is the container's port number or name."""

    name: str
    protocol: str
    port: int
    target: int | str
    path: Path

    def on(self, workload: Workload) -> int | None:
        """The port of a workload's pods that connections arrive at; None where it isn't there."""
        if isinstance(self.target, int):
            return self.target
        wanted = (self.target, self.protocol)
        ports = (each.port for each in workload.ports if (each.name, each.protocol) == wanted)
        return next(ports, None)


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A Service; `selector` is None where it has none (its endpoints are made by hand)."""

    namespace: str
    name: str
    selector: Mapping[str, str] | None
    ports: tuple[ServicePort, ...]
    cluster_ips: tuple[str, ...]
    document: Document

    @property
    def is_headless(self) -> bool:
        """Whether it has no address: its name stands for the pods themselves."""
        return mapping_at(self.document.body, ("spec",)).get("clusterIP") == "None"


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """A Namespace manifest, with the label that the API server adds."""

    name: str
    labels: Mapping[str, str]
    document: Document


def workloads(document: Document, namespace: str) -> Iterator[Workload]:
    """The pods that a built-in workload kind creates: one entry, or none for other kinds."""
    path = POD_TEMPLATES.get(document.kind)
    if path is not None and document.group in _WORKLOAD_GROUPS:
        pod = mapping_at(document.body, path)
        yield from_template(document, namespace, pod, path)


def from_template(
    document: Document, namespace: str, pod: Mapping[str, object], path: Path
) -> Workload:
    """A workload whose pods have the template `pod`, found at `path` of the document."""
    spec = _mapping(pod.get("spec"))
    labels = texts(_mapping(_mapping(pod.get("metadata")).get("labels")))
    if own := _own_labels(document):
        labels = {**labels, **own}
    containers = _running_containers(spec)
    servers = items_at(spec, ("dnsConfig", "nameservers")) if "dnsConfig" in spec else ()
    return Workload(
        kind=document.kind,
        namespace=namespace,
        name=document.name,
        labels=labels,
        document=document,
        template=path,
        host_network=spec.get("hostNetwork") is True or _is_host_process(spec),
        dns_policy=str(spec.get("dnsPolicy") or "ClusterFirst"),
        nameservers=tuple(map(str, servers)),
        ports=_container_ports(containers),
        containers=containers,
        finished=_is_finished(document),
        open_labels=_ADDED.get(document.kind, RUNTIME_LABELS),
    )


def _is_finished(document: Document) -> bool:
    """Whether the pods have ended, or belong to an earlier state of a Deployment."""
    if document.kind == "ReplicaSet" and "ownerReferences" in document.metadata:
        return _mapping(document.body.get("spec")).get("replicas") == 0
    ended = ("Succeeded", "Failed") if document.kind == "Pod" else ()
    return bool(ended) and _mapping(document.body.get("status")).get("phase") in ended


def service(document: Document, namespace: str) -> Service:
    """A Service, with defaulted protocols and target ports."""
    spec = _mapping(document.body.get("spec"))
    selector = spec.get("selector")
    return Service(
        namespace=namespace,
        name=document.name,
        selector=texts(selector) if isinstance(selector, dict) and selector else None,
        ports=tuple(_service_ports(items_at(spec, ("ports",)))),
        cluster_ips=_cluster_ips(spec),
        document=document,
    )


def _cluster_ips(spec: Mapping[str, object]) -> tuple[str, ...]:
    addresses = [spec.get("clusterIP"), *items_at(spec, ("clusterIPs",))]
    given = [ip for ip in addresses if isinstance(ip, str) and ip not in {"", "None"}]
    return tuple(dict.fromkeys(given))


def namespace(document: Document) -> Namespace:
    """A Namespace with its labels, the implicit one included."""
    labels = texts(mapping_at(document.metadata, ("labels",)))
    return Namespace(document.name, {**labels, NAMESPACE_NAME: document.name}, document)


def mapping_at(body: Mapping[str, object], path: Sequence[str | int]) -> dict[str, object]:
    """The mapping at a path of field names, empty where there is none."""
    value: object = body
    for step in path:
        # Nearly always the first: of an abstract class, the answer takes longer.
        value = value.get(str(step)) if isinstance(value, (dict, Mapping)) else None
    return value if isinstance(value, dict) else {}


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def is_patched(document: Document, path: Path) -> bool:
    """Whether a kustomize patch changes the field at a path, part of it or all around it."""
    patches = document.patched
    return bool(patches) and any(path[: len(each)] == each[: len(path)] for each in patches)


def items_at(body: Mapping[str, object], path: Sequence[str]) -> list[object]:
    """The list at a path of field names, empty where there is none."""
    holder = mapping_at(body, path[:-1]) if len(path) > 1 else body  # most paths are one step
    value = holder.get(path[-1])
    return value if isinstance(value, list) else []


def mappings_at(body: Mapping[str, object], path: Sequence[str]) -> list[dict[str, object]]:
    """The mappings in the list at a path of field names."""
    return [item for item in items_at(body, path) if isinstance(item, dict)]


def texts(body: Mapping[str, object]) -> Mapping[str, str]:
    """The entries of a mapping whose values are strings; null counts as an empty one."""
    for value in body.values():
        if not isinstance(value, str):
            given = body.items()
            return {key: text or "" for key, text in given if text is None or isinstance(text, str)}
    return cast("Mapping[str, str]", body)  # nearly always; nothing changes a body


def _own_labels(document: Document) -> dict[str, str]:
    """Labels that a controller adds and whose value the manifest tells."""
    if document.kind == "Job" and document.name:
        return {"batch.kubernetes.io/job-name": document.name, "job-name": document.name}
    return {}


def _running_containers(spec: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    """Containers, and init containers that keep running (`restartPolicy: Always`)."""
    initial = mappings_at(spec, ("initContainers",))
    sidecars = [each for each in initial if each.get("restartPolicy") == "Always"]
    return (*sidecars, *mappings_at(spec, ("containers",)))


def _container_ports(containers: Iterable[Mapping[str, object]]) -> tuple[ContainerPort, ...]:
    return tuple(
        [
            ContainerPort(str(port.get("name") or ""), str(port.get("protocol") or "TCP"), number)
            for container in containers
            for port in mappings_at(container, ("ports",))
            if isinstance(number := port.get("containerPort"), int)
        ]
    )


def _service_ports(ports: Sequence[object]) -> Iterator[ServicePort]:
    for position, port in enumerate(ports):
        number = port.get("port") if isinstance(port, dict) else None
        if isinstance(port, dict) and isinstance(number, int):
            target = port.get("targetPort")
            yield ServicePort(
                name=str(port.get("name") or ""),
                protocol=str(port.get("protocol") or "TCP"),
                port=number,
                target=target if isinstance(target, int | str) and target else number,
                path=("spec", "ports", position),
            )


def _is_host_process(spec: Mapping[str, object]) -> bool:
    """Windows HostProcess pods use the node's network."""
    options = _mapping(spec.get("securityContext")).get("windowsOptions")
    return _mapping(options).get("hostProcess") is True
