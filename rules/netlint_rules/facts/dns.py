"""Facts about cluster DNS: what a policy must allow so that names resolve."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.facts.row import Address, CidrOrNothing, Port, Row, Text
from netlint_rules.record import dataclass
from netlint_rules.typed import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsTarget:
    """One destination of DNS queries. Both UDP and TCP are needed on its ports.

    kind: `pods` by namespace and labels; `address` is the `cidr`; `service` is the address of
      the cluster's DNS Service (configured, seen live, or any recognised one); `any` destination.
    namespace: namespace of the pods.
    labels: alternative label sets of the pods; a fix writes the first.
    cidr: the address block of an `address`.
    ports: port numbers on which the target answers; allowing one of them is enough.
    names: names of those container ports.
    fix_ports: ports that a fix allows, where they differ from `ports`.
    grants: allowing this target lets names resolve; false for mere fallbacks.
    fix: a fix allows this target.
    cnis: network plugins that see this target; empty means all.
    """

    kind: Literal["pods", "address", "service", "any"]
    namespace: str = ""
    labels: tuple[Mapping[str, str], ...] = ()
    cidr: CidrOrNothing = ""
    ports: tuple[Port, ...] = (53,)
    names: tuple[str, ...] = ()
    fix_ports: tuple[Port, ...] = ()
    grants: bool = True
    fix: bool = True
    cnis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsProfile(Row):
    """How pods of one kind of cluster resolve names.

    title: one line for people.
    targets: destinations of the queries; none where the pod itself names its servers.
    require: whether `any` granting target is enough, or `all` are needed.
    namespaces: where the DNS servers run.
    labels: alternative label sets of the DNS servers' pods.
    services: `namespace/name` of DNS Services that show this profile.
    daemonsets: `namespace/name` of DaemonSets that show this profile.
    note: what else to know, for explanations.
    """

    title: str
    targets: tuple[DnsTarget, ...] = ()
    require: Literal["any", "all"] = "any"
    namespaces: tuple[str, ...] = ()
    labels: tuple[Mapping[str, str], ...] = ()
    services: tuple[str, ...] = ()
    daemonsets: tuple[str, ...] = ()
    note: str = ""

    @property
    def granting(self) -> tuple[DnsTarget, ...]:
        """The targets that let names resolve."""
        return tuple(target for target in self.targets if target.grants)

    @property
    def fix_targets(self) -> tuple[DnsTarget, ...]:
        """The targets that a fix must allow, every one of them."""
        return tuple(target for target in self.targets if target.fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAddress(Row):
    """An address that is known to answer DNS, for clusters whose profile is unknown.

    address: the IP address.
    kind: `nodelocal` cache on the node, `service-ip` of the DNS Service, or `metadata-dns`.
    distribution: who uses it.
    """

    address: Address
    kind: Literal["nodelocal", "service-ip", "metadata-dns"]
    distribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsNamespace(Row):
    """A namespace in which DNS servers run.

    namespace: its name.
    """

    namespace: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsLabels(Row):
    """Labels that DNS servers' pods carry.

    labels: the label set.
    """

    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsPortName(Row):
    """A name that DNS servers give to their container ports.

    name: the port name.
    """

    name: Text
