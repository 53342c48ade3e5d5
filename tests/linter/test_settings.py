"""The configuration file: where it is found, what it means, and how its mistakes are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_linter.commands.config import as_body
from netlint_linter.configfile import toml_place
from netlint_linter.errors import ConfigError, UsageError
from netlint_linter.settings import BundleSpec, PerPath, Settings, load
from netlint_rules.config import ClusterFacts, ExternalWorkload
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


def complaints(folder: Path, text: str, name: str = "netlint.yaml") -> list[str]:
    """The complaints about a configuration, without the path of its folder."""
    with pytest.raises(ConfigError) as caught:
        configured(folder, text, name)
    return [line[line.index(name) :] for line in caught.value.lines()]


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


def test_keys_for_the_run(tmp_path: Path) -> None:
    settings = configured(tmp_path, FULL)
    assert settings.bundles == (BundleSpec("staging", ("overlays/staging/**",), {"cni": "calico"}),)
    severities = {"NP403": Severity.WARNING}
    assert settings.per_path == (PerPath(("examples/**",), ("NP401", "NP201"), severities),)
    assert settings.exclude == ("vendor/",)
    assert settings.namespace == "shop"
    assert settings.format == "concise"
    assert settings.fail_on is None
    assert settings.root == tmp_path
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("strict: true\nselct: [NP1]", "2:1: unknown key selct (did you mean select?)"),
        ("select: NP1", "1:1: select must be a list, not the text 'NP1': write [NP1]"),
        ("strict: yes please", "1:1: strict must be true or false, not the text 'yes please'"),
        ("ignore:\n  - NP999", "2:5: unknown rule NP999 (see netlint rules)"),
        (
            "ignore:\n- default-deny-partal",
            "2:3: unknown rule default-deny-partal (did you mean default-deny-partial?)",
        ),
        ("severity:\n  NP999: error", "2:3: unknown rule NP999 (see netlint rules)"),
        (
            "severity:\n  NP401: eror",
            "2:3: severity.NP401 must be error, warning, info or off, not eror (did you mean",
        ),
        (
            "cluster:\n  cluster-cidrs:\n  - 10.0.0.5/8",
            "3:5: 10.0.0.5/8 has bits set behind its prefix (did you mean 10.0.0.0/8?)",
        ),
        (
            "cluster: {service-cidrs: [nonsense]}",
            "1:27: 'nonsense' is not a CIDR such as 10.244.0.0/16",
        ),
        (
            "cluster: {api-server: [10.0.0]}",
            "1:24: '10.0.0' is neither an IP address nor a CIDR",
        ),
        ("cluster:\n  cni: calcio", "2:3: unknown network plugin calcio (did you mean calico?)"),
        (
            "bundles:\n- name: a\n  paths: [a]\n  cluster:\n    dns-profile: corends",
            "5:5: unknown DNS profile corends (did you mean coredns?)",
        ),
        (
            "cluster:\n  kube-version: 1.30",
            "2:3: cluster.kube-version must be text, not the number 1.3: put it in quotes",
        ),
        (
            'cluster:\n  kube-version: "2"',
            "2:3: '2' is not a Kubernetes version such as 1.31",
        ),
        (
            "options:\n  default-deny.exemt: []",
            "2:3: unknown key default-deny.exemt (did you mean default-deny.exempt?)",
        ),
        (
            "options:\n  default-deny.exempt: sandbox",
            "2:3: options.default-deny.exempt must be a list, not the text 'sandbox': write [",
        ),
        ("bundles:\n- paths: [a]", "2:3: bundles[0] needs name"),
        ("facts: {nonsense: []}", "1:9: unknown key nonsense"),
        (
            "facts:\n  exempt_namespaces:\n  - {id: a}",
            "3:5: facts.exempt_namespaces, row 'a', column 'pattern': a new row needs this column",
        ),
        (
            "format: jsno",
            "1:1: format must be text, concise, json, sarif, github, gitlab or junit,",
        ),
        ("strict: true\nstrict: false", "2:1: strict is set twice"),
        ("- a", "1:1: the configuration must be a mapping, not a list"),
        ("a: [", "1:5: "),
    ],
)
def test_mistakes_are_reported_with_their_place(tmp_path: Path, text: str, expected: str) -> None:
    (line,) = complaints(tmp_path, text)
    assert line.startswith(f"netlint.yaml:{expected}")


def test_every_mistake_is_reported(tmp_path: Path) -> None:
    lines = complaints(tmp_path, "strict: 1\nfoo: 2\nignore: [NP999]\n")
    assert [line.split(":")[1] for line in lines] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.netlint]\nselct = []", "2:1: unknown key selct (did you mean select?)"),
        (
            "[tool.netlint.cluster]\n  cni = 'calcio'",
            "2:3: unknown network plugin calcio (did you mean calico?)",
        ),
        ("[tool.netlint\n", "1:14: "),
    ],
)
def test_mistakes_in_toml(tmp_path: Path, text: str, expected: str) -> None:
    (line,) = complaints(tmp_path, text, "pyproject.toml")
    assert line.startswith(f"pyproject.toml:{expected}")


def test_places_in_toml() -> None:
    text = (
        '[tool.netlint]\nselect = [\n "NP1"]\ncluster.cni = "x"\n'
        '[[tool.netlint.per-path]]\npaths = ["a"]\n[[tool.netlint.per-path]]\npaths = ["b"]\n'
        "[tool.netlint.options]\n'default-deny.exempt' = 1\n"
    )
    at = [
        toml_place(text, ("tool", "netlint", *steps))[0]
        for steps in (
            ("select", 0),
            ("cluster", "cni"),
            ("per-path", 0, "paths"),
            ("per-path", 1, "paths", 0),
            ("options", "default-deny.exempt"),
            ("absent",),
        )
    ]
    assert at == [2, 4, 6, 8, 10, 1]
