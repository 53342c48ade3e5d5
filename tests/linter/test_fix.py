"""`--fix`, `--unsafe-fixes`, `--diff` and `--fix-only`, on files of every kind."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.test_cli import CLEAN

SPLIT = """\
# prometheus reads metrics
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
  - from:
    # the namespace
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}  # theirs
    - podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}
    ports: [{port: 8080}]  # metrics
"""
JOINED = """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}  # theirs
      podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}
"""
FIXED = "".join(
    [*SPLIT.splitlines(keepends=True)[:10], JOINED, *SPLIT.splitlines(keepends=True)[12:]]
)
LOOSE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: office, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - ipBlock: {cidr: "2001:DB8::/64"}   # the office
"""
TIGHT = LOOSE.replace("DB8", "db8")
BOTH = ("--select", "NP201", "--fix", "--unsafe-fixes")


def fix(run: RunNetlint, file: Path, *flags: str) -> str:
    """The text of a file after its repair; the run must leave no finding."""
    result = run(file, *(flags or BOTH))
    assert result.returncode == 0, result.stdout + result.stderr
    return file.read_bytes().decode()


def test_safe_fixes_are_applied(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "office.yaml"
    file.write_text(LOOSE)
    shown = run_netlint("--select", "NP713").stdout
    assert "1 can be fixed with --fix\n" in shown
    result = run_netlint("--select", "NP713", "--fix")
    assert file.read_text() == TIGHT
    assert (result.returncode, result.stderr) == (0, "netlint: fixed 1 finding in 1 file\n")
    again = run_netlint("--select", "NP713", "--fix")
    assert (again.returncode, again.stderr) == (0, "netlint: fixed 0 findings in 0 files\n")


def test_what_changes_traffic_needs_another_flag(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SPLIT)
    result = run_netlint("--select", "NP201", "--fix")
    assert (result.returncode, file.read_text()) == (1, SPLIT)
    assert "can be fixed" not in result.stdout
    assert "1 more with --unsafe-fixes, which may change traffic" in result.stderr
    result = run_netlint(*BOTH)
    assert (result.returncode, file.read_text()) == (0, FIXED)
    assert "cuts ingress from all pods of namespaces" in result.stderr


def test_a_diff_changes_nothing(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SPLIT)
    result = run_netlint("--select", "NP201", "--diff", "--unsafe-fixes")
    assert (result.returncode, file.read_text()) == (1, SPLIT)
    head, *rest = result.stdout.splitlines()
    assert head == "--- api.yaml"
    assert [line for line in rest[1:] if line[0] in "+-"] == [
        "-    - podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}",
        "+      podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}",
    ]
    assert "would fix 1 finding in 1 file" in result.stderr
    safe = run_netlint("--select", "NP201", "--diff")
    assert (safe.returncode, safe.stdout) == (0, "")


def test_only_some_codes(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(f"{SPLIT}---\n{LOOSE}")
    run_netlint("--fix", "--unsafe-fixes", "--fix-only", "NP713")
    assert file.read_text() == f"{SPLIT}---\n{TIGHT}"
    run_netlint("--fix", "--unsafe-fixes", "--fix-only", "or-split-peers,dns-egress")
    assert file.read_text() == f"{FIXED}---\n{TIGHT}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SPLIT.replace("\n", "\r\n"), FIXED.replace("\n", "\r\n")),
        ("\ufeff" + SPLIT, "\ufeff" + FIXED),
        (SPLIT.rstrip(), FIXED.rstrip()),
        (f"{CLEAN}---\n{SPLIT}---\n{LOOSE}", f"{CLEAN}---\n{FIXED}---\n{LOOSE}"),
        (f"--- # one\n{SPLIT}...\n# end\n", f"--- # one\n{FIXED}...\n# end\n"),
    ],
)
def test_line_ends_marks_and_other_documents_stay(
    before: str, after: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    file = tmp_path / "api.yaml"
    file.write_bytes(before.encode())
    assert fix(run_netlint, file) == after


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-32"])
def test_the_encoding_stays(codec: str, tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_bytes(SPLIT.encode(codec))
    assert run_netlint(file, *BOTH).returncode == 0
    assert file.read_bytes() == FIXED.encode(codec)


def test_items_of_a_list(tmp_path: Path, run_netlint: RunNetlint) -> None:
    def listed(text: str) -> str:
        return "apiVersion: v1\nkind: List\nitems:\n- " + text[27:].replace("\n", "\n  ").rstrip()

    file = tmp_path / "list.yaml"
    file.write_text(listed(SPLIT))
    assert fix(run_netlint, file) == listed(FIXED)


def test_code_blocks_of_markdown(tmp_path: Path, run_netlint: RunNetlint) -> None:
    def quoted(text: str) -> str:
        block = f"```yaml\n{text}```\n".replace("\n", "\n> ")
        return f"# A page\n\n> {block}\n1. More\n\n   ```yaml\n   a: 1\n   ```\n"

    file = tmp_path / "page.md"
    file.write_text(quoted(SPLIT))
    run_netlint(file, *BOTH, "--pedantic")
    assert file.read_text() == quoted(FIXED)


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json(indent: int | str | None, tmp_path: Path, run_netlint: RunNetlint) -> None:
    peers = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}},
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}},
    ]
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"app": "é"}}, "ingress": [{"from": peers}]},
    }
    file = tmp_path / "api.json"
    file.write_text(json.dumps(body, indent=indent, ensure_ascii=False) + "\n")
    text = fix(run_netlint, file)
    (joined,) = json.loads(text)["spec"]["ingress"][0]["from"]
    assert joined == peers[0] | peers[1]
    assert text == json.dumps(json.loads(text), indent=indent, ensure_ascii=False) + "\n"


def test_standard_input_goes_to_standard_output(run_netlint: RunNetlint) -> None:
    result = run_netlint("-", *BOTH, stdin=SPLIT)
    assert (result.returncode, result.stdout) == (0, FIXED)
    assert "No problems in 1 policy" in result.stderr
    untouched = run_netlint("-", "--select", "NP201", "--fix", stdin=SPLIT)
    assert (untouched.returncode, untouched.stdout) == (1, SPLIT)
    assert "or-split-peers" in untouched.stderr
    diff = run_netlint("-", *BOTH, "--diff", stdin=SPLIT)
    assert (diff.returncode, diff.stdout.splitlines()[0]) == (1, "--- -")


def test_mode_and_symbolic_links_stay(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file, link = tmp_path / "real" / "api.yaml", tmp_path / "link.yaml"
    file.parent.mkdir()
    file.write_text(SPLIT)
    file.chmod(0o640)
    link.symlink_to(file)
    assert fix(run_netlint, link) == FIXED
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["api.yaml"]


def test_a_file_and_a_link_to_it(tmp_path: Path, run_netlint: RunNetlint) -> None:
    (tmp_path / "api.yaml").write_text(SPLIT)
    (tmp_path / "link.yaml").symlink_to("api.yaml")
    run_netlint("api.yaml", "link.yaml", *BOTH)
    assert (tmp_path / "api.yaml").read_text() == FIXED
    assert (tmp_path / "link.yaml").is_symlink()


ANCHORED = SPLIT.replace("- podSelector: {", "- podSelector: &pods {").replace(
    "    ports:", "    - podSelector: *pods\n    ports:"
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ANCHORED, "&pods"),
        (SPLIT.replace("name: api", "name: api, name: api"), "another mistake"),
    ],
)
def test_what_is_left_alone(
    text: str, reason: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(text)
    result = run_netlint(file, *BOTH)
    assert file.read_text() == text
    assert result.returncode == 1
    assert "NP201 or-split-peers is not fixed: " in result.stderr
    assert reason in result.stderr


def test_a_template_is_left_alone(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SPLIT.replace("name: api,", "name: {{ .Name }},"))
    before = file.read_text()
    run_netlint(file, "--fix", "--unsafe-fixes")
    assert file.read_text() == before


def test_a_file_that_cannot_be_written(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SPLIT)
    file.chmod(0o444)
    result = run_netlint(file, *BOTH)
    if file.read_text() == SPLIT:  # root may write anything
        assert result.returncode == 2
        assert "can't write" in result.stderr
    file.chmod(0o644)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--fix-only", "NP101"), "--fix-only goes with --fix or --diff"),
        (("--unsafe-fixes",), "--unsafe-fixes goes with --fix or --diff"),
        (("--fix", "--write-baseline", "b.json"), "--write-baseline doesn't go with"),
    ],
)
def test_flags_that_do_not_go_together(
    arguments: tuple[str, ...], words: str, run_netlint: RunNetlint
) -> None:
    result = run_netlint(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_known_finding_is_not_fixed(tmp_path: Path, run_netlint: RunNetlint) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(SPLIT)
    run_netlint("--select", "NP201", "--write-baseline", "known.json")
    result = run_netlint(*BOTH, "--baseline", "known.json")
    assert (result.returncode, file.read_text()) == (0, SPLIT)
