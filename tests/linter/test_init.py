"""`netlint init`: what it proposes is what netlint itself finds nothing in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from netlint_rules.facts import Facts
from tests.conftest import ROOT, RunNetlint

APP = (ROOT / "docs" / "examples" / "bad" / "webhook-port" / "app.yaml").read_text()
ROUTE = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
"""
OPENINGS = ["allow-order-operator-webhook", "allow-ingress-to-web"]


def names(text: str) -> list[str]:
    return [f"{each['metadata']['name']}" for each in yaml.safe_load_all(text)]


def complaints(run: RunNetlint, *flags: str) -> list[str]:
    result = run("--complete", "--pedantic", "--strict", "--format", "json", *flags)
    return [f"{each['code']} {each['message']}" for each in json.loads(result.stdout)["findings"]]


@pytest.mark.parametrize("profile", ["", *(each.id for each in Facts().dns_profiles)])
@pytest.mark.parametrize("flag", [(), ("--allow-same-namespace",)])
def test_nothing_is_wrong_with_it(
    profile: str, flag: tuple[str, ...], tmp_path: Path, run_netlint: RunNetlint
) -> None:
    known = ("--dns-profile", profile) if profile else ()
    result = run_netlint("init", "shop", *known, *flag)
    assert (result.returncode, result.stderr) == (0, "")
    expected = ["default-deny", "allow-dns", *(["allow-same-namespace"] if flag else [])]
    assert names(result.stdout) == expected
    (tmp_path / "shop.yaml").write_text(result.stdout)
    assert complaints(run_netlint, *known) == []


def test_what_the_manifests_show_is_let_in(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "all.yaml").write_text(f"{APP}{ROUTE}")
    result = run_netlint("init", "shop", "-m", "app")
    assert (result.returncode, result.stderr) == (0, "")
    assert names(result.stdout)[2:] == OPENINGS
    (tmp_path / "app" / "policies.yaml").write_text(result.stdout)
    loud = run_netlint("--complete-namespace", "shop", "--strict", "app")
    assert loud.returncode == 0, loud.stdout


def test_each_namespace_gets_a_file(tmp_path: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint("init", "shop", "team-a", "-o", "policies")
    assert (result.returncode, result.stdout) == (0, "")
    for name in ("shop", "team-a"):
        bodies = list(yaml.safe_load_all((tmp_path / "policies" / f"{name}.yaml").read_text()))
        assert {body["metadata"]["namespace"] for body in bodies} == {name}
    assert complaints(run_netlint) == []
    before = (tmp_path / "policies" / "shop.yaml").read_text()
    again = run_netlint("init", "new", "shop", "-o", "policies")
    assert again.returncode == 2
    assert "policies/shop.yaml is there already" in again.stderr
    assert (tmp_path / "policies" / "shop.yaml").read_text() == before
    assert not (tmp_path / "policies" / "new.yaml").exists()


def test_printed_namespaces_are_one_text(run_netlint: RunNetlint) -> None:
    text = run_netlint("init", "one", "two").stdout
    assert names(text) == ["default-deny", "allow-dns"] * 2
    assert text.startswith("# Every pod of one is closed in both directions")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Shop",), "Shop is no name of a namespace"),
        ((), "required: NAMESPACE"),
        (("shop", "-m", "missing"), "no such file"),
        (("shop", "--dns-profile", "nonsense"), "--dns-profile"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], words: str, run_netlint: RunNetlint) -> None:
    result = run_netlint("init", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


@pytest.mark.parametrize(
    ("namespace", "flags"),
    [("kube-system", ()), ("openshift-dns", ()), ("openshift-dns", ("--dns-profile=openshift",))],
)
def test_the_dns_servers_are_never_cut_off(
    namespace: str, flags: tuple[str, ...], run_netlint: RunNetlint
) -> None:
    result = run_netlint("init", "shop", namespace, *flags)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{namespace} is where the cluster's DNS servers run" in result.stderr
    assert run_netlint("init", "kube-system", "--dns-profile=openshift").returncode == 0
