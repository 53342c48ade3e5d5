"""New policies by `--fix`, and the edits in SARIF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_a_new_policy_in_markdown_stays_in_its_code_block(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    document = "".join(f"   \t{line}\n" for line in FIXED.splitlines())
    page = f"1. Apply\n\n   ```sh\n   kubectl apply -f - <<-END\n{document}   \tEND\n   ```\n"
    (tmp_path / "page.md").write_text(page)
    flags = ("--select", "NP401", "--severity", "NP401=warning", "--min-confidence", "low")
    result = run_netlint(*flags, "--fix", "--unsafe-fixes")
    assert result.returncode == 0, result.stdout + result.stderr
    head, added = (tmp_path / "page.md").read_text().split("   \t---\n")
    assert page.startswith(head)
    assert added.endswith("   \t  policyTypes: [Ingress]\n   \tEND\n   ```\n")


def test_blank_lines_in_a_quote_get_no_blanks(tmp_path: Path, run_netlint: RunNetlint) -> None:
    head = SPLIT[: SPLIT.index("    # the namespace")]
    label = "{matchLabels: {app.kubernetes.io/name: prometheus}}\n"
    pods = f"    - podSelector:\n\n        {label}"
    name = "kubernetes.io/metadata.name: monitoring"
    where = (
        f"    - namespaceSelector:\n        # one\n        # two\n        matchLabels: {{{name}}}\n"
    )
    split, mended = head + pods + where, head + where + pods.replace("- p", "  p")
    quoted = [
        "".join(f"> {line}".rstrip() + "\n" for line in f"```yaml\n{text}```".split("\n"))
        for text in (split, mended)
    ]
    page = tmp_path / "page.md"
    page.write_text(quoted[0])
    run_netlint("--select=NP201", "--fix", "--unsafe-fixes")
    assert page.read_text() == quoted[1]


def test_of_two_files_one_gets_the_policy_of_their_namespace(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    """Each is a variant of the other, and both lack the policy; in a cluster there is one."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "api.yaml").write_text(FIXED)
        (tmp_path / name / "kustomization.yaml").write_text("resources: [api.yaml]\n")
    result = run_netlint("--select", "NP401", "--fix", "--unsafe-fixes")
    texts = [(tmp_path / name / "api.yaml").read_text() for name in ("one", "two")]
    assert sum("default-deny" in text for text in texts) == 1
    assert "one/api.yaml has a NetworkPolicy default-deny of that namespace: use" in result.stderr


def test_what_a_kustomization_changes_stays_as_it_is_written(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    (tmp_path / "api.yaml").write_text(SPLIT)
    (tmp_path / "kustomization.yaml").write_text(
        "resources: [api.yaml]\nnamespace: other\nnamePrefix: my-\n"
    )
    result = run_netlint("--select", "NP201", "--fix", "--unsafe-fixes")
    assert (result.returncode, (tmp_path / "api.yaml").read_text()) == (0, FIXED)
    run_netlint("--select", "NP401", "--fix", "--unsafe-fixes")
    assert "name: default-deny, namespace: shop" in (tmp_path / "api.yaml").read_text()


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


def test_a_file_of_two_names_is_fixed_once(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "z.yaml").write_text(SPLIT)
    (tmp_path / "a.yaml").symlink_to("z.yaml")
    (tmp_path / "more").symlink_to(".")
    result = run_netlint("--select=NP201", "--fix", "--unsafe-fixes")
    assert (result.returncode, (tmp_path / "z.yaml").read_text()) == (0, FIXED)
    assert (tmp_path / "a.yaml").is_symlink()
    assert result.stderr.endswith("netlint: fixed 1 finding in 1 file\n")


def test_more_findings_in_one_policy_than_a_number_has_bits(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    """Each is fixed in a round of its own."""
    peers = "".join(f"    - ipBlock: {{cidr: 203.0.{number}.1/24}}\n" for number in range(70))
    text = FIXED[: FIXED.index("    # the namespace")] + peers
    (tmp_path / "api.yaml").write_text(text)
    result = run_netlint("--select=NP713", "--fix", "--unsafe-fixes")
    assert (tmp_path / "api.yaml").read_text() == text.replace(".1/24", ".0/24")
    assert result.stderr.endswith("netlint: fixed 70 findings in 1 file\n")


TWICE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
"""
VOID = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress], egress: []}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]}
"""
ALL = ("--pedantic", "--fix", "--unsafe-fixes")


def test_a_fix_that_another_one_makes_possible_is_made_in_the_same_run(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    """While there are two rules, leaving out an address in one of them clears nothing."""
    file = tmp_path / "web.yaml"
    file.write_text(TWICE)
    only = "--fix-only=NP207,NP602"
    run_netlint(*ALL, only)
    assert file.read_text().count("except: [169.254.169.254/32]") == 1
    assert run_netlint(*ALL, only).stderr.endswith("netlint: fixed 0 findings in 0 files\n")


def test_a_fix_that_makes_a_remark_an_error_is_left_out(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(VOID)
    result = run_netlint(*ALL, "--fix-only=NP407")
    assert "NP407 egress-deny-noop is not fixed: it would cause NP403" in result.stderr
    assert file.read_text() == VOID


TEMPLATE = FIXED.replace("name: api", "name: {{ .Release.Name }}")
LOW = ("--select=NP401", "--min-confidence=low", "--unsafe-fixes", "--fix")


@pytest.mark.parametrize("file", ["all.yaml", "chart/templates/one/api.yaml"])
def test_what_templates_beside_may_hold_is_not_called_missing(
    tmp_path: Path, run_netlint: RunNetlint, file: str
) -> None:
    """A new policy could end up inside of their conditions."""
    place = tmp_path / file
    place.parent.mkdir(parents=True, exist_ok=True)
    text = f"{{{{- if .Values.on }}}}\n{TEMPLATE}---\n{FIXED}---\n{TEMPLATE}{{{{- end }}}}\n"
    place.write_text(text)
    assert run_netlint("--select=NP401").returncode == 0
    result = run_netlint(*LOW)
    assert "is not fixed: its file has templates: add the policy by hand" in result.stderr
    assert place.read_text() == text


def test_templates_elsewhere_say_nothing_of_a_file(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "one/templates").mkdir(parents=True)
    (tmp_path / "one/templates/api.yaml").write_text(TEMPLATE)
    (tmp_path / "api.yaml").write_text(FIXED)
    result = run_netlint("--select=NP401", "--format=concise")
    assert "api.yaml:4:23: warning NP401" in result.stdout
    (tmp_path / "one/templates/more").mkdir()
    (tmp_path / "api.yaml").rename(tmp_path / "one/templates/more/api.yaml")
    assert run_netlint("--select=NP401", "--format=concise").stdout == ""


def test_sarif_has_the_edits(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    for text, expected in ((SPLIT, FIXED), (SPLIT.rstrip(), FIXED.rstrip())):
        file.write_text(text)
        log = json.loads(run_netlint("--select", "NP201,NP401", "--format", "sarif").stdout)
        by_code = {each["ruleId"]: each for each in log["runs"][0]["results"]}
        assert applied(text, by_code["NP201"]) == expected
        assert applied(text, by_code["NP401"]).startswith(text.rstrip() + "\n---\napiVersion")


def test_sarif_removes_the_last_lines_of_a_file(tmp_path: Path, run_netlint: RunNetlint) -> None:
    """Also where none of their line ends stays."""
    for end in ("", "\n", "\n\n"):
        text = FIXED.replace("    ports: [{port: 8080}]  # metrics\n", "\n    ports: []") + end
        (tmp_path / "api.yaml").write_text(text)
        log = json.loads(run_netlint("--pedantic", "--select=NP202", "--format=sarif").stdout)
        (result,) = log["runs"][0]["results"]
        assert applied(text, result) == text.replace("\n    ports: []", "").rstrip("\n") + (
            end and f"\n{end}"
        )


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
