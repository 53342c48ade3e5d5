"""One end of a connection, as people name it: `shop/api`, `shop/app=web`, `10.0.0.0/8`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from netlint_rules.addresses import AddressSet, address_number
from netlint_rules.choices import Enum
from netlint_rules.record import dataclass, field

FORMS = (
    "NAMESPACE, NAMESPACE/NAME, NAMESPACE/KIND/NAME, NAMESPACE/LABEL=VALUE,"
    " svc/NAMESPACE/NAME, an address or a CIDR, internet, node, ingress-controller, or *"
)
"""Every form of an endpoint, for messages."""

_NAME = re.compile(r"[a-z0-9*?]([a-z0-9.*?-]*[a-z0-9*?])?")
_LABEL = re.compile(
    r"([A-Za-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?="
    r"([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?"
)
_ADDRESS = re.compile(r"[0-9.]+(/[0-9]*)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/[0-9]*)?")
_SHORT = {
    "po": "Pod",
    "pods": "Pod",
    "deploy": "Deployment",
    "sts": "StatefulSet",
    "ds": "DaemonSet",
    "rs": "ReplicaSet",
    "rc": "ReplicationController",
    "job": "Job",
    "cj": "CronJob",
}
_SERVICE = frozenset({"svc", "service", "services"})


class EndpointError(ValueError):
    """A text that names no endpoint, no ports or no expectation; the message is for users."""


class Wide(Enum):
    """Endpoints that are no single thing."""

    ANY = "*"
    INTERNET = "internet"
    NODE = "node"
    CONTROLLER = "ingress-controller"

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods by what owns them: `namespace` and `name` are globs, empty `kind` and `name` are any.

    `alone`: the text was one word, which may be the name of a workload too.
    """

    namespace: str
    name: str = ""
    kind: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False

    def __str__(self) -> str:
        if self.labels:
            labels = ",".join(f"{key}={value}" for key, value in self.labels.items())
            return f"{self.namespace}/{labels}"
        return "/".join(part for part in (self.namespace, self.kind, self.name) if part)


@dataclass(frozen=True, slots=True)
class Backends:
    """The pods behind a Service."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"svc/{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """IP addresses, of pods or of anything else."""

    text: str
    block: AddressSet

    def __str__(self) -> str:
        return self.text


Endpoint = Wide | Pods | Backends | Addresses


def endpoint(text: str) -> Endpoint:
    """What a text names. Raises EndpointError."""
    text = text.strip()
    if text in {"nodes", "any"}:
        text = {"nodes": "node", "any": "*"}[text]
    for wide in Wide:
        if text == wide.value:
            return wide
    if _ADDRESS.fullmatch(text):
        return _addresses(text)
    namespace, slash, rest = text.partition("/")
    if not slash:
        return Pods(_name(namespace, text), alone=True)
    if "=" in rest:
        return Pods(_name(namespace, text), labels=_labels(rest))
    parts = [_name(part, text) if part else "" for part in text.split("/")]
    if all(parts) and len(parts) == 2:
        return _pair(*parts)
    if all(parts) and len(parts) == 3:
        return _triple(*parts)
    raise EndpointError(f"{text!r} names nothing: write {FORMS}")


def _addresses(text: str) -> Addresses:
    address, slash, _ = text.partition("/")
    try:
        version, _ = address_number(address)
        whole = text if slash else f"{address}/{32 if version == 4 else 128}"
        return Addresses(text, AddressSet.parse(whole))
    except ValueError:
        raise EndpointError(f"{text!r} is neither an IP address nor a CIDR") from None


def _pair(first: str, second: str) -> Pods:
    return Pods(first, "" if second == "*" else second)


def _triple(first: str, second: str, third: str) -> Pods | Backends:
    for namespace, kind in ((second, first), (first, second)):
        if kind in _SERVICE:
            return Backends(namespace, third)
    kind = _SHORT.get(second, second)
    return Pods(first, "" if third == "*" else third, kind)


def _name(text: str, whole: str) -> str:
    # Kinds and the names of declared pods have capital letters.
    if not _NAME.fullmatch(text.lower()):
        raise EndpointError(f"{whole!r} names nothing: write {FORMS}")
    return text


def _labels(text: str) -> dict[str, str]:
    labels = {}
    for item in text.split(","):
        if not _LABEL.fullmatch(item.strip()):
            raise EndpointError(f"{item.strip()!r} is no label: write KEY=VALUE")
        key, _, value = item.strip().partition("=")
        labels[key] = value
    return labels
