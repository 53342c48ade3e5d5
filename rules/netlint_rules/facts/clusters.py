"""Facts about distributions and network plugins: addresses, and where the API server sits."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.facts.row import Address, Cidr, Port, Row, Text
from netlint_rules.record import dataclass, field
from netlint_rules.typed import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRange(Row):
    """A default range of a distribution or network plugin.

    distribution: who uses it.
    kind: what gets its addresses from it.
    cidr: the range.
    distinctive: being inside it is evidence; hardly anybody else uses it.
    exact_only: only an ipBlock equal to the range counts; it is too common otherwise.
    """

    distribution: Text
    kind: Literal["pod", "service", "node"]
    cidr: Cidr
    distinctive: bool = False
    exact_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialAddress(Row):
    """Addresses that mean the same in every cluster of a kind and are no pods or Services.

    cidr: the addresses.
    kind: what answers there; `internal` belongs to a network plugin.
    title: what it is, for messages.
    ports: ports on which it answers, where known.
    needed: workloads usually need it, so that reaching it is no mistake by itself.
    platforms: platforms that have it; empty if it is not bound to some.
    """

    cidr: Cidr
    kind: Literal[
        "metadata",
        "credentials",
        "wireserver",
        "dns",
        "time",
        "health-check",
        "loopback",
        "link-local",
        "internal",
    ]
    title: str
    ports: tuple[Port, ...] = ()
    needed: bool = False
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServerAddress(Row):
    """The ClusterIP of the Service `kubernetes` by default: first of the Service range.

    address: the IP address.
    distribution: who uses it.
    """

    address: Address
    distribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServerSource(Row):
    """Where the API server's connections to pods (webhooks, aggregated APIs) come from.

    The row's id is the platform.

    kind: `node` addresses of the control plane, `eni` in the cluster's subnets, `konnectivity`
      agent pods, `host-network` (nodes that a selector can match), a `subnet`, or `unknown`.
    namespace_labels: namespace labels with which a selector matches the source, where one can.
    pod_labels: alternative pod labels for that selector; none where it must have no podSelector.
    nodes_in_pod_range: the source may have an address inside the pod range (tunnel, gateway).
    endpoint_ports: ports of the API server's endpoints, the other way round.
    note: what else to know, for explanations.
    """

    kind: Literal["node", "eni", "konnectivity", "host-network", "subnet", "unknown"]
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    pod_labels: tuple[Mapping[str, str], ...] = ()
    nodes_in_pod_range: bool = False
    endpoint_ports: tuple[Port, ...] = ()
    note: str = ""

    @property
    def platform(self) -> str:
        """The platform, as in the settings."""
        return self.id

    @property
    def selectable(self) -> bool:
        """Whether a selector can match the API server's traffic at all."""
        return bool(self.namespace_labels or self.pod_labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class CniFact(Row):
    """What a network plugin does where the NetworkPolicy API leaves it open.

    The row's id is the plugin's name in the settings.

    title: its name for people.
    enforces: whether it enforces NetworkPolicies; `optional` if a setting or version decides.
    ip_block_pods: an ipBlock matches pods by their addresses.
    ip_block_nodes: an ipBlock matches nodes by their addresses.
    host_network_peers: a peer with a podSelector matches pods in the network of their nodes too.
    service_address: whether egress policy sees the Service's address (`before` translation) or
      the pod's (`after`).
    sctp: whether it filters SCTP; `optional` if a setting decides.
    max_ports: how many pairs of port and protocol it takes for one ipBlock; 0 for any number.
    single_family: it enforces one IP family only.
    note: what else to know, for explanations.
    """

    title: str
    enforces: Literal["yes", "no", "optional"] = "yes"
    ip_block_pods: bool = True
    ip_block_nodes: bool = True
    host_network_peers: bool = False
    service_address: Literal["before", "after"] = "after"
    sctp: Literal["unknown", "yes", "optional", "no"] = "unknown"
    max_ports: int = 0
    single_family: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptNamespace(Row):
    """A namespace that needs no default-deny policy, because the platform owns it.

    pattern: name or glob.
    """

    pattern: Text
