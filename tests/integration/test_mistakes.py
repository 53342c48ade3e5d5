"""The five mistakes, each in a bundle of its own: exactly that finding, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, RunNetlint

BAD = ROOT / "docs" / "examples" / "bad"
MISTAKES = [
    pytest.param("dns-cut-off", "NP101", "policyTypes: [Ingress, Egress]", id="dns"),
    pytest.param("split-peer", "NP201", "podSelector:", id="split"),
    pytest.param("ipblock-on-pods", "NP301", "cidr: 10.244.1.17/32", id="ipblock"),
    pytest.param("no-default-deny", "NP401", "policyTypes: [Egress]", id="default-deny"),
    pytest.param("webhook-port", "NP502", "port: 443", id="webhook"),
]


def underlined(file: Path, line: int, column: int, end_column: int) -> str:
    return file.read_text(encoding="utf-8").splitlines()[line - 1][column - 1 : end_column - 1]


@pytest.mark.parametrize(("folder", "code", "text"), MISTAKES)
def test_json(folder: str, code: str, text: str, run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "json", ".", cwd=BAD / folder)
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["code"] == code
    place = (finding["line"], finding["column"], finding["end_column"])
    assert finding["line"] == finding["end_line"]
    assert underlined(BAD / folder / finding["file"], *place) in text


@pytest.mark.parametrize(("folder", "code", "text"), MISTAKES)
def test_sarif(folder: str, code: str, text: str, run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "sarif", ".", cwd=BAD / folder)
    (run,) = json.loads(result.stdout)["runs"]
    (found,) = run["results"]
    assert found["ruleId"] == code
    assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == code
    place = found["locations"][0]["physicalLocation"]
    region = place["region"]
    assert region["startLine"] == region["endLine"]
    columns = (region["startLine"], region["startColumn"], region["endColumn"])
    assert underlined(BAD / folder / place["artifactLocation"]["uri"], *columns) in text


@pytest.mark.parametrize(("folder", "code", "text"), MISTAKES)
def test_text(folder: str, code: str, text: str, run_netlint: RunNetlint) -> None:
    result = run_netlint(".", cwd=BAD / folder)
    lines = result.stdout.splitlines()
    assert sum(f"[{code}]" in line for line in lines) == 1
    mark = next(at for at, line in enumerate(lines) if "^" in line)
    start, end = lines[mark].index("^"), lines[mark].rindex("^") + 1
    assert lines[mark - 1][start:end] in text
    assert "1 problem" in result.stdout


def test_the_same_findings_in_one_run(run_netlint: RunNetlint) -> None:
    result = run_netlint("--format", "json", ".", cwd=BAD)
    codes = sorted(each["code"] for each in json.loads(result.stdout)["findings"])
    assert codes == ["NP101", "NP201", "NP301", "NP401", "NP502"]
    assert result.returncode == 1
