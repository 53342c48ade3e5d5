"""Port entries that were meant to let the API server in, and miss the pods' port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netlint_rules.apiserver import Admission, ApiServer
from netlint_rules.backends import Backend
from netlint_rules.choices import Enum
from netlint_rules.isolation import rules
from netlint_rules.policy import Direction, Policy, PortEntry
from netlint_rules.record import dataclass
from netlint_rules.resources import ServicePort
from netlint_rules.source.document import Path, json_pointer
from netlint_rules.webhooks.openings import Judgement, admitted


class Slip(Enum):
    """How an entry misses the port that was meant, the clearest first."""

    SERVICE_PORT = "the Service's port"
    PROTOCOL = "the wrong protocol"
    STRAY = "a port of no container"


@dataclass(frozen=True, slots=True, eq=False)
class MissedPort:
    """An entry of a policy's `ports`, and what is wrong with it.

    `admission`: how far the peers beside it let the API server in.
    """

    slip: Slip
    policy: Policy
    entry: PortEntry
    admission: Admission

    @property
    def path(self) -> Path:
        """The field that is wrong."""
        return (*self.entry.path, "protocol" if self.slip is Slip.PROTOCOL else "port")

    def patch(self, backend: Backend) -> tuple[Mapping[str, object], ...]:
        """The operations that make the entry hold the backend's port."""
        value = "TCP" if self.slip is Slip.PROTOCOL else backend.port
        return ({"op": "replace", "path": json_pointer(self.path), "value": value},)


def missed_port(
    judgements: Sequence[Judgement], server: ApiServer, service: ServicePort
) -> MissedPort | None:
    """The likeliest entry, in a rule that would let the API server in.

    Only entries for a single port count: a range or a whole protocol was meant for more.
    """
    backends = [judgement.backend for judgement in judgements]
    found: dict[Slip, MissedPort] = {}
    for policy, rule in rules(judgements[0].policies, Direction.INGRESS):
        admission = admitted(server, [rule], policy.namespace)
        if admission is not Admission.NEVER:
            for entry in rule.entries or ():
                slip = _slip(entry, backends, service)
                if slip is not None:
                    found.setdefault(slip, MissedPort(slip, policy, entry, admission))
    return next((found[slip] for slip in Slip if slip in found), None)


def _slip(entry: PortEntry, backends: Sequence[Backend], service: ServicePort) -> Slip | None:
    """The first kind of mistake that explains the entry on all the pods."""
    tests = {
        Slip.SERVICE_PORT: _is_service_port,
        Slip.PROTOCOL: _is_other_protocol,
        Slip.STRAY: _is_stray,
    }
    for slip, test in tests.items():
        if all(test(entry, backend, service) for backend in backends):
            return slip
    return None


def _is_service_port(entry: PortEntry, backend: Backend, service: ServicePort) -> bool:
    """Whether it names the Service's port, by number or name, and the pods have no such port."""
    if _single(entry, "TCP") == service.port:
        return not _declares(backend, service.port)
    is_named = entry.ports.names == {("TCP", service.name)}
    return is_named and not _declares(backend, service.name)


def _is_other_protocol(entry: PortEntry, backend: Backend, _: ServicePort) -> bool:
    return backend.port in {_single(entry, "UDP"), _single(entry, "SCTP")}


def _is_stray(entry: PortEntry, backend: Backend, _: ServicePort) -> bool:
    """Whether no container listens there, as far as the pods declare their ports."""
    number = _single(entry, "TCP")
    declares_any = backend.workload is not None and bool(backend.workload.ports)
    return declares_any and number is not None and not _declares(backend, number)


def _single(entry: PortEntry, protocol: str) -> int | None:
    """The one port number that an entry stands for."""
    intervals = entry.ports.intervals(protocol)
    if len(intervals) == 1 and intervals[0][0] == intervals[0][1]:
        return intervals[0][0]
    return None


def _declares(backend: Backend, target: int | str) -> bool:
    """Whether a container has the port of this number or name."""
    ports = backend.workload.ports if backend.workload else ()
    return any(port.protocol == "TCP" and target in {port.port, port.name} for port in ports)
