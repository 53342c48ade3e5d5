"""New policies by `--fix`, and the edits in SARIF."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import RunNetlint
from tests.linter.test_fix import FIXED, SPLIT


def test_a_new_policy_is_one_more_document(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(FIXED)
    result = run_netlint("--select", "NP401", "--fix", "--unsafe-fixes")
    assert result.returncode == 0
    assert file.read_text() == FIXED + (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: default-deny, namespace: shop}\n"
        "spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n"
    )
    assert "cuts ingress of every pod in shop that no policy allows" in result.stderr


def test_json_has_no_room_for_a_new_policy(tmp_path: Path, run_netlint: RunNetlint) -> None:
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"app": "api"}}, "ingress": []},
    }
    (tmp_path / "api.json").write_text(json.dumps(body))
    result = run_netlint("--select", "NP401", "--fix", "--unsafe-fixes")
    assert "is not fixed: a JSON file has no room for one more object" in result.stderr


def test_sarif_has_the_edits(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    for text, expected in ((SPLIT, FIXED), (SPLIT.rstrip(), FIXED.rstrip())):
        file.write_text(text)
        log = json.loads(run_netlint("--select", "NP201,NP401", "--format", "sarif").stdout)
        by_code = {each["ruleId"]: each for each in log["runs"][0]["results"]}
        assert applied(text, by_code["NP201"]) == expected
        assert applied(text, by_code["NP401"]).startswith(text.rstrip() + "\n---\napiVersion")


def applied(text: str, result: dict[str, object]) -> str:
    """A text after the replacements of a SARIF result."""
    fixes = result["fixes"]
    assert isinstance(fixes, list)
    lines = text.split("\n")
    (change,) = fixes[0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "api.yaml"
    for each in reversed(change["replacements"]):
        region, new = each["deletedRegion"], each["insertedContent"]["text"]
        start, end = region["startLine"] - 1, region["endLine"] - 1
        head = lines[start][: region["startColumn"] - 1]
        tail = lines[end][region["endColumn"] - 1 :]
        lines[start : end + 1] = (head + new + tail).split("\n")
    return "\n".join(lines)
