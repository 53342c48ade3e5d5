"""The command as a process: what it prints where, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netlint_linter.commands.linting import complain, exit_code
from netlint_linter.settings import Settings
from netlint_rules.report import InternalError, Report
from netlint_rules.version import __version__
from tests.conftest import RunNetlint

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec:
  podSelector: SELECTOR
  policyTypes: [Ingress]
"""
CLEAN = POLICY.replace("NAME", "default-deny").replace("SELECTOR", "{}")
WARNED = POLICY.replace("NAME", "api").replace("SELECTOR", "{matchLabels: {app: api}}")
INFO = POLICY.replace("NAME", "deny-all").replace("SELECTOR", "{}")
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: api, image: api}]}
"""
BROKEN = WARNED + "  policyTypes: [Ingress]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of policies: one is missing a default-deny beside it."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "api.yaml").write_text(WARNED)
    return tmp_path


def codes(stdout: str) -> list[str]:
    return [finding["code"] for finding in json.loads(stdout)["findings"]]


def test_findings_are_on_standard_output_and_fail(folder: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint("policies/")
    assert result.returncode == 1
    assert "NP401" in result.stdout
    assert "policies/api.yaml:" in result.stdout
    assert result.stderr == ""


def test_the_working_directory_is_linted_by_default(folder: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "concise")
    assert result.returncode == 1
    assert result.stdout.startswith("policies/api.yaml:")
    assert run_netlint("check", "--format", "concise").stdout == result.stdout


def test_clean_input(folder: Path, run_netlint: RunNetlint) -> None:
    (folder / "policies" / "deny.yaml").write_text(CLEAN)
    result = run_netlint("policies")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("No problems in 2 policies")
    quiet = run_netlint("-q", "policies", "--format", "text", "--format", "json:out.json")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert codes((folder / "out.json").read_text()) == []


def test_standard_input(run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "json", "-", stdin=WARNED)
    assert (result.returncode, codes(result.stdout)) == (1, ["NP401"])


def test_options_and_paths_mix(folder: Path, run_netlint: RunNetlint) -> None:
    (folder / "more.yaml").write_text(CLEAN)
    result = run_netlint("policies", "--format", "json", "more.yaml", "-n", "shop")
    assert json.loads(result.stdout)["summary"]["files"] == 2


def test_a_path_that_is_named_like_a_command(folder: Path, run_netlint: RunNetlint) -> None:
    (folder / "policies").rename(folder / "rules")
    result = run_netlint("./rules", "--format", "concise")
    assert result.stdout.startswith("rules/api.yaml:")
    assert "NP401" in run_netlint("check", "rules").stdout
    assert "default-deny-ingress-missing" in run_netlint("rules").stdout


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ((), 1),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "error"), 0),
        (("--fail-on", "never"), 0),
        (("--exit-zero",), 0),
        (("--severity", "NP401=error", "--fail-on", "error"), 1),
        (("--severity", "NP401=info", "--pedantic"), 0),
        (("--severity", "NP401=info", "--fail-on", "info"), 1),
        (("--severity", "NP401=off"), 0),
        (("--ignore", "default-deny"), 0),
        (("--ignore", "NP4", "--extend-select", "NP401"), 1),
        (("--select", "or-split-peers"), 0),
        (("--min-severity", "error"), 0),
        (("--min-confidence", "certain"), 0),
        (("--exclude", "api.yaml"), 0),
    ],
)
def test_exit_codes(
    flags: tuple[str, ...], expected: int, folder: Path, run_netlint: RunNetlint
) -> None:
    result = run_netlint("policies", *flags)
    assert (result.returncode, result.stderr) == (expected, "")


def test_info_findings_are_shown_on_request_and_never_fail(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    (tmp_path / "deny.yaml").write_text(INFO)
    assert codes(run_netlint("--format", "json").stdout) == []
    shown = run_netlint("--format", "json", "--pedantic")
    assert (shown.returncode, codes(shown.stdout)) == (0, ["NP404"])


def test_complete_and_strict_reach_the_rules(folder: Path, run_netlint: RunNetlint) -> None:
    (folder / "policies" / "app.yaml").write_text(POD)

    def severities(*flags: str) -> set[str]:
        found = json.loads(run_netlint("--format", "json", *flags).stdout)["findings"]
        return {finding["severity"] for finding in found}

    assert severities() == {"warning"}
    assert severities("--strict", "--complete") == {"error"}
    assert severities("--strict", "--complete-namespace", "other,sh*") == {"error"}
    assert severities("--strict", "--complete-namespace", "other") == {"warning"}


def test_the_configuration_file_counts_and_flags_win(folder: Path, run_netlint: RunNetlint) -> None:
    (folder / "netlint.yaml").write_text("ignore: [NP401]\nformat: concise\n")
    assert run_netlint("policies").stdout == ""
    assert run_netlint("policies", "--select", "NP401").stdout.startswith("policies/api.yaml:")
    assert run_netlint("policies", "--severity", "NP401=error").returncode == 1
    assert run_netlint("policies", "--isolated").returncode == 1
    (folder / "other.yml").write_text("severity: {NP401: off}\n")
    assert run_netlint("policies", "--config", "other.yml").returncode == 0
    result = run_netlint("policies", "--config", "other.yml", "--severity", "NP401=error")
    assert result.returncode == 1


def test_a_baseline_hides_what_was_there(folder: Path, run_netlint: RunNetlint) -> None:
    wrote = run_netlint("policies", "--write-baseline", "known.json")
    assert (wrote.returncode, wrote.stdout) == (0, "")
    assert wrote.stderr == "netlint: wrote 1 finding to known.json\n"
    assert run_netlint("policies", "--baseline", "known.json").returncode == 0
    (folder / "policies" / "api.yaml").write_text("# moved\n" + WARNED)
    assert run_netlint("policies", "--baseline", "known.json").returncode == 0
    (folder / "policies" / "bad.yaml").write_text(BROKEN.replace("name: api", "name: bad"))
    result = run_netlint("--format", "json", "policies", "--baseline", "known.json")
    assert codes(result.stdout) == ["NP702"]
    (folder / "netlint.yaml").write_text("baseline: known.json\n")
    assert codes(run_netlint("--format", "json").stdout) == ["NP702"]
    assert run_netlint("--write-baseline", "known.json").returncode == 0
    assert run_netlint().returncode == 0


def test_fixed_entries_are_mentioned_on_request(folder: Path, run_netlint: RunNetlint) -> None:
    run_netlint("policies", "--write-baseline", "known.json")
    (folder / "policies" / "deny.yaml").write_text(CLEAN)
    assert run_netlint("policies", "--baseline", "known.json").stderr == ""
    verbose = run_netlint("policies", "--baseline", "known.json", "-v")
    assert "netlint: no longer found: NP401 in networking.k8s.io/v1" in verbose.stderr


def test_verbose_names_the_configuration(folder: Path, run_netlint: RunNetlint) -> None:
    assert run_netlint("-v").stderr == "netlint: no configuration file\n"
    (folder / ".netlint.yaml").write_text("")
    assert run_netlint("-v").stderr == "netlint: settings from .netlint.yaml\n"


def test_version(run_netlint: RunNetlint) -> None:
    for arguments in (["version"], ["--version"], ["-q", "--version"]):
        result = run_netlint(*arguments)
        assert (result.returncode, result.stdout) == (0, f"netlint {__version__}\n")


def test_a_crashed_rule_is_trouble(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = InternalError("dns-egress", "shop", ("a", "b", "c", "d", "e"), "KeyError: 'x'")
    report = Report((), errors=(error,))
    assert exit_code(report, Settings(), exit_zero=True) == 2
    monkeypatch.setattr("sys.argv", ["netlint", "my policies"])
    complain(report.errors)
    assert capsys.readouterr().err == (
        "netlint: internal error in rule dns-egress (a, b, c and 2 more): KeyError: 'x'; "
        "please report it with these files and the command: netlint 'my policies'\n"
    )


def test_the_settings_in_effect_are_printed(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "netlint.yaml").write_text("ignore: [NP4]\ncluster: {cni: calico}\n")
    result = run_netlint("config", "--cni", "cilium", "--severity", "NP201=error")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        "# netlint.yaml\n"
        "ignore:\n- NP4\nseverity:\n  NP201: error\n"
        "min-severity: warning\nmin-confidence: medium\n"
        "cluster:\n  cni: cilium\nformat: text\nfail-on: warning\n"
    )
