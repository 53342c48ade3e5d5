"""Fingerprints, which baselines and code scanning compare between runs."""

from __future__ import annotations

from netlint_linter.output.identity import fingerprints
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.source.document import Document, Origin, Path
from tests.linter.output.builders import API, API_PARTS, EGRESS, api, document, finding


def identity(found: Finding) -> str:
    return fingerprints([found])[0]


def at(path: Path = EGRESS, message: str = "m", severity: Severity = Severity.ERROR) -> str:
    return identity(finding(Location(api(), path), message, severity))


def test_moving_lines_and_files_changes_nothing() -> None:
    moved = document("elsewhere/api.yaml", "# a comment\n\n" + API, API_PARTS)
    message = "isolated by policies/default-deny.yaml:{} and -:{} (line {})"
    before = identity(finding(Location(api(), EGRESS), message.format("6:3", "8:1", 6)))
    after = identity(finding(Location(moved, EGRESS), message.format("9:13", "21", 9)))
    assert before == after


def test_what_makes_a_finding_another_one() -> None:
    other = document("policies/api.yaml", API.replace("api-egress", "web-egress"))
    identities = [
        at(),
        at(path=("spec",)),
        at(message="blocks 10.0.0.1:443"),
        at(message="blocks 10.0.0.1:444"),
        at(severity=Severity.WARNING),
        identity(finding(Location(other, EGRESS), "m")),
    ]
    assert len(set(identities)) == len(identities)


def test_texts_that_name_no_object_are_told_by_their_file() -> None:
    broken = [Location(Document(Origin(file), {})) for file in ("a.yaml", "b.yaml")]
    assert len({identity(finding(place)) for place in broken}) == 2


def test_equal_findings_are_numbered() -> None:
    found = finding(Location(api(), EGRESS))
    first, second, third = fingerprints([found, found, found])
    assert first == identity(found)
    assert len({first, second, third}) == 3


def test_they_stay_the_same_from_release_to_release() -> None:
    assert at() == "3f41d0458f1192a7e087d4ca1031ab7c"
