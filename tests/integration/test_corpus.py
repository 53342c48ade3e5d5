"""The real command on real manifests: nothing crashes, and every change of findings is seen.

The snapshot holds each error and warning, and the number of findings a code. After a change that is
right, `NETLINT_UPDATE=1 pytest tests/integration/test_corpus.py` writes it anew: read the diff.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conftest import RunNetlint

SNAPSHOT = Path(__file__).with_name("corpus.txt")


def lint(run_netlint: RunNetlint, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Every finding in a folder. The command must neither crash nor say anything else."""
    result = run_netlint("--format", "json", "--pedantic", *arguments, cwd=folder)
    assert result.stderr == ""
    assert result.returncode in {0, 1}
    document = json.loads(result.stdout)
    assert document["version"] == 1
    findings: list[dict[str, Any]] = document["findings"]
    return findings


def described(findings: list[dict[str, Any]]) -> list[str]:
    """The findings as the snapshot holds them."""
    loud = [
        f"{each['file']}:{each['line']}: {each['severity']} {each['code']} {each['name']}"
        for each in findings
        if each["severity"] != "info"
    ]
    counts = Counter(f"{each['code']} {each['name']}" for each in findings)
    return [*loud, *(f"all severities: {count} x {name}" for name, count in sorted(counts.items()))]


def test_findings_are_as_they_were_judged(run_netlint: RunNetlint, corpus: Path) -> None:
    lines = described(lint(run_netlint, corpus))
    if os.environ.get("NETLINT_UPDATE"):
        SNAPSHOT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_every_finding_has_a_place_in_its_file(run_netlint: RunNetlint, corpus: Path) -> None:
    for finding in lint(run_netlint, corpus):
        text = (corpus / finding["file"]).read_text(encoding="utf-8").splitlines()
        line = text[finding["line"] - 1]
        assert 1 <= finding["column"] < finding["end_column"] <= len(line) + 1
        assert line[finding["column"] - 1 : finding["end_column"] - 1].strip()


def test_each_repository_alone_gives_what_it_gives_among_the_others(
    run_netlint: RunNetlint, corpus: Path
) -> None:
    """Bundles don't mix repositories. Infos may: two of them use the namespace `default`."""
    together = loud(lint(run_netlint, corpus))
    alone: Counter[tuple[str, int, str]] = Counter()
    for folder in sorted(path for path in corpus.iterdir() if path.is_dir()):
        alone.update(loud(lint(run_netlint, folder), f"{folder.name}/"))
    assert together == alone


def loud(findings: list[dict[str, Any]], prefix: str = "") -> Counter[tuple[str, int, str]]:
    """File, line and code of each error and warning."""
    return Counter(
        (prefix + each["file"], each["line"], each["code"])
        for each in findings
        if each["severity"] != "info"
    )


def test_order_and_number_of_arguments_change_nothing(
    run_netlint: RunNetlint, corpus: Path
) -> None:
    folders = sorted(path.name for path in corpus.iterdir() if path.is_dir())
    assert lint(run_netlint, corpus, *folders) == lint(run_netlint, corpus, *reversed(folders))


def test_the_number_of_processes_changes_nothing(run_netlint: RunNetlint, corpus: Path) -> None:
    assert lint(run_netlint, corpus, "-j", "1") == lint(run_netlint, corpus, "-j", "3")


ECK = "eck-network-policies.md"


def test_the_seven_udp_only_policies_of_the_eck_document(
    run_netlint: RunNetlint, seeds: Path
) -> None:
    """Each at the line of its UDP entry, and no other DNS finding at warning or above."""
    text = (seeds / ECK).read_text(encoding="utf-8").splitlines()
    expected = [at for at, line in enumerate(text, 1) if line.strip() == "- port: 53"]
    found = [
        (each["name"], each["file"], each["line"])
        for each in lint(run_netlint, seeds)
        if each["rule"] == "dns-egress" and each["severity"] != "info"
    ]
    assert len(expected) == 7
    assert found == [("dns-udp-only", ECK, line) for line in expected]


def test_the_guides_policy_types_with_a_colon(run_netlint: RunNetlint, seeds: Path) -> None:
    """The guide has six such objects; no other error in the documents."""
    errors = Counter(
        (each["name"], each["file"])
        for each in lint(run_netlint, seeds)
        if each["severity"] == "error"
    )
    assert errors == {("policytypes-not-string", "stackrox-network-policy-guide.md"): 6}
