"""`netlint suggest`: what it prints lets the wiring through, nothing else, and lints clean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.conftest import RunNetlint
from tests.linter.shops import PODS, overlays, write
from tests.rules.questions.shop import CLOSED, pod

WIRED = PODS.replace(
    "containers: [{name: a, image: a, ports: [{name: main, containerPort: 8080}]}]",
    'containers: [{name: a, env: [{name: DB_URL, value: "sql://db:80/x"}]}]',
    1,
)
ROUTE = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


def names(text: str) -> list[str]:
    return [body["metadata"]["name"] for body in yaml.safe_load_all(text)]


def complaints(run: RunNetlint, *flags: str) -> list[str]:
    result = run("--complete", "--strict", "--format", "json", *flags)
    found = json.loads(result.stdout)["findings"]
    return [f"{each['code']} {each['file']} {each['message']}" for each in found]


def reached(run: RunNetlint, *flags: str) -> list[tuple[str, str, int]]:
    """Source, destination and port of every connection between workloads."""
    body = json.loads(run("reach", "--format", "json", *flags).stdout)
    return [
        (each["source"]["name"], each["destination"]["name"], ports["from"])
        for each in body["connections"]
        for ports in each["ports"]
        if "name" in each["source"] and "name" in each["destination"]
    ]


def test_the_wiring_passes_and_nothing_else(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"app.yaml": WIRED})
    result = run_netlint("suggest")
    assert (result.returncode, result.stderr) == (0, "")
    assert names(result.stdout) == ["default-deny", "allow-dns", "allow-api", "allow-db"]
    assert "#   to db, TCP 5432: DB_URL, app.yaml:9\n" in result.stdout
    write(tmp_path, {"policies.yaml": result.stdout})
    assert complaints(run_netlint) == []
    assert reached(run_netlint) == [("api", "db", 5432)]


def test_policies_that_are_there_do_not_count(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"app.yaml": WIRED})
    before = run_netlint("suggest").stdout
    write(tmp_path, {"old.yaml": CLOSED})
    assert run_netlint("suggest").stdout == before


def test_callers_from_outside_are_let_in(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"app.yaml": WIRED + ROUTE})
    result = run_netlint("suggest")
    assert names(result.stdout)[-1] == "allow-ingress-to-web"
    write(tmp_path, {"policies.yaml": result.stdout})
    assert complaints(run_netlint) == []


def test_the_api_server_is_by_address_where_that_is_known(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    binding = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: api, namespace: shop}
subjects: [{kind: ServiceAccount, name: default}]
"""
    write(tmp_path, {"app.yaml": pod("api") + binding})
    anywhere = list(yaml.safe_load_all(run_netlint("suggest").stdout))[-1]["spec"]["egress"]
    ports = [{"protocol": "TCP", "port": 443}, {"protocol": "TCP", "port": 6443}]
    assert anywhere == [{"ports": ports}]
    known = list(yaml.safe_load_all(run_netlint("suggest", "--api-server", "10.9.8.7").stdout))
    assert known[-1]["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.9.8.7/32"}}]


def test_expectations_are_met_too(tmp_path: Path, run_netlint: RunNetlint) -> None:
    expected = "expect: [shop/web -> shop/db:5432 allow, shop/db -> 192.0.2.0/24:443 allow]\n"
    write(tmp_path, {"app.yaml": PODS, "netlint.yaml": expected})
    result = run_netlint("suggest")
    assert names(result.stdout)[2:] == ["allow-web", "allow-db"]
    assert "expected: shop/web -> shop/db:5432 allow" in result.stdout
    write(tmp_path, {"policies.yaml": result.stdout})
    assert complaints(run_netlint) == []
    assert reached(run_netlint) == [("web", "db", 5432)]


def test_what_must_not_pass_is_left_out(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"app.yaml": WIRED, "netlint.yaml": "expect: [shop/api -> shop/db deny]\n"})
    result = run_netlint("suggest")
    assert names(result.stdout) == ["default-deny", "allow-dns"]
    assert result.stderr == (
        "netlint: left out shop/api → shop/db on TCP 5432 (DB_URL, app.yaml:9):"
        " `shop/api -> shop/db deny`\n"
    )


def test_hosts_outside_are_told(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"app.yaml": WIRED.replace("sql://db:80/x", "https://api.example.com/v1")})
    result = run_netlint("suggest")
    assert result.stderr == (
        "netlint: api.example.com is no Service in view:"
        " shop/api can't reach it (DB_URL, app.yaml:9)\n"
    )


def test_each_namespace_gets_a_file(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"app.yaml": WIRED + pod("vault", "bank")})
    result = run_netlint("suggest", "-o", "policies")
    assert (result.returncode, result.stdout) == (0, "")
    assert {path.name for path in (tmp_path / "policies").iterdir()} == {"bank.yaml", "shop.yaml"}
    again = run_netlint("suggest", "-o", "policies")
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_a_namespace_that_nobody_gave_is_not_made_up(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    overlays(tmp_path)
    base = run_netlint("suggest", "base", "--isolated").stdout
    assert all("namespace" not in body["metadata"] for body in yaml.safe_load_all(base))
    overlay = run_netlint("suggest", "--bundle", "overlays/open").stdout
    assert {body["metadata"]["namespace"] for body in yaml.safe_load_all(overlay)} == {"free"}


def test_nothing_to_suggest_for(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"policies.yaml": CLOSED})
    result = run_netlint("suggest")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no pods in view" in result.stderr


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("GoogleCloudPlatform+microservices-demo/release/kubernetes-manifests.yaml", 16),
        ("prometheus-operator+kube-prometheus/manifests", 8),
    ],
)
def test_real_repositories(
    source: str, count: int, corpus: Path, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    """Clean under --strict, and every pair that the wiring needs passes."""
    original = corpus / source
    target = tmp_path / "app"
    if original.is_dir():
        shutil.copytree(original, target, ignore=shutil.ignore_patterns("*etworkPolicy*"))
    else:
        target.mkdir()
        shutil.copy(original, target)
    result = run_netlint("suggest", "app")
    assert result.returncode == 0, result.stderr
    write(tmp_path, {"app/policies.yaml": result.stdout})
    assert complaints(run_netlint, "app") == []
    pairs = {(source, target) for source, target, _ in reached(run_netlint, "app")}
    assert len(pairs) >= count


def test_names_that_no_cluster_takes_reach_no_path_and_no_text(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    hostile = pod("a", '"../out"')
    shouting = pod("b", r'"b\n--- {kind: x}"')
    write(tmp_path / "in", {"pods.yaml": PODS + hostile + shouting})
    result = run_netlint("suggest", "-o", "policies", cwd=tmp_path / "in")
    assert result.returncode == 0
    assert "left out '../out', which can't be a namespace" in result.stderr
    assert r"left out 'b\n--- {kind: x}'" in result.stderr
    written = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.yaml")]
    assert sorted(written) == ["in/pods.yaml", "in/policies/shop.yaml"]


def test_folders_of_one_name_have_a_file_each(tmp_path: Path, run_netlint: RunNetlint) -> None:
    alone = pod("api").replace(", namespace: shop", "")
    write(
        tmp_path, {"a/x/pod.yaml": alone, "b/x/pod.yaml": alone.replace("name: api", "name: web")}
    )
    write(tmp_path, {"pod.yaml": pod("db", "x")})
    assert run_netlint("suggest", "-o", "out").returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "x-2.yaml",
        "x-3.yaml",
        "x.yaml",
    ]
    assert "namespace: x" in (tmp_path / "out" / "x.yaml").read_text()


def test_pods_on_their_nodes_network_are_told(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(
        tmp_path, {"pods.yaml": WIRED.replace("containers:", "hostNetwork: true, containers:", 1)}
    )
    result = run_netlint("suggest")
    assert result.returncode == 0
    assert "open shop/db to the nodes' addresses for it (DB_URL, pods.yaml:" in result.stderr
