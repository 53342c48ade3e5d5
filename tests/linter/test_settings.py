"""The configuration file: where it is found, what it means, and how its mistakes are reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from netlint_linter.commands.config import as_body
from netlint_linter.errors import UsageError
from netlint_linter.schema import schema
from netlint_linter.settings import PerPath, Settings, load
from netlint_rules.bundle.model import BundleSpec
from netlint_rules.config import ClusterFacts, Config, ExternalWorkload
from netlint_rules.finding import Confidence, Severity

FULL = """\
select: [correctness, NP4]
extend-select: [or-split-peers]
ignore: [NP402]
severity:
  NP401: error
  default-deny-partial: off
min-severity: info
min-confidence: low
strict: true
complete-namespaces: [shop, "team-*"]
namespace: shop
cluster:
  cluster-cidrs: [10.244.0.0/16, "fd00:10:244::/56"]
  api-server: [10.0.0.1]
  cni: cilium
  kube-version: "1.31"
external-workloads:
- namespace: shop
  labels: {app: legacy}
  ports: [{name: http, port: 8080}]
exclude: [vendor/]
bundles:
- name: staging
  paths: [overlays/staging/**]
  cluster: {cni: calico}
per-path:
- paths: ["examples/**"]
  ignore: [NP401]
  severity: {NP403: warning, NP201: off}
options:
  default-deny.exempt: [sandbox]
  default-deny.egress: off
facts:
  exempt_namespaces: [{id: sandbox, pattern: sandbox-*}]
fail-on: never
format: concise
baseline: known.json
"""


def configured(folder: Path, text: str, name: str = "netlint.yaml") -> Settings:
    (folder / name).write_text(text)
    return load(folder, None)


def test_every_key_has_its_effect(tmp_path: Path) -> None:
    settings = configured(tmp_path, FULL)
    config, selection = settings.config, settings.config.selection
    assert selection.select == ("correctness", "NP4")
    assert selection.extend_select == ("or-split-peers",)
    assert selection.ignore == ("NP402", "default-deny-partial")
    assert selection.severities == {"NP401": Severity.ERROR}
    assert selection.min_severity is Severity.INFO
    assert selection.min_confidence is Confidence.LOW
    assert config.strict
    assert not config.view.complete
    assert config.view.covers("team-a")
    assert config.cluster == ClusterFacts(
        cluster_cidrs=("10.244.0.0/16", "fd00:10:244::/56"),
        api_server=("10.0.0.1",),
        cni="cilium",
        kube_version="1.31",
    )
    workload = ExternalWorkload("shop", {"app": "legacy"}, (("http", "TCP", 8080),))
    assert config.external_workloads == (workload,)
    assert config.options == {"default-deny.exempt": ["sandbox"], "default-deny.egress": "off"}
    assert config.facts == {"exempt_namespaces": [{"id": "sandbox", "pattern": "sandbox-*"}]}


def test_presets_come_before_the_other_keys(tmp_path: Path) -> None:
    assert configured(tmp_path, "preset: strict").config.strict
    pedantic = configured(tmp_path, "preset: pedantic\nmin-confidence: high").config
    assert not pedantic.strict
    assert pedantic.selection.min_severity is Severity.INFO
    assert pedantic.selection.min_confidence is Confidence.HIGH
    assert configured(tmp_path, "preset: default").config == Config()


def test_keys_for_the_run(tmp_path: Path) -> None:
    settings = configured(tmp_path, FULL)
    assert settings.bundles == (BundleSpec("staging", ("overlays/staging/**",), {"cni": "calico"}),)
    severities = {"NP403": Severity.WARNING}
    assert settings.per_path == (PerPath(("examples/**",), ("NP401", "NP201"), severities),)
    assert settings.exclude == ("vendor/",)
    assert settings.namespace == "shop"
    assert settings.format == "concise"
    assert settings.fail_on is None
    assert settings.root == str(tmp_path)
    assert Path(settings.baseline).resolve() == (tmp_path / "known.json").resolve()


def test_toml_means_the_same(tmp_path: Path) -> None:
    text = """
[project]
name = "shop"
[tool.netlint]
ignore = ["NP402"]
strict = true
[tool.netlint.cluster]
cni = "cilium"
[[tool.netlint.per-path]]
paths = ["examples/**"]
severity = {NP201 = "off"}
"""
    settings = configured(tmp_path, text, "pyproject.toml")
    assert settings.config.selection.ignore == ("NP402",)
    assert settings.config.strict
    assert settings.config.cluster.cni == "cilium"
    assert settings.per_path == (PerPath(("examples/**",), ("NP201",), {}),)


def test_effective_settings_are_a_configuration_with_the_same_meaning(tmp_path: Path) -> None:
    import yaml

    settings = configured(tmp_path, FULL)
    body = as_body(settings)
    again = configured(tmp_path, yaml.safe_dump(body))
    assert as_body(again) == body
    assert body["external-workloads"][0]["ports"] == [
        {"name": "http", "protocol": "TCP", "port": 8080}
    ]
    assert again.config == settings.config


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(tmp_path, None)
    assert settings == Settings()
    assert settings.config.selection.min_severity is Severity.WARNING


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    settings = configured(tmp_path, "# later\n")
    assert settings.config == Settings().config
    assert settings.file.endswith("netlint.yaml")


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "netlint.yaml").write_text("namespace: top")
    assert load(deep, None).namespace == "top"
    (tmp_path / "a" / ".netlint.yaml").write_text("namespace: middle")
    assert load(deep, None).namespace == "middle"
    (deep / "pyproject.toml").write_text("[tool.other]\nname = 'netlint'\n")
    assert load(deep, None).namespace == "middle"
    (deep / "pyproject.toml").write_text("[tool.netlint]\nnamespace = 'deep'\n")
    assert load(deep, None).namespace == "deep"
    assert load(deep, str(tmp_path / "netlint.yaml")).namespace == "top"


def test_the_working_directory_counts_where_the_files_have_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    (project / "netlint.yaml").write_text("namespace: shop")
    monkeypatch.chdir(project)
    assert load(elsewhere, None).namespace == "shop"


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"can't read the configuration .*No such file"):
        load(tmp_path, str(tmp_path / "absent.yaml"))


def undescribed(part: object, path: str = "") -> list[str]:
    """The keys of a schema that an editor could say nothing about."""
    if not isinstance(part, dict):
        return []
    keys = part.get("properties", {})
    found = [f"{path}.{key}" for key, value in keys.items() if "description" not in value]
    for key, value in (*keys.items(), ("[]", part.get("items"))):
        found += undescribed(value, f"{path}.{key}")
    return found


def test_the_published_schema_helps_editors() -> None:
    published = schema()
    Draft202012Validator.check_schema(published)
    facts = published["properties"].pop("facts")
    assert facts["description"]
    assert undescribed(published) == []
