"""What netlint knows of clusters and operators: tables of facts that users can override.

Every row says where it was read. The rows lie in `data/*.json`, one a line, of which
`shipped.py` is made (`make generate`). Nothing is loaded before it is asked for, so that a run
pays only for the tables that its rules read.
"""

from __future__ import annotations

from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.facts.clusters import (
        ApiServerAddress,
        ApiServerSource,
        ClusterRange,
        CniFact,
        ExemptNamespace,
        SpecialAddress,
    )
    from netlint_rules.facts.dns import (
        DnsAddress,
        DnsLabels,
        DnsNamespace,
        DnsPortName,
        DnsProfile,
        DnsTarget,
    )
    from netlint_rules.facts.loading import FactsError
    from netlint_rules.facts.meshes import Mesh
    from netlint_rules.facts.row import Row
    from netlint_rules.facts.schemas import schema
    from netlint_rules.facts.tables import Facts
    from netlint_rules.facts.webhooks import Operator, WebhookHint, WebhookHints
    from netlint_rules.facts.workloads import (
        CustomWorkload,
        DataPort,
        KnownPair,
        RuntimeLabel,
        WorkloadPort,
    )

_MODULES = {
    "ApiServerAddress": "clusters",
    "ApiServerSource": "clusters",
    "ClusterRange": "clusters",
    "CniFact": "clusters",
    "CustomWorkload": "workloads",
    "DataPort": "workloads",
    "DnsAddress": "dns",
    "DnsLabels": "dns",
    "DnsNamespace": "dns",
    "DnsPortName": "dns",
    "DnsProfile": "dns",
    "DnsTarget": "dns",
    "ExemptNamespace": "clusters",
    "Facts": "tables",
    "FactsError": "loading",
    "KnownPair": "workloads",
    "Mesh": "meshes",
    "Operator": "webhooks",
    "Row": "row",
    "RuntimeLabel": "workloads",
    "SpecialAddress": "clusters",
    "WebhookHint": "webhooks",
    "WebhookHints": "webhooks",
    "WorkloadPort": "workloads",
    "schema": "schemas",
}

__all__ = [
    "ApiServerAddress",
    "ApiServerSource",
    "ClusterRange",
    "CniFact",
    "CustomWorkload",
    "DataPort",
    "DnsAddress",
    "DnsLabels",
    "DnsNamespace",
    "DnsPortName",
    "DnsProfile",
    "DnsTarget",
    "ExemptNamespace",
    "Facts",
    "FactsError",
    "KnownPair",
    "Mesh",
    "Operator",
    "Row",
    "RuntimeLabel",
    "SpecialAddress",
    "WebhookHint",
    "WebhookHints",
    "WorkloadPort",
    "schema",
]

if not TYPE_CHECKING:
    # Making a frozen slotted dataclass costs about half a millisecond; most runs need few.
    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
