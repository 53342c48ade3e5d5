"""Where the cluster's DNS servers are: from the configuration, the objects in view, or facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netlint_rules.addresses import AddressSet
from netlint_rules.config import ClusterFacts
from netlint_rules.discovery import parse
from netlint_rules.facts import DnsProfile, DnsTarget, Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.lazy import cached_property
from netlint_rules.netset import PortSet
from netlint_rules.record import dataclass, replace
from netlint_rules.resources import Service

_DNS_PORT = 53
_HOMES = ("kube-system", "openshift-dns")
"""Namespaces in which DNS servers show which profile a cluster has."""

DNS_PORTS = (_DNS_PORT, 5353, 1053, 8053, 10053)
"""Where DNS servers usually listen."""


@dataclass(frozen=True)
class Servers:
    """The destinations of DNS queries.

    Any one of `targets` is enough. `addresses` are those of the DNS Service; they count as a
    target where `service_counts`. `pods_by_address`: ipBlocks can match pods at all; `pod_range`
    holds their addresses where that is known. `hosts_by_selector`: selectors match pods in the
    network of their nodes. `profile` is None where it is neither given nor
    seen: then the targets are those of every common kind of cluster.
    """

    targets: tuple[DnsTarget, ...]
    addresses: frozenset[str]
    service_counts: bool
    pods_by_address: bool
    pod_range: AddressSet
    hosts_by_selector: bool = False
    profile: DnsProfile | None = None

    @cached_property
    def pods(self) -> tuple[DnsTarget, ...]:
        """The targets that are pods."""
        return tuple(target for target in self.targets if target.kind == "pods")

    @cached_property
    def asked(self) -> tuple[DnsTarget, ...]:
        """The pods that answer DNS, those included that only a cache on the nodes asks."""
        listed = self.profile.targets if self.profile is not None else ()
        more = [each for each in listed if each.kind == "pods" and not (each.grants or each.cnis)]
        return (*self.pods, *more)

    @cached_property
    def blocks(self) -> tuple[tuple[DnsTarget, AddressSet], ...]:
        """The targets that are addresses."""
        return tuple(
            (target, AddressSet.parse(target.cidr))
            for target in self.targets
            if target.kind == "address"
        )

    @cached_property
    def service(self) -> AddressSet:
        """The addresses of the DNS Service."""
        return parse(self.addresses)

    @cached_property
    def ports(self) -> PortSet:
        """Every port on which something may answer DNS."""
        found = PortSet.empty()
        for number in sorted({*DNS_PORTS, *(port for each in self.targets for port in each.ports)}):
            found |= PortSet.of("TCP", number) | PortSet.of("UDP", number)
        return found

    @property
    def known(self) -> bool:
        """Whether the profile is given or seen, and its facts were checked."""
        return self.profile is not None and self.profile.verified

    def may_be_in(self, namespace: str) -> bool:
        """Whether pods in a namespace may be DNS servers."""
        return namespace in self._labels

    def is_server(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether pods with these labels are DNS servers themselves."""
        wanted = self._labels.get(namespace)
        return wanted is not None and any(each.items() <= labels.items() for each in wanted)

    @cached_property
    def _labels(self) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Label sets of the servers by namespace: few namespaces have any, and all are asked."""
        found: dict[str, list[Mapping[str, str]]] = {}
        for target in self.asked:
            found.setdefault(target.namespace, []).extend(target.labels)
        return found


@dataclass(frozen=True, slots=True)
class ServersOf:
    """Makes the DNS servers of a bundle, for `Workspace.derived`."""

    cluster: ClusterFacts
    facts: Facts

    def inputs(self, index: ResourceIndex) -> tuple[object, ...]:
        """What shows the cluster's kind, and the DNS Service."""
        pods = (index.workloads.get(namespace) for namespace in _HOMES)
        return (index.services, index.namespaces, *pods)

    def __call__(self, index: ResourceIndex) -> Servers:
        """The servers, as far as the objects in view tell."""
        return servers(index, self.cluster, self.facts)


def servers(index: ResourceIndex, cluster: ClusterFacts, facts: Facts) -> Servers:
    """The DNS servers of the cluster that the objects are meant for."""
    profile = _profile(index, cluster, facts)
    service = _service(index, profile)
    targets = _recognised(facts) if profile is None else _of_plugin(profile.granting, cluster)
    addresses = {row.address for row in facts.dns_addresses if row.kind == "service-ip"}
    if service is not None and service.cluster_ips:
        addresses = set(service.cluster_ips)
    cni = cluster.cni
    fact = facts.cni(cni) if cni else None
    return Servers(
        targets=tuple(_with_ports(targets, service)),
        addresses=frozenset(addresses),
        service_counts=any(target.kind == "service" for target in targets)
        or (fact is not None and fact.service_address == "before"),
        pods_by_address=fact is None or fact.ip_block_pods,
        pod_range=parse(cluster.cluster_cidrs),
        hosts_by_selector=cluster.platform == "openshift"
        or (fact is not None and fact.host_network_peers),
        profile=profile,
    )


def _profile(index: ResourceIndex, cluster: ClusterFacts, facts: Facts) -> DnsProfile | None:
    """The profile that the user names, else the one whose parts are in view."""
    if cluster.dns_profile:
        return facts.dns_profile(cluster.dns_profile)
    if cluster.platform == "openshift" or "openshift-dns" in index.namespaces:
        return facts.dns_profile("openshift")
    sets = {
        f"{where}/{workload.name}"
        for where in _HOMES
        for workload in index.workloads.get(where, ())
        if workload.kind == "DaemonSet"
    }
    services = {f"{where}/{name}" for where in _HOMES for name in index.services.get(where, ())}
    by_daemons = (p for p in facts.dns_profiles if sets.intersection(p.daemonsets))
    by_service = (p for p in facts.dns_profiles if services.intersection(p.services))
    return next(by_daemons, None) or next(by_service, None)


def _service(index: ResourceIndex, profile: DnsProfile | None) -> Service | None:
    for name in profile.services if profile is not None else ():
        namespace, _, service = name.partition("/")
        found = index.services.get(namespace, {}).get(service)
        if found is not None:
            return found
    return None


def _recognised(facts: Facts) -> tuple[DnsTarget, ...]:
    """What any known kind of cluster uses, for a cluster of unknown kind."""
    known = [target for profile in facts.dns_profiles for target in profile.targets]
    groups = [
        [target for target in known if target.namespace == namespace]
        for namespace in facts.dns_namespaces
    ]
    pods = [_pods(group, facts) for group in groups if group]
    addresses = [
        replace(pods[0], kind="address", cidr=_single(row.address), labels=(), names=())
        for row in facts.dns_addresses
        if row.kind != "service-ip"
    ]
    return (*pods, *addresses)


def _pods(targets: Sequence[DnsTarget], facts: Facts) -> DnsTarget:
    """The DNS pods of one namespace, with every label set that marks DNS pods anywhere."""
    sets = [labels for target in targets for labels in target.labels]
    labels = {frozenset(each.items()): each for each in (*sets, *facts.dns_labels)}
    names = dict.fromkeys(name for target in targets for name in target.names)
    return replace(targets[0], labels=tuple(labels.values()), names=tuple(names))


def _single(address: str) -> str:
    return f"{address}/128" if ":" in address else f"{address}/32"


def _of_plugin(targets: Iterable[DnsTarget], cluster: ClusterFacts) -> tuple[DnsTarget, ...]:
    """The targets that the network plugin sees."""
    return tuple(target for target in targets if not target.cnis or cluster.cni in target.cnis)


def _with_ports(targets: Iterable[DnsTarget], service: Service | None) -> Iterable[DnsTarget]:
    """The Service in view tells its pods' labels, and their port: that is what policies see."""
    found = service.ports if service is not None else ()
    numbers = {port.target for port in found if port.port == _DNS_PORT}
    ports = tuple(sorted(port for port in numbers if isinstance(port, int)))
    for target in targets:
        is_its = service is not None and target.namespace == service.namespace
        if target.kind == "pods" and service is not None and is_its:
            labels = (service.selector,) if service.selector else target.labels
            yield replace(target, labels=labels, ports=ports or target.ports)
        else:
            yield target
