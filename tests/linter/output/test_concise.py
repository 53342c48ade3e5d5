"""One line a finding."""

from __future__ import annotations

from netlint_linter.output import Style
from netlint_rules.finding import Location, Severity
from netlint_rules.source.document import Document, Origin
from tests.linter.output.builders import EGRESS, api, finding, report, show


def test_a_line_starts_with_a_place_that_editors_can_open() -> None:
    run = report(
        finding(Location(api(), EGRESS)),
        finding(Location(api(), ("metadata", "name")), "too\nmany", Severity.WARNING),
    )
    assert show(run, "concise") == (
        "policies/api.yaml:8:3: error NP101 dns-missing: pods app=api in shop can't resolve names\n"
        "policies/api.yaml:4:3: warning NP201 or-split-peers: too many\n"
    )


def test_nothing_but_findings_is_printed() -> None:
    assert show(report(hidden=3, templates=2), "concise") == ""


def test_without_a_text_the_object_is_named() -> None:
    place = Location(Document(Origin("charts/api", "charts/api"), api().body), EGRESS)
    assert show(report(finding(place)), "concise").startswith(
        "charts/api: NetworkPolicy shop/api-egress spec.policyTypes: error NP101 dns-missing: "
    )


def test_colour() -> None:
    line = show(report(finding(Location(api(), EGRESS))), "concise", Style(colour=True))
    assert line.startswith("\x1b[1mpolicies/api.yaml:8:3\x1b[0m: \x1b[1;31merror NP101\x1b[0m ")
