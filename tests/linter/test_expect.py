"""`expect` in the configuration: checked like any rule, in each bundle, at its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunNetlint
from tests.linter.shops import environments, overlays, write
from tests.rules.questions.shop import TOWN

GUARD = '- "*/* -> shop/db deny except shop/api"'


def findings(run: RunNetlint, *arguments: str) -> list[dict[str, Any]]:
    result = run("--format", "json", "--select", "expectation", *arguments)
    assert result.returncode in {0, 1}, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


def expect(folder: Path, *lines: str) -> None:
    write(folder, {"netlint.yaml": "\n".join(["ignore: []", "expect:", *lines, ""])})


def test_a_violation_stands_at_its_line_with_what_opens_it(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    environments(tmp_path)
    expect(tmp_path, "- shop/api -> shop/db:5432 allow", GUARD)
    (found,) = findings(run_netlint)
    assert (found["code"], found["severity"]) == ("NP430", "warning")
    assert (found["file"], found["line"], found["column"]) == ("netlint.yaml", 4, 3)
    assert found["message"] == (
        "shop/web reaches shop/db on all ports, against `*/* -> shop/db deny except shop/api`"
    )
    assert found["bundles"] == ["staging"]
    notes = {each["message"]: each["file"] for each in found["related"]}
    assert notes["allows all ports"] == "staging/all.yaml"
    assert "no policy isolates egress of shop/web" in notes
    text = run_netlint("--select", "NP430").stdout
    assert f"4 │ {GUARD}" in text


def test_in_whole_view_it_is_an_error(tmp_path: Path, run_netlint: RunNetlint) -> None:
    environments(tmp_path)
    expect(tmp_path, GUARD, "- shop/web -> shop/db:5432 allow")
    found = findings(run_netlint, "--complete")
    assert [each["severity"] for each in found] == ["error", "error"]
    assert found[1]["bundles"] == ["prod"]
    assert {each["message"] for each in found[1]["related"]} == {
        "isolates ingress of shop/db and doesn't allow this"
    }


def test_what_holds_everywhere_says_nothing(tmp_path: Path, run_netlint: RunNetlint) -> None:
    environments(tmp_path)
    expect(tmp_path, "- shop/api -> shop/db:5432 allow", "- internet -> shop/web deny")
    assert findings(run_netlint, "--pedantic") == []


def test_an_expectation_counts_where_its_pods_are(tmp_path: Path, run_netlint: RunNetlint) -> None:
    overlays(tmp_path)
    expect(tmp_path, "- shut/web -> shut/db deny", "- free/web -> free/db deny")
    (found,) = findings(run_netlint, "--pedantic")
    assert found["message"].startswith("free/web reaches free/db")
    assert found["bundles"] == ["overlays/open"]


@pytest.mark.parametrize(
    ("line", "severity", "words"),
    [
        ("- shop/web -> shop/dbb deny", "warning", "no workload shop/dbb"),
        ("- shop/web -> shop/db:http deny", "warning", "has no port http"),
        ("- shop/web -> else/db deny", "info", "no namespace else"),
    ],
)
def test_what_names_nothing_anywhere(
    line: str, severity: str, words: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    environments(tmp_path)
    expect(tmp_path, line)
    write(tmp_path, {"README.md": f"```yaml\n{TOWN}```\n"})
    (found,) = findings(run_netlint, "--pedantic")
    assert (found["code"], found["severity"]) == ("NP432", severity)
    assert words in found["message"]


def test_what_nobody_can_tell_is_a_remark(tmp_path: Path, run_netlint: RunNetlint) -> None:
    private = TOWN.replace("11.0.0.0/8, except: [11.9.0.0/16]", "10.0.0.0/8")
    write(tmp_path, {"shop.yaml": private})
    expect(tmp_path, "- shop/web -> shop/db deny")
    assert findings(run_netlint) == []
    (found,) = findings(run_netlint, "--pedantic")
    assert (found["code"], found["severity"]) == ("NP431", "info")
    assert "10.0.0.0/8 may hold the address of shop/web" in found["message"]


def test_the_configuration_may_be_a_table_of_pyproject(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    environments(tmp_path)
    toml = '[tool.netlint]\nexpect = [\n  "shop/web -> shop/db deny",\n]\n'
    write(tmp_path, {"pyproject.toml": toml})
    (found,) = findings(run_netlint)
    assert (found["file"], found["line"]) == ("pyproject.toml", 2)


def test_severities_and_the_baseline_work(tmp_path: Path, run_netlint: RunNetlint) -> None:
    environments(tmp_path)
    expect(tmp_path, GUARD)
    assert findings(run_netlint, "--severity", "NP430=off") == []
    assert findings(run_netlint, "--severity", "NP430=error")[0]["severity"] == "error"
    assert run_netlint("--write-baseline", "known.json").returncode == 0
    assert findings(run_netlint, "--baseline", "known.json") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("- shop/a -> shop/b alow", "netlint.yaml:3:3: say allow or deny, not alow (did you mean"),
        ("- shop/a -> shop/b:0 deny", "netlint.yaml:3:3: '0' is no port: ports are 1 to 65535"),
        ("- * -> shop/b deny", "netlint.yaml:3:4: text that starts with `*` or `&` needs quotes"),
        ("- [shop/a]", "netlint.yaml:3:3: expect[0] must be text, not a list"),
        ("- shop/a", "netlint.yaml:3:3: write SOURCE -> DESTINATION[:PORT] allow or deny"),
    ],
)
def test_mistakes_in_the_configuration(
    line: str, message: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    expect(tmp_path, line)
    result = run_netlint()
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_settings_are_shown(tmp_path: Path, run_netlint: RunNetlint) -> None:
    expect(tmp_path, GUARD)
    assert "expect:\n- '*/* -> shop/db deny except shop/api'" in run_netlint("config").stdout
