"""Rendering with the user's own kustomize and helm."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from netlint_linter.render import RenderError, chart_sources, helm, kustomize, shortened
from netlint_rules.source.reader import read
from tests.integration.tools.build import MissingError, find

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, labels: {from: net}}
spec: {podSelector: {}}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: written}
spec: {selector: {matchLabels: {app: web}}}
"""


@pytest.fixture
def kubectl(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH with the kubectl of this environment first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    if not shutil.which("kubectl") and not shutil.which("kustomize"):
        pytest.skip("no kubectl to render with")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in {
        "base/kustomization.yaml": "resources: [web.yaml, net]\nnamePrefix: a-",
        "base/web.yaml": DEPLOYMENT,
        "base/net/kustomization.yml": "resources: [deny.yaml]",
        "base/net/deny.yaml": POLICY,
        "prod/kustomization.yaml": (
            "resources: [../base]\nnamespace: shop\nnameSuffix: -b\npatches: [{path: ops.yaml,"
            " target: {kind: Deployment}}]\nconfigMapGenerator: [{name: c, literals: [a=b]}]"
        ),
        "prod/ops.yaml": "- {op: add, path: /spec/replicas, value: 3}",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("kubectl", "project")
@pytest.mark.parametrize("directory", ["prod", "./prod/", "base/../prod"])
def test_kustomize_names_the_source_of_what_it_renders(directory: str) -> None:
    rendered = kustomize(directory)
    documents = read(rendered.text, rendered.label, rendered_from=rendered.label).documents
    assert rendered.label == "prod"
    assert {document.kind for document in documents} == {"ConfigMap", "Deployment", "NetworkPolicy"}
    assert [
        rendered.sources.get((document.kind, document.namespace, document.name))
        for document in documents
        if document.kind != "ConfigMap"
    ] == ["base/web.yaml", "base/net/deny.yaml"]


@pytest.mark.usefixtures("kubectl")
def test_kustomize_outside_of_the_working_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "base")
    sources = kustomize("../prod").sources
    assert sources["NetworkPolicy", "shop", "a-deny-b"] == "../base/net/deny.yaml"
    absolute = str(project / "prod")
    sources = kustomize(absolute).sources
    assert sources["NetworkPolicy", "shop", "a-deny-b"] == f"{project}/base/net/deny.yaml"


@pytest.mark.usefixtures("kubectl", "project")
def test_options_reach_the_program() -> None:
    with pytest.raises(RenderError, match="unknown flag: --nonsense"):
        kustomize("prod", ["--nonsense"])


@pytest.mark.usefixtures("kubectl")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "unable to find one of .*; to lint plain manifests: netlint x"),
        ("resources: [gone.yaml]", r"gone\.yaml: no such file or directory"),
        ("resources: [../outside.yaml]", r"; to allow that: add --load-restrictor"),
        ("helmCharts: [{name: x, repo: 'https://x.invalid'}]", "; .* add --enable-helm$"),
        ("a: [", "invalid Kustomization: yaml: line 1"),
    ],
)
def test_a_failing_kustomize(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outside.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "x").mkdir()
    if text is not None:
        (tmp_path / "x/kustomization.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RenderError, match=message) as caught:
        kustomize("x")
    assert str(caught.value).startswith(("kubectl can't render x: ", "kustomize can't render x: "))
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match=r"can't render x: neither kustomize nor kubectl is on"):
        kustomize("x")
    with pytest.raises(RenderError, match=r"can't render x: helm isn't on the PATH; install it"):
        helm("x")


def test_a_program_that_can_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "helm").write_bytes(b"\x7fELF nonsense")
    (tmp_path / "helm").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match=r"can't run .*helm: "):
        helm("x")


def test_helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        folder = find("helm").parent
    except MissingError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.chdir(tmp_path)
    templates = tmp_path / "chart/templates"
    templates.mkdir(parents=True)
    (tmp_path / "chart/Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    (templates / "net.yaml").write_text(POLICY.replace("deny", "{{ .Values.name }}"))
    rendered = helm("chart", ["--set", "name=given"])
    assert rendered.sources == {("NetworkPolicy", "", "given"): "chart/templates/net.yaml"}
    with pytest.raises(RenderError, match="helm can't render gone: "):
        helm("gone")


HELM_OUTPUT = b"""\
---
# Source: shop/templates/net.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
spec: {podSelector: {}}
---
# Source: shop/charts/db/templates/all.yaml
# a comment of the template
apiVersion: v1
kind: Service
metadata:
  name: db
  namespace: data
---
# Source: shop/charts/db/templates/all.yaml
apiVersion: v1
kind: Service
metadata: {name: db-ro, namespace: data}
---
# Source: shop/templates/gone.yaml
apiVersion: v1
kind: Namespace
metadata: {name: data}
"""


def test_helm_names_its_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my/templates/net.yaml", "my/charts/db/templates/all.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    assert chart_sources(HELM_OUTPUT, "./my/") == {
        ("NetworkPolicy", "", "deny"): "my/templates/net.yaml",
        ("Service", "data", "db"): "my/charts/db/templates/all.yaml",
        ("Service", "data", "db-ro"): "my/charts/db/templates/all.yaml",
        ("Namespace", "", "data"): "shop/templates/gone.yaml",
    }
    remote = chart_sources(HELM_OUTPUT, "oci://example.com/shop")
    assert remote["NetworkPolicy", "", "deny"] == "shop/templates/net.yaml"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Error: no such chart\n", "no such chart"),
        ('E0101 1:2:3.4   99 run.go:72] "command failed" err="a \\"b\\" c"', 'a "b" c'),
        ('E0101 1:2:3.4   99 run.go:72] "command failed" err=<\n\tone\n\ttwo\n >\n', "one two"),
        ("# Warning: 'commonLabels' is deprecated\nError: real\n", "real"),
        ("", "it doesn't say why"),
        ("word " * 200, ("word " * 80).strip() + " …"),
    ],
)
def test_messages_are_shortened(message: str, expected: str) -> None:
    assert shortened(message) == expected
