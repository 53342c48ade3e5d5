"""Findings that are known: what counts as the same, and what is reported nevertheless."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netlint_linter import baseline
from netlint_linter.errors import UsageError
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.report import Report, Summary
from netlint_rules.source.document import Document, Origin
from netlint_rules.source.document import Path as Steps


def finding(
    name: str = "api",
    message: str = "no rule allows TCP 5432 (policies/db.yaml:8:3)",
    steps: Steps = ("spec", "egress", 0),
    file: str = "policies/api.yaml",
) -> Finding:
    body: dict[str, object] = {}
    if name:
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": "shop"},
        }
    place = Location(Document(Origin(file), body), steps)
    return Finding(
        "NP101", "dns-missing", "dns-egress", Severity.ERROR, Confidence.HIGH, message, place
    )


def new(report: Report, known: list[Finding], folder: Path) -> list[Finding]:
    """What is left of a report where findings are known."""
    path = folder / "known.json"
    baseline.write(known, path)
    return list(baseline.without(report, baseline.read(path))[0].findings)


@pytest.mark.parametrize(
    "moved",
    [
        finding(message="no rule allows TCP 5433 (policies/db.yaml:11:5)"),
        finding(steps=("spec", "egress", 3)),
        finding(file="elsewhere/api.yaml"),
    ],
)
def test_a_finding_that_moved_stays_known(moved: Finding, tmp_path: Path) -> None:
    assert new(Report((moved,)), [finding()], tmp_path) == []


@pytest.mark.parametrize(
    "other",
    [
        finding("web"),
        finding(message="pods can't resolve names"),
        finding(steps=("spec", "ingress", 0)),
        finding(name=""),
    ],
)
def test_another_finding_is_new(other: Finding, tmp_path: Path) -> None:
    assert new(Report((other,)), [finding()], tmp_path) == [other]


def test_findings_without_an_object_are_known_by_their_file(tmp_path: Path) -> None:
    here, there = finding("", "broken", file="a.yaml"), finding("", "broken", file="b.yaml")
    assert new(Report((here, there)), [here], tmp_path) == [there]


def test_one_more_of_the_same_is_new(tmp_path: Path) -> None:
    first, second, third = (finding(steps=("spec", "egress", at)) for at in range(3))
    report = Report((first, second, third), Summary(suppressed=1))
    path = tmp_path / "known.json"
    baseline.write([first, second], path)
    left, fixed = baseline.without(report, baseline.read(path))
    assert left.findings == (third,)
    assert left.summary.suppressed == 3
    assert not fixed


def test_what_is_fixed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    baseline.write([finding("web"), finding(), finding()], path)
    _, fixed = baseline.without(Report((finding(),)), baseline.read(path))
    assert {(known.object, count) for known, count in fixed.items()} == {
        ("networking.k8s.io/v1 NetworkPolicy shop/api", 1),
        ("networking.k8s.io/v1 NetworkPolicy shop/web", 1),
    }


def test_the_file_is_made_for_diffs(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    baseline.write([finding("web"), finding("api"), finding("api")], one)
    baseline.write([finding("api"), finding("web"), finding("api")], other)
    text = one.read_text()
    assert text == other.read_text()
    assert json.loads(text)["version"] == 1
    rows = [line for line in text.splitlines() if '"code"' in line]
    assert [json.loads(row.strip(" ,"))["count"] for row in rows] == [2, 1]
    assert text.endswith("}\n")


def test_an_empty_baseline(tmp_path: Path) -> None:
    only = finding()
    assert new(Report((only,)), [], tmp_path) == [only]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, r"no baseline .*known.json \(netlint --write-baseline .* writes it\)"),
        ("{", "is no baseline"),
        ("[]", "is no baseline"),
        ('{"version": 1, "findings": [{"code": "NP101"}]}', "is no baseline"),
        ('{"version": 2, "findings": []}', "is of version 2, this netlint reads 1"),
    ],
)
def test_unusable_files(text: str | None, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=expected):
        baseline.read(path)


def test_a_file_that_can_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"can't write the baseline .*No such file"):
        baseline.write([], tmp_path / "absent" / "known.json")
