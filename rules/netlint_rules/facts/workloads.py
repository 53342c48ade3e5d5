"""Facts about pods that no pod template shows, and about where well-known pods run."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.facts.row import Port, Row, Text
from netlint_rules.record import dataclass, field
from netlint_rules.typed import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPort:
    """A container port of pods that an operator creates.

    port: its number.
    name: its name; empty if it has none.
    protocol: its protocol.
    """

    port: Port
    name: str = ""
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomWorkload(Row):
    """Pods that an operator creates for a custom resource, in the resource's namespace.

    Paths are dotted; `*` stands for each item of a list.

    group: API group of the resource, in any version; may be a glob.
    kind: kind of the resource.
    component: which of its pods, where it creates several kinds of pods.
    when: path that must be there for these pods to exist.
    labels: labels of the pods; `{name}` and `{namespace}` stand for the resource's. They win
      over labels from the paths below.
    open_labels: globs of label keys whose values the operator chooses.
    pod_templates: paths to pod templates inside the resource.
    label_paths: paths to further labels of the pods inside the resource.
    ports: container ports, besides those of the pod templates.
    port_paths: paths to the numbers of further container ports.
    """

    group: Text
    kind: Text
    component: str = ""
    when: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    open_labels: tuple[str, ...] = ()
    pod_templates: tuple[str, ...] = ()
    label_paths: tuple[str, ...] = ()
    ports: tuple[WorkloadPort, ...] = ()
    port_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPair(Row):
    """Labels of a well-known component, and the namespaces in which it usually runs.

    labels: pod labels; `*` in a value matches anything.
    namespaces: names or globs.
    role: what it connects to pods for: `ingress` of requests from outside, `monitoring`.
    """

    labels: Mapping[str, str]
    namespaces: tuple[str, ...]
    role: Literal["", "ingress", "monitoring"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeLabel(Row):
    """A label that no manifest shows: a controller sets it on running pods, or on namespaces.

    key: label key or glob.
    """

    key: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPort(Row):
    """A TCP port that usually gives access to data: of a database, a cache, a key-value store.

    port: its number.
    title: what listens there, for messages.
    """

    port: Port
    title: Text
