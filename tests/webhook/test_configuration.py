from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from netlint_rules.finding import Confidence, Severity
from netlint_webhook.__main__ import main
from netlint_webhook.configuration import read
from netlint_webhook.modes import Mode
from netlint_webhook.schema import schema
from netlint_webhook.settings import ConfigurationError, Honour, Settings

EVERYTHING = """
preset: strict
modes: {dns-egress: warn, NP2: off}
namespaces:
- names: [team-*]
  modes: {all: audit}
exempt: {namespaces: [infra], users: [admin], groups: ["system:masters"]}
deny-from: error
ratchet: false
suppressions: none
unproven: warn
lowered-isolation: audit
max-findings: 5
severity: {NP401: error}
min-severity: info
min-confidence: high
strict: true
options: {dns-egress.exfil: strict}
cluster: {cluster-cidrs: [10.0.0.0/8], cni: cilium, kube-version: "1.31"}
external-workloads:
- {namespace: shop, labels: {app: x}, ports: [{port: 53, protocol: UDP}]}
"""


def test_every_key() -> None:
    settings = read(EVERYTHING.encode(), "config.yaml")
    config = settings.config
    assert settings.preset == "strict"
    assert settings.words == {"dns-egress": Mode.WARN, "NP2": Mode.OFF}
    assert settings.overrides[0].covers("team-a")
    assert settings.exempt.reason("shop", "admin", ()) == "user admin"
    assert settings.exempt.reason("kube-system", "", ()) == ""
    assert settings.deny_from is Severity.ERROR
    assert (settings.ratchet, settings.suppressions) == (False, Honour.NONE)
    assert (settings.unproven, settings.lowered) == (Mode.WARN, Mode.AUDIT)
    assert settings.max_findings == 5
    assert config.selection.severities == {"NP401": Severity.ERROR}
    assert config.selection.min_severity is Severity.INFO
    assert config.selection.min_confidence is Confidence.HIGH
    assert config.strict is True
    assert config.options == {"dns-egress.exfil": "strict"}
    assert config.cluster.cluster_cidrs == ("10.0.0.0/8",)
    assert config.cluster.kube_version == "1.31"
    assert config.external_workloads[0].ports == (("", "UDP", 53),)


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}"])
def test_an_empty_file_is_the_default(text: str) -> None:
    assert read(text.encode(), "config.yaml") == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("preset: lax", "config.yaml:1:1: preset must be default or strict or audit-only"),
        (
            "modes:\n  all: block",
            "config.yaml:2:3: modes.all must be off or audit or warn or deny",
        ),
        ("modes:\n  all: deny\n  dns-mising: warn", "config.yaml:3:3: unknown rule dns-mising"),
        ("ratchet: true\nmode: {}", "config.yaml:2:1: unknown key mode"),
        ("max-findings: 0", "config.yaml:1:1: max-findings: 0 is less than the minimum"),
        ("namespaces: [{names: [a]}]", "'modes' is a required property"),
        ("cluster: {cluster-cidrs: [10.0.0/8]}", "'10.0.0/8' is not a CIDR"),
        ("lowered-isolation: deny", "must be off or audit or warn, not deny"),
        ("exempt: [kube-system]", "is not of type 'object'"),
        ("- a", "is not of type 'object'"),
        ("a: [", "config.yaml:1"),
        ("ratchet: true\nratchet: false", "config.yaml:2:1: `ratchet` is set twice"),
        ("facts: {cluster-ranges: [{id: x, cidr: nonsense}]}", "config.yaml:1"),
    ],
)
def test_mistakes_are_placed(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(text.encode(), "config.yaml")
    assert message in str(caught.value)


def test_every_mistake_is_told() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(b"preset: x\nratchet: 1\nstrict: 2", "config.yaml")
    assert len(str(caught.value).splitlines()) == 3


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


def test_check_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("preset: strict\n")
    assert main(["--check-config", "--config", str(file)]) == 0
    file.write_text("preset: x\n")
    assert main(["--check-config", "--config", str(file)]) == 2
    assert f"netlint-webhook: {file}:1:1: preset must be" in capsys.readouterr().err
    assert main(["--check-config", "--config", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml: No such file" in capsys.readouterr().err


def test_without_a_view_it_says_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "--no-cluster" in capsys.readouterr().err
