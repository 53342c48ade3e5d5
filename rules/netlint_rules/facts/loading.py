"""Reading the shipped tables and applying the user's rows to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from netlint_rules.facts.building import build
from netlint_rules.typed import Any

ROW_TYPES = {
    "api_server_addresses": ("clusters", "ApiServerAddress"),
    "api_server_sources": ("clusters", "ApiServerSource"),
    "cluster_ranges": ("clusters", "ClusterRange"),
    "cnis": ("clusters", "CniFact"),
    "custom_workloads": ("workloads", "CustomWorkload"),
    "data_ports": ("workloads", "DataPort"),
    "dns_addresses": ("dns", "DnsAddress"),
    "dns_labels": ("dns", "DnsLabels"),
    "dns_namespaces": ("dns", "DnsNamespace"),
    "dns_port_names": ("dns", "DnsPortName"),
    "dns_profiles": ("dns", "DnsProfile"),
    "exempt_namespaces": ("clusters", "ExemptNamespace"),
    "known_pairs": ("workloads", "KnownPair"),
    "meshes": ("meshes", "Mesh"),
    "operators": ("webhooks", "Operator"),
    "runtime_labels": ("workloads", "RuntimeLabel"),
    "special_addresses": ("clusters", "SpecialAddress"),
    "webhook_hints": ("webhooks", "WebhookHint"),
}
"""Every table, with the module and the dataclass of its rows."""

CONFIGURATION = "your configuration"


class FactsError(ValueError):
    """A row of the user's facts that netlint can't use.

    `index` counts the given rows of the table from 0; it is -1 where the table itself is wrong.
    `row_id` and `column` are empty where they are not known.
    """

    def __init__(
        self, problem: str, table: str, index: int = -1, row_id: str = "", column: str = ""
    ) -> None:
        super().__init__(problem, table, index, row_id, column)
        self.problem = problem
        self.table = table
        self.index = index
        self.row_id = row_id
        self.column = column

    def __str__(self) -> str:
        place = f"facts.{self.table}"
        if self.index >= 0:
            place += f", row {self.row_id!r}" if self.row_id else f", row {self.index + 1}"
        if self.column:
            place += f", column {self.column!r}"
        return f"{place}: {self.problem}"


@cache
def row_type(table: str) -> Any:
    """The dataclass of a table's rows. Raises FactsError for an unknown table."""
    if table not in ROW_TYPES:
        raise FactsError(f"unknown table; there are {', '.join(ROW_TYPES)}", table)
    from importlib import import_module

    module, name = ROW_TYPES[table]
    return getattr(import_module(f"netlint_rules.facts.{module}"), name)


@cache
def shipped(table: str) -> Sequence[Mapping[str, object]]:
    """The rows of a table as they lie in its data file."""
    from netlint_rules.facts.shipped import TABLES

    return TABLES[table]()


@cache
def _built_in(table: str) -> tuple[Any, ...]:
    kind = row_type(table)
    return tuple(build(kind, row) for row in shipped(table))


def load(table: str, overrides: Sequence[Mapping[str, object]] = ()) -> tuple[Any, ...]:
    """The rows of a table, the user's applied. Raises FactsError for what does not fit."""
    kind = row_type(table)
    if isinstance(overrides, str | Mapping) or not isinstance(overrides, Sequence):
        raise FactsError("must be a list of rows", table)
    if not overrides:
        return _built_in(table)
    rows = {str(row["id"]): row for row in shipped(table)}
    for index, override in enumerate(overrides):
        _apply(rows, table, index, override)
    return tuple(build(kind, row) for row in rows.values())


def _apply(rows: dict[str, Mapping[str, object]], table: str, index: int, override: object) -> None:
    """Add, change or remove one row."""
    if not isinstance(override, Mapping):
        raise FactsError("must be a mapping of columns", table, index)
    row_id = override.get("id")
    if not isinstance(row_id, str) or not row_id:
        raise FactsError("every row needs an id", table, index, column="id")
    if "remove" in override:
        _check_removal(row_id in rows, table, index, override)
        del rows[row_id]
        return
    from netlint_rules.facts.columns import required, row_problems

    for column, text in row_problems(row_type(table), override):
        raise FactsError(text, table, index, row_id, column)
    rows[row_id] = _merged(rows.get(row_id), override)
    for column in required(row_type(table)):
        if column not in rows[row_id]:
            raise FactsError("a new row needs this column", table, index, row_id, column)


def _check_removal(known: bool, table: str, index: int, override: Mapping[str, object]) -> None:
    row_id = str(override["id"])
    if override["remove"] is not True:
        raise FactsError("must be true", table, index, row_id, "remove")
    if len(override) > 2:
        raise FactsError("a removed row has no other columns", table, index, row_id, "remove")
    if not known:
        raise FactsError("there is no such row to remove", table, index, row_id, "id")


def _merged(
    row: Mapping[str, object] | None, override: Mapping[str, object]
) -> Mapping[str, object]:
    """The row with the user's columns, and a source that does not credit others with them."""
    if row is None:
        return {"source": CONFIGURATION, **override}
    source = str(row["source"])
    if not source.startswith(CONFIGURATION):
        source = f"{CONFIGURATION}, over: {source}"
    return {**row, "source": source, **override}
