"""The facts of one run: built in, with the user's rows applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from netlint_rules.facts.loading import load, shipped
from netlint_rules.lazy import cached_property
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlint_rules.facts.clusters import (
        ApiServerAddress,
        ApiServerSource,
        ClusterRange,
        CniFact,
        SpecialAddress,
    )
    from netlint_rules.facts.dns import DnsAddress, DnsProfile
    from netlint_rules.facts.meshes import Mesh
    from netlint_rules.facts.webhooks import Operator, WebhookHints
    from netlint_rules.facts.workloads import CustomWorkload, DataPort, KnownPair

Overrides = Mapping[str, Sequence[Mapping[str, object]]]

_NONE: Overrides = MappingProxyType({})


class Facts:
    """Tables of facts, each loaded when it is first asked for.

    `overrides` holds the user's rows by table. A row with the id of a built-in one replaces the
    columns that it gives, one with a new id is added, `{"id": …, "remove": true}` removes one.
    Overridden tables are loaded at once, so that FactsError comes before anything else runs.
    """

    def __init__(self, overrides: Overrides = _NONE) -> None:
        self._overrides = overrides
        self._rows: dict[str, tuple[Any, ...]] = {}
        for table in overrides:
            self.rows(table)

    def rows(self, table: str) -> tuple[Any, ...]:
        """The rows of any table by its name, with their sources."""
        if table not in self._rows:
            self._rows[table] = load(table, self._overrides.get(table, ()))
        return self._rows[table]

    def _find(self, table: str, row_id: str) -> Any:
        return next((row for row in self.rows(table) if row.id == row_id), None)

    @property
    def dns_profiles(self) -> tuple[DnsProfile, ...]:
        """How pods of each kind of cluster resolve names."""
        return self.rows("dns_profiles")

    def dns_profile(self, profile: str) -> DnsProfile | None:
        """The DNS profile of that id."""
        found: DnsProfile | None = self._find("dns_profiles", profile)
        return found

    @property
    def dns_addresses(self) -> tuple[DnsAddress, ...]:
        """Addresses that are known to answer DNS, for clusters of unknown profile."""
        return self.rows("dns_addresses")

    @cached_property
    def dns_namespaces(self) -> tuple[str, ...]:
        """Names of namespaces in which DNS servers run."""
        return tuple(row.namespace for row in self.rows("dns_namespaces"))

    @cached_property
    def dns_labels(self) -> tuple[Mapping[str, str], ...]:
        """Label sets that mark DNS servers' pods; any one of them does."""
        return tuple(row.labels for row in self.rows("dns_labels"))

    @cached_property
    def dns_port_names(self) -> tuple[str, ...]:
        """Names of DNS servers' container ports."""
        return tuple(row.name for row in self.rows("dns_port_names"))

    @property
    def cluster_ranges(self) -> tuple[ClusterRange, ...]:
        """Default pod, Service and node ranges."""
        return self.rows("cluster_ranges")

    @cached_property
    def special_addresses(self) -> tuple[SpecialAddress, ...]:
        """Addresses with a fixed meaning; node-local DNS ones come from `dns_addresses`."""
        from netlint_rules.facts.clusters import SpecialAddress

        return self.rows("special_addresses") + tuple(
            SpecialAddress(
                id=f"dns-{row.id}",
                source=row.source,
                verified=row.verified,
                cidr=f"{row.address}/{128 if ':' in row.address else 32}",
                kind="dns",
                title=f"node-local DNS ({row.distribution})",
                ports=(53,),
                needed=True,
            )
            for row in self.dns_addresses
            if row.kind == "nodelocal"
        )

    @property
    def api_server_addresses(self) -> tuple[ApiServerAddress, ...]:
        """ClusterIPs that the Service `kubernetes` has by default."""
        return self.rows("api_server_addresses")

    @property
    def api_server_sources(self) -> tuple[ApiServerSource, ...]:
        """Where the API server's connections come from, by platform."""
        return self.rows("api_server_sources")

    def api_server_source(self, platform: str) -> ApiServerSource | None:
        """The API server's source on a platform; `unknown` is one, too."""
        found: ApiServerSource | None = self._find("api_server_sources", platform)
        return found

    @property
    def cnis(self) -> tuple[CniFact, ...]:
        """What network plugins do where the API leaves it open."""
        return self.rows("cnis")

    def cni(self, name: str) -> CniFact | None:
        """The facts of a network plugin; None for a name that isn't known, and for none."""
        if not name:
            return None
        found: CniFact | None = self._find("cnis", name)
        return found

    @cached_property
    def exempt_namespaces(self) -> tuple[str, ...]:
        """Names or globs of namespaces that need no default-deny."""
        return tuple(row.pattern for row in self.rows("exempt_namespaces"))

    @property
    def meshes(self) -> tuple[Mesh, ...]:
        """Ports that pods of service meshes need."""
        return self.rows("meshes")

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Ports of components that the API server calls."""
        return self.rows("operators")

    @cached_property
    def webhook_hints(self) -> WebhookHints:
        """Signs in a pod template that the API server calls it."""
        from netlint_rules.facts.webhooks import WebhookHints

        return WebhookHints.of(self.rows("webhook_hints"))

    @property
    def custom_kinds(self) -> frozenset[str]:
        """The kinds of custom resources for which operators create pods."""
        table = "custom_workloads"
        if table in self._overrides:
            return frozenset(row.kind for row in self.custom_workloads)
        return frozenset(str(row["kind"]) for row in shipped(table))

    @property
    def custom_workloads(self) -> tuple[CustomWorkload, ...]:
        """Pods that operators create for custom resources."""
        return self.rows("custom_workloads")

    @property
    def data_ports(self) -> tuple[DataPort, ...]:
        """Ports that usually give access to data."""
        return self.rows("data_ports")

    @property
    def known_pairs(self) -> tuple[KnownPair, ...]:
        """Labels of well-known components with the namespaces they usually run in."""
        return self.rows("known_pairs")

    @cached_property
    def runtime_labels(self) -> tuple[str, ...]:
        """Keys or globs of pod labels that controllers set on running pods."""
        return tuple(row.key for row in self.rows("runtime_labels"))
