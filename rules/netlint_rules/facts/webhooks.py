"""Facts about operators that the API server calls: admission, conversion, aggregated APIs."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.facts.row import Port, PortOrZero, Row, Text
from netlint_rules.record import dataclass
from netlint_rules.typed import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(Row):
    """A container port that the API server calls; one row for each port.

    component: name for people.
    port: container port; 0 for every port, in rows with `admission: false` only.
    port_name: name of the container port, where it has one.
    service_port: port of the Service; 0 if there is none.
    labels: alternative label sets of its pods; a value ending in `*` matches by prefix.
    kinds: which objects of the API server point at it.
    host_network: it runs in the nodes' network, so that no policy applies to it.
    fail_open: ships with `failurePolicy: Ignore`: blocking it switches it off without an error.
    generic: the labels are scaffolding that many operators share; they do not identify it.
    admission: false for components that look like webhooks to the API server but are none.
    """

    component: Text
    port: PortOrZero = 0
    port_name: str = ""
    service_port: PortOrZero = 443
    labels: tuple[Mapping[str, str], ...]
    kinds: tuple[
        Literal[
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration",
            "APIService",
            "CRDConversion",
        ],
        ...,
    ] = ()
    host_network: bool = False
    fail_open: bool = False
    generic: bool = False
    admission: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookHint(Row):
    """Signs in a pod template that the API server calls it.

    port_names: names of container ports.
    args: beginnings of container arguments.
    env_names: names of environment variables.
    mount_paths: paths of volume mounts.
    low_ports: container ports that mean little by themselves.
    """

    port_names: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env_names: tuple[str, ...] = ()
    mount_paths: tuple[str, ...] = ()
    low_ports: tuple[Port, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookHints:
    """All hints together. `low_ports` alone are weak evidence, the others medium."""

    port_names: tuple[str, ...]
    args: tuple[str, ...]
    env_names: tuple[str, ...]
    mount_paths: tuple[str, ...]
    low_ports: tuple[int, ...]

    @classmethod
    def of(cls, hints: tuple[WebhookHint, ...]) -> WebhookHints:
        """The union of the rows."""
        return cls(
            port_names=tuple(name for hint in hints for name in hint.port_names),
            args=tuple(arg for hint in hints for arg in hint.args),
            env_names=tuple(name for hint in hints for name in hint.env_names),
            mount_paths=tuple(path for hint in hints for path in hint.mount_paths),
            low_ports=tuple(port for hint in hints for port in hint.low_ports),
        )
