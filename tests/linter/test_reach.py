"""`netlint reach`: the real command, and its JSON against the published schema."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunNetlint
from tests.linter.contracts import as_promised
from tests.linter.shops import OPEN, environments, overlays, variants, write
from tests.rules.questions.shop import CLOSED, TOWN, pod


def connections(run: RunNetlint, *arguments: str | Path) -> list[dict[str, Any]]:
    result = run("reach", "--format", "json", *arguments)
    assert result.returncode == 0, result.stderr
    found: list[dict[str, Any]] = as_promised("reach", result.stdout)["connections"]
    return found


def name(end: dict[str, str]) -> str:
    return end.get("cidr") or f"{end['namespace']}/{end['kind']}/{end['name']}"


def pairs(found: list[dict[str, Any]]) -> dict[tuple[str, str], list[tuple[str, int, int]]]:
    """The ports of each pair; every pair stands there once."""
    result = {
        (name(each["source"]), name(each["destination"])): [
            (ports["protocol"], ports["from"], ports["to"]) for ports in each["ports"]
        ]
        for each in found
    }
    assert len(result) == len(found)
    return result


def test_json_is_the_contract(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    found = pairs(connections(run_netlint))
    db = "shop/StatefulSet/db"
    everything = [("TCP", 1, 65535), ("UDP", 1, 65535), ("SCTP", 1, 65535)]
    assert found["shop/Deployment/api", db] == [("TCP", 5432, 5432)]
    assert ("shop/Deployment/web", db) not in found
    assert found["shop/Deployment/web", "bank/Deployment/vault"] == everything
    assert found["shop/Deployment/web", "0.0.0.0/0"] == everything
    assert {source for source, target in found if target == db} >= {
        "shop/Deployment/api",
        "11.0.0.0/13",
    }
    assert not any(source == target for source, target in found)


def test_what_only_may_pass_is_apart(tmp_path: Path, run_netlint: RunNetlint) -> None:
    private = TOWN.replace("11.0.0.0/8, except: [11.9.0.0/16]", "10.0.0.0/8")
    write(tmp_path, {"shop.yaml": private})
    body = as_promised("reach", run_netlint("reach", "--format", "json").stdout)
    may = pairs(body["possible"])
    assert may["shop/Deployment/web", "shop/StatefulSet/db"] == [("TCP", 9187, 9187)]
    assert ("shop/Deployment/web", "shop/StatefulSet/db") not in pairs(body["connections"])
    text = run_netlint("reach", "shop/db").stdout
    assert "perhaps TCP 9187" in text


def test_a_replica_set_and_its_pods_are_their_deployment(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    owned = """\
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: api-5d
  namespace: bank
  ownerReferences: [{kind: Deployment, name: api, controller: true}]
spec: {selector: {}, template: {metadata: {labels: {app: api}}, spec: {containers: []}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: api-5d-x
  namespace: bank
  labels: {app: api}
  ownerReferences: [{kind: ReplicaSet, name: api-5d, controller: true}]
spec: {containers: []}
"""
    write(tmp_path, {"shop.yaml": TOWN + owned})
    names = {source for source, _ in pairs(connections(run_netlint))}
    assert {each for each in names if each.startswith("bank")} == {
        "bank/Deployment/api",
        "bank/Deployment/vault",
    }


def test_one_workload(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    result = run_netlint("reach", "shop/db", "shop.yaml")
    assert (result.returncode, result.stderr) == (0, "")
    assert "ingress isolated by default-deny (shop.yaml:" in result.stdout
    assert "egress isolated by no policy" in result.stdout
    incoming, outgoing = result.stdout.split("\nshop/db reaches:\n")
    assert [line.split()[:3] for line in incoming.splitlines() if "TCP 5432" in line] == [
        ["shop/api", "TCP", "5432"]
    ]
    assert "shop/web" not in incoming
    assert "bank/vault" in outgoing
    assert run_netlint("reach", "*/db").stdout == result.stdout
    only = pairs(connections(run_netlint, "shop/db"))
    assert all("shop/StatefulSet/db" in pair for pair in only)


def test_the_whole_map_groups_what_is_alike(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    text = run_netlint("reach").stdout
    assert text.startswith("5 workloads in 2 namespaces, 2 policies\n")
    assert "shop/api (ingress isolated)\n  to   any address and every pod of bank" in text
    assert "bank/vault (not isolated)\n  from any address" in text


def test_csv_has_a_line_for_each_range(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    rows = list(csv.DictReader(run_netlint("reach", "--format", "csv").stdout.splitlines()))
    wanted = {"source_name": "api", "source_namespace": "shop", "destination_name": "db"}
    (row,) = [row for row in rows if wanted.items() <= row.items()]
    assert [row[key] for key in ("protocol", "from", "to", "certain")] == [
        "TCP",
        "5432",
        "5432",
        "yes",
    ]


def reaches(run: RunNetlint, *arguments: str | Path) -> set[tuple[str, str]]:
    """Which workloads reach which, by name."""
    found = connections(run, *arguments)
    both = [each for each in found if "name" in each["source"] and "name" in each["destination"]]
    return {(each["source"]["name"], each["destination"]["name"]) for each in both}


def test_bundles_are_alternatives(tmp_path: Path, run_netlint: RunNetlint) -> None:
    environments(tmp_path)
    result = run_netlint("reach", "--format", "json")
    assert result.stderr == (
        "netlint: this is bundle staging; others are prod (--bundle NAME)\n"
    ), "the bundle with most in it"
    assert ("web", "db") in reaches(run_netlint)
    assert ("web", "db") not in reaches(run_netlint, "--bundle", "prod")
    several = run_netlint("reach", "--bundle", "*")
    assert several.returncode == 2
    assert "--bundle * means several here: prod, staging" in several.stderr


def test_overlays_and_variants(tmp_path: Path, run_netlint: RunNetlint) -> None:
    overlays(tmp_path / "o")
    assert ("web", "db") in reaches(run_netlint, "o", "--bundle", "o/overlays/open")
    assert ("web", "db") not in reaches(run_netlint, "o", "--bundle", "o/overlays/closed")
    variants(tmp_path / "v")
    assert ("web", "db") in reaches(run_netlint, "v/install.yaml")
    assert ("web", "db") not in reaches(run_netlint, "v/install-closed.yaml")


def test_output_goes_to_a_file(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    result = run_netlint("reach", "--format", "json", "-o", "map.json")
    assert (result.returncode, result.stdout) == (0, "")
    assert json.loads((tmp_path / "map.json").read_text())["version"] == 1
    assert run_netlint("reach", "-o", "none/map.json").returncode == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("shop/dbb",), "no workload shop/dbb in the files given (did you mean shop/db?)"),
        (("internet",), "internet is no workload in view"),
        (("none/",), "no such file: none/"),
        (("--format", "jsno"), "did you mean json"),
    ],
)
def test_wrong_use(
    words: tuple[str, ...], message: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    result = run_netlint("reach", *words)
    assert result.returncode == 2
    assert message in result.stderr


def test_policies_alone_have_no_map(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"policies.yaml": OPEN})
    result = run_netlint("reach", "--format", "json")
    assert json.loads(result.stdout) == {"version": 1, "connections": []}
    assert "no workloads in view: nothing to list" in result.stderr
    write(tmp_path, {"policies.yaml": CLOSED})
    for_people = run_netlint("reach")
    assert "no workloads in view: these are the pods that policies speak of" in for_people.stderr
    assert "shop/app=api (ingress isolated)\n  to" in for_people.stdout


def test_workloads_with_one_name_are_told_apart(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"all.yaml": pod("a") + pod("a", kind="StatefulSet") + pod("b")})
    text = run_netlint("reach").stdout
    assert "shop/Deployment/a" in text and "shop/StatefulSet/a" in text and "shop/b" in text


@pytest.mark.parametrize(
    ("fmt", "start"),
    [("svg", "<svg"), ("html", "<!doctype html>"), ("mermaid", "flowchart"), ("dot", "digraph")],
)
def test_pictures(fmt: str, start: str, tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": TOWN})
    text = run_netlint("reach", "--format", fmt).stdout
    assert text.lower().startswith(start)
    assert "vault" in text
    one = run_netlint("reach", "shop/db", "--format", fmt)
    assert one.returncode == 2
    assert f"{fmt} draws the whole map: leave out shop/db" in one.stderr


@pytest.mark.parametrize("colour", ["always", "never"])
def test_names_can_not_move_the_cursor_nor_begin_a_line(
    colour: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    hostile = pod("web").replace("name: web", r'name: "x\e[2J\nyes: \e]0;t\a"', 1)
    write(tmp_path, {"shop.yaml": pod("db") + hostile})
    for words in (("reach",), ("reach", "shop/db"), ("can", "shop/db", "any", "80")):
        text = run_netlint(*words, "--color", colour).stdout
        assert "x␛[2J␊yes: ␛]0;t␇" in text
        assert not any(piece in text for piece in ("\x1b[2J", "\x1b]", "\a", "J\n"))


def test_a_workload_tells_the_bundle(tmp_path: Path, run_netlint: RunNetlint) -> None:
    overlays(tmp_path)
    for namespace in ("shut", "free"):
        result = run_netlint("reach", f"{namespace}/db")
        assert (result.returncode, result.stderr) == (0, "")
        assert f" {namespace}/db" in result.stdout.splitlines()[0]
    both = run_netlint("reach", "db")
    assert both.returncode == 0
    assert "others are overlays/closed" in both.stderr


def test_one_other_pod_has_its_name(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"shop.yaml": pod("api") + pod("web")})
    text = run_netlint("reach").stdout
    assert "any address and shop/web" in text
    assert "every other pod" not in text
