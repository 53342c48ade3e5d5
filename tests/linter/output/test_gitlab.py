"""Code Quality reports, read as GitLab documents and checks them."""

from __future__ import annotations

import json
from typing import Any

from netlint_rules.finding import Location, Severity
from netlint_rules.source.document import Document, Origin
from tests.linter.output.builders import EGRESS, api, deny, finding, report, show

LEVELS = ("info", "minor", "major", "critical", "blocker")


def read(output: str) -> list[dict[str, Any]]:
    """The entries, each with what the documentation of the report format asks for.

    GitLab drops an entry that isn't so, and every entry after it.
    """
    assert not output.startswith("\ufeff"), "GitLab can't read a byte order mark"
    entries = json.loads(output)
    assert isinstance(entries, list)
    for entry in entries:
        for key in ("description", "check_name", "fingerprint"):
            assert isinstance(entry[key], str)
            assert entry[key]
        assert entry["severity"] in LEVELS
        assert isinstance(entry["location"]["path"], str)
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert type(entry["location"]["lines"]["begin"]) is int
    fingerprints = [entry["fingerprint"] for entry in entries]
    assert len(set(fingerprints)) == len(entries), "GitLab merges entries by fingerprint"
    return entries


def test_an_entry() -> None:
    (entry,) = read(show(report(finding(Location(api("./policies/api.yaml"), EGRESS))), "gitlab"))
    fingerprint = entry.pop("fingerprint")
    assert len(fingerprint) == 32
    assert entry == {
        "description": "NP101 dns-missing: pods app=api in shop can't resolve names",
        "check_name": "NP101 dns-missing",
        "severity": "major",
        "location": {"path": "policies/api.yaml", "lines": {"begin": 8, "end": 8}},
    }


def test_severities() -> None:
    found = [finding(Location(api(), EGRESS), severity=severity) for severity in Severity]
    entries = read(show(report(*found), "gitlab"))
    assert [entry["severity"] for entry in entries] == ["major", "minor", "info"]


def test_equal_findings_and_findings_without_a_line_are_kept() -> None:
    without_text = Location(Document(Origin("charts/api"), {}))
    places = [Location(api(), EGRESS), Location(api(), EGRESS), without_text, Location(deny())]
    entries = read(show(report(*map(finding, places)), "gitlab"))
    assert [entry["location"]["lines"]["begin"] for entry in entries] == [8, 8, 1, 1]


def test_a_clean_run() -> None:
    assert read(show(report(), "gitlab")) == []
