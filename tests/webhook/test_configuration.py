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
        ("preset: strct", "1:1: preset must be default, strict or audit-only, not strct (did you"),
        ("modes:\n  all: block", "2:3: modes.all must be off, audit, warn or deny, not block"),
        (
            "modes:\n  all: deny\n  dns-mising: warn",
            "3:3: unknown rule dns-mising (did you mean dns-missing?)",
        ),
        ("ratchet: true\nmode: {}", "2:1: unknown key mode (did you mean modes?)"),
        ("max-findings: 0", "1:1: max-findings must be 1 to 100, not 0"),
        ("namespaces: [{names: [a]}]", "1:14: namespaces[0] needs modes"),
        ("lowered-isolation: deny", "1:1: lowered-isolation must be off, audit or warn, not deny"),
        ("exempt: [kube-system]", "1:1: exempt must be a mapping, not a list"),
        ("severity:\n  NP401: off", "2:3: severity.NP401 must be error, warning or info, not off"),
        ("select: [NP4]", "1:1: unknown key select"),
    ],
)
def test_mistakes_are_placed(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(text.encode(), "config.yaml")
    assert str(caught.value).startswith(f"config.yaml:{message}")


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
