"""What the user is told about mistakes in the configuration file."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_linter.configtext import toml_place
from netlint_linter.errors import ConfigError
from tests.linter.test_settings import configured


def complaints(folder: Path, text: str, name: str = "netlint.yaml") -> list[str]:
    """The complaints about a configuration, without the path of its folder."""
    with pytest.raises(ConfigError) as caught:
        configured(folder, text, name)
    return [line[line.index(name) :] for line in caught.value.lines()]


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
