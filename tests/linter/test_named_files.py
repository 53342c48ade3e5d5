"""Runs for a few files: what is said of them is what a run for all files says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from netlint_linter.examining import workspace_of
from netlint_linter.request import Request
from netlint_linter.run import gather, lint, parts_of
from netlint_linter.settings import Settings
from netlint_rules.bundle import Bundle
from netlint_rules.config import Config, Selection
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Confidence, Finding, Severity
from netlint_rules.registry import all_rules
from netlint_rules.rule import Scope
from netlint_rules.source.document import Document
from tests.bench import corpus as synthetic

ALL = Config(
    selection=Selection(min_severity=Severity.INFO, min_confidence=Confidence.LOW),
)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Every example in a folder of its own, some together, and teams of one cluster."""
    (tmp_path / ".git").mkdir()
    for rule in all_rules():
        for number, example in enumerate((*rule.bad, *rule.good)):
            folder = tmp_path / "examples" / rule.name / str(number)
            folder.mkdir(parents=True)
            (folder / "example.yaml").write_text(example.text)
    synthetic.write_files(tmp_path / "files", 9, 0)
    return tmp_path


def bundles(paths: tuple[str, ...]) -> tuple[Bundle, ...]:
    request = Request(paths, Settings(config=ALL))
    return parts_of(request, gather(request)).bundles


def assert_said_where_asked(bundle: Bundle) -> None:
    """What a rule says of a namespace is about an object in it, or about one in none."""
    space = workspace_of(bundle, ALL, Facts())
    homes: dict[tuple[str, int], set[str]] = {}
    for placed in bundle.placed:
        homes.setdefault(_identity(placed.document), set()).add(placed.namespace)
    rules = [rule for rule in all_rules() if rule.scope is Scope.NAMESPACE]
    for where in space.index.names():
        for finding in examine(space, rules, (where,)).findings:
            document = finding.primary.document
            home = homes[_identity(document)]
            if document.kind == "Namespace":
                home = {document.name}
            assert where in home or "" in home, (finding.code, where, document.origin)


def _identity(document: Document) -> tuple[str, int]:
    return document.origin.file, document.index


def test_rules_say_things_of_the_namespace_that_they_are_asked_about(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(examples)
    for bundle in bundles(("examples", "files")):
        assert_said_where_asked(bundle)


def test_so_they_do_in_real_repositories(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus)
    for bundle in bundles((".",)):
        assert_said_where_asked(bundle)


def test_a_named_file_has_the_findings_of_a_run_for_all(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(examples)
    settings = Settings(config=ALL)
    whole = lint(Request((".",), settings))
    assert whole.findings
    files = sorted({finding.primary.file for finding in whole.findings})
    for file in Random(0).sample(files, 12):
        alone = lint(Request((file,), settings))
        assert told(alone.findings) == told(
            [finding for finding in whole.findings if finding.primary.file == file]
        )


def told(findings: tuple[Finding, ...] | list[Finding]) -> Counter[tuple[object, ...]]:
    return Counter(
        (each.code, each.severity, each.message, each.primary.file, each.primary.path, each.bundles)
        for each in findings
    )
