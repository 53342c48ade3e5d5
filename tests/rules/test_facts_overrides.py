"""Users' rows of facts: what they change, what is refused and why, and their JSON Schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import netlint_rules.facts
from netlint_rules.facts import Facts, FactsError, schema
from netlint_rules.facts.columns import columns
from netlint_rules.facts.loading import ROW_TYPES, row_type, shipped
from netlint_rules.facts.schemas import descriptions

TABLES = sorted(ROW_TYPES)
FACTS = Facts()


def test_a_row_changes_the_columns_it_gives() -> None:
    changed = {"id": "openshift", "title": "ours", "require": "all"}
    before, after = FACTS.dns_profile("openshift"), Facts({"dns_profiles": [changed]})
    profile = after.dns_profile("openshift")
    assert before
    assert profile
    assert (profile.title, profile.require) == ("ours", "all")
    assert profile.targets == before.targets
    assert profile.source == f"your configuration, over: {before.source}"
    assert [row.id for row in after.dns_profiles] == [row.id for row in FACTS.dns_profiles]
    assert Facts().dns_profile("openshift") == before


def test_a_row_may_name_its_own_source() -> None:
    facts = Facts({"cnis": [{"id": "calico", "source": "ticket 7", "enforces": "optional"}]})
    cni = facts.cni("calico")
    assert cni
    assert (cni.source, cni.enforces) == ("ticket 7", "optional")


def test_a_new_row_is_added_with_defaults() -> None:
    target = {"kind": "pods", "namespace": "dns", "labels": [{"app": "unbound"}], "ports": [1053]}
    facts = Facts({"dns_profiles": [{"id": "ours", "title": "Unbound", "targets": [target]}]})
    profile = facts.dns_profiles[-1]
    assert (profile.id, profile.source, profile.verified) == ("ours", "your configuration", True)
    assert profile.targets[0].labels == ({"app": "unbound"},)
    assert profile.targets[0].ports == (1053,)
    assert profile.fix_targets == profile.targets


def test_a_row_is_removed() -> None:
    facts = Facts({"exempt_namespaces": [{"id": "kube", "remove": True}]})
    assert set(FACTS.exempt_namespaces) - set(facts.exempt_namespaces) == {"kube-*"}


def test_rows_apply_in_order() -> None:
    rows: list[dict[str, object]] = [
        {"id": "mine", "pattern": "infra-*"},
        {"id": "mine", "pattern": "ops-*"},
        {"id": "kube", "remove": True},
    ]
    patterns = Facts({"exempt_namespaces": rows}).exempt_namespaces
    assert "ops-*" in patterns
    assert "infra-*" not in patterns


def test_changing_twice_credits_the_configuration_once() -> None:
    rows: list[dict[str, object]] = [{"id": "calico", "note": "a"}, {"id": "calico", "title": "b"}]
    calico, before = Facts({"cnis": rows}).cni("calico"), FACTS.cni("calico")
    assert calico
    assert before
    assert (calico.note, calico.title) == ("a", "b")
    assert calico.source == f"your configuration, over: {before.source}"


def test_node_local_addresses_become_special() -> None:
    row = {"id": "ours", "address": "fd00:1::a", "kind": "nodelocal", "distribution": "ours"}
    found = Facts({"dns_addresses": [row]}).special_addresses[-1]
    assert (found.cidr, found.kind, found.needed) == ("fd00:1::a/128", "dns", True)


BAD: list[tuple[str, Any, str]] = [
    ("nonsense", [], "facts.nonsense: unknown table; there are api_server_addresses, "),
    ("cnis", {"id": "x"}, "facts.cnis: must be a list of rows"),
    ("cnis", "calico", "facts.cnis: must be a list of rows"),
    ("cnis", ["calico"], "facts.cnis, row 1: must be a mapping of columns"),
    ("cnis", [{"title": "x"}], "facts.cnis, row 1, column 'id': every row needs an id"),
    (
        "cnis",
        [{"id": "a", "title": "x"}, {"id": ""}],
        "facts.cnis, row 2, column 'id': every row needs an id",
    ),
    (
        "cnis",
        [{"id": "calico", "titel": "x"}],
        "facts.cnis, row 'calico', column 'titel': unknown column; there are id, source, ",
    ),
    (
        "cnis",
        [{"id": "calico", "enforces": "maybe"}],
        "facts.cnis, row 'calico', column 'enforces': must be one of yes, no, optional",
    ),
    ("cnis", [{"id": "x", "title": 1}], "facts.cnis, row 'x', column 'title': must be text"),
    (
        "cnis",
        [{"id": "calico", "ip_block_pods": "no"}],
        "facts.cnis, row 'calico', column 'ip_block_pods': must be true or false",
    ),
    (
        "cnis",
        [{"id": "calico", "source": ""}],
        "facts.cnis, row 'calico', column 'source': must be text that is not empty",
    ),
    (
        "operators",
        [{"id": "eck", "port": 65536}],
        "facts.operators, row 'eck', column 'port': must be a port number from 1 to 65535, or 0",
    ),
    (
        "operators",
        [{"id": "eck", "port": True}],
        "facts.operators, row 'eck', column 'port': must be a number",
    ),
    (
        "operators",
        [{"id": "eck", "labels": {"app": "eck"}}],
        "facts.operators, row 'eck', column 'labels': must be a list",
    ),
    (
        "operators",
        [{"id": "eck", "labels": [{"app": "eck"}, {"app": 1}]}],
        "facts.operators, row 'eck', column 'labels': item 2 must be a mapping of texts to texts",
    ),
    (
        "cluster_ranges",
        [{"id": "lan", "distribution": "x", "kind": "pod", "cidr": "10.0.0.0"}],
        "facts.cluster_ranges, row 'lan', column 'cidr': must be a CIDR such as 10.244.0.0/16",
    ),
    (
        "dns_profiles",
        [{"id": "coredns", "targets": [{"kind": "pods", "ports": [53, 0]}]}],
        "facts.dns_profiles, row 'coredns', column 'targets': item 1 has a problem in 'ports': ",
    ),
    (
        "dns_profiles",
        [{"id": "coredns", "targets": [{"namespace": "dns"}]}],
        "facts.dns_profiles, row 'coredns', column 'targets': item 1 lacks 'kind'",
    ),
    (
        "dns_profiles",
        [{"id": "coredns", "targets": [{"kind": "pods", "label": []}]}],
        "facts.dns_profiles, row 'coredns', column 'targets': item 1 has a problem in 'label': ",
    ),
    (
        "cnis",
        [{"id": "calico", "remove": False}],
        "facts.cnis, row 'calico', column 'remove': must be true",
    ),
    (
        "cnis",
        [{"id": "calico", "remove": True, "title": "x"}],
        "facts.cnis, row 'calico', column 'remove': a removed row has no other columns",
    ),
]

BAD_TOGETHER: list[tuple[str, Any, str]] = [
    (
        "cnis",
        [{"id": "ours", "note": "x"}],
        "facts.cnis, row 'ours', column 'title': a new row needs this column",
    ),
    (
        "cnis",
        [{"id": "callico", "remove": True}],
        "facts.cnis, row 'callico', column 'id': there is no such row to remove",
    ),
    (
        "cluster_ranges",
        [{"id": "k3s-pods", "cidr": "10.42.0.1/16"}],
        "facts.cluster_ranges, row 'k3s-pods', column 'cidr': must be a CIDR such as 10.244.0.0/16",
    ),
    (
        "dns_addresses",
        [{"id": "gke", "address": "dns.example"}],
        "facts.dns_addresses, row 'gke', column 'address': must be an IP address",
    ),
]
"""Mistakes that a JSON Schema can't see: they depend on the shipped rows or on arithmetic."""


@pytest.mark.parametrize(("table", "rows", "message"), BAD + BAD_TOGETHER)
def test_bad_rows_are_refused_at_once(table: str, rows: Any, message: str) -> None:
    with pytest.raises(FactsError) as error:
        Facts({table: rows})
    assert str(error.value).startswith(message)


def test_an_error_knows_its_place() -> None:
    rows: list[dict[str, object]] = [{"id": "calico"}, {"id": "cilium", "enforces": 1}]
    with pytest.raises(FactsError) as caught:
        Facts({"cnis": rows})
    error = caught.value
    assert (error.table, error.index, error.row_id) == ("cnis", 1, "cilium")
    assert (error.column, error.problem) == ("enforces", "must be one of yes, no, optional")


# The schema


SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_the_schema_accepts_what_ships() -> None:
    VALIDATOR.validate({table: shipped(table) for table in TABLES})


@pytest.mark.parametrize(
    "row", [{"id": "calico", "title": "x"}, {"id": "calico", "remove": True}, {"id": "calico"}]
)
def test_the_schema_and_the_loader_accept(row: dict[str, object]) -> None:
    VALIDATOR.validate({"cnis": [row]})
    Facts({"cnis": [row]})


@pytest.mark.parametrize(("table", "rows", "message"), BAD)
def test_the_schema_refuses(table: str, rows: Any, message: str) -> None:
    assert not VALIDATOR.is_valid({table: rows})


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table: str) -> None:
    assert list(descriptions(row_type(table))) == list(columns(row_type(table)))


# Start-up


def test_nothing_is_loaded_before_it_is_needed() -> None:
    code = """
import sys
from netlint_rules.facts import Facts
facts = Facts()
idle = {"json", "ipaddress", "jsonschema", "netlint_rules.facts.dns"} & set(sys.modules)
facts.dns_profiles
eager = {"ipaddress", "netlint_rules.facts.webhooks", "netlint_rules.facts.clusters"}
print(sorted(idle), sorted(eager & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(netlint_rules.__file__).parents[1])},
    )
    assert result.stdout == "[] []\n"


def test_tables_are_loaded_once() -> None:
    assert FACTS.operators is FACTS.operators
    assert Facts().operators is FACTS.operators


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Fact'"):
        netlint_rules.facts.Fact  # type: ignore[attr-defined]  # noqa: B018
