"""netlint.yaml and the webhook's configuration: what both have means and reads the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from netlint_linter.errors import ConfigError
from netlint_linter.schema import schema as linter_schema
from netlint_linter.settings import load
from netlint_webhook.configuration import read
from netlint_webhook.schema import schema as webhook_schema
from netlint_webhook.settings import ConfigurationError

SHARED = {
    "preset",
    "severity",
    "min-severity",
    "min-confidence",
    "strict",
    "options",
    "cluster",
    "external-workloads",
    "facts",
}
VALUES = """\
severity: {NP401: error, dns-missing: info}
min-severity: info
min-confidence: low
strict: true
options: {default-deny.exempt: [sandbox], default-deny.egress: off}
cluster:
  cluster-cidrs: [10.244.0.0/16]
  api-server: [10.0.0.1]
  cni: cilium
  dns-profile: nodelocal
  kube-version: "1.31"
external-workloads:
- {namespace: shop, labels: {app: legacy}, ports: [{port: 53, protocol: UDP}]}
facts:
  exempt_namespaces: [{id: sandbox, pattern: sandbox-*}]
"""
MISTAKES = [
    "strit: true",
    "strict: yes please",
    "strict: true\nstrict: false",
    "severity:\n  NP999: error",
    "severity:\n  dns-mising: error",
    "min-severity: eror",
    "min-confidence: off",
    "options:\n  default-deny.exemt: []",
    "options:\n  default-deny.exempt: sandbox",
    "cluster:\n  cluster-cidrs:\n  - 10.0.0.5/8",
    "cluster: {api-server: [10.0.0]}",
    "cluster:\n  cni: calcio",
    "cluster:\n  dns-profile: corends",
    "cluster:\n  platform: ''",
    "cluster:\n  kube-version: 1.30",
    "external-workloads:\n- labels: {a: b}",
    "external-workloads:\n- {namespace: a, labels: {a: b}, ports: [{port: 70000}]}",
    "facts: {nonsense: []}",
    "facts:\n  exempt_namespaces:\n  - {id: a}",
    "- a",
    "a: [",
]


def by_linter(folder: Path, text: str) -> list[str]:
    (folder / "netlint.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(folder, None)
    return [line[line.index("netlint.yaml") :] for line in caught.value.lines()]


def by_webhook(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(text.encode(), "netlint.yaml")
    return str(caught.value).splitlines()


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_has_the_same_words_and_place(text: str, tmp_path: Path) -> None:
    assert by_webhook(text) == by_linter(tmp_path, text) != []


def test_shared_keys_mean_the_same(tmp_path: Path) -> None:
    (tmp_path / "netlint.yaml").write_text(VALUES)
    config = load(tmp_path, None).config
    ours = read(VALUES.encode(), "netlint.yaml").config
    assert replace(config, view=ours.view) == ours, "but for what the view is called"
    assert config.cluster.cni == "cilium"
    assert config.external_workloads[0].ports == (("", "UDP", 53),)


def test_shared_keys_have_one_schema() -> None:
    linter, webhook = linter_schema()["properties"], webhook_schema()["properties"]
    assert linter.keys() & webhook.keys() == SHARED
    # The webhook has modes to switch rules off, and presets of them.
    for key in SHARED - {"severity", "preset"}:
        assert _bare(linter[key]) == _bare(webhook[key]), key


def _bare(schema: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in schema.items() if key != "description"}
