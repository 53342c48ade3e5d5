"""Findings in manifests as the reader gives them."""

from __future__ import annotations

import json

from netlint_rules.finding import Location
from netlint_rules.source.document import Path
from netlint_rules.source.reader import read
from tests.linter.output.builders import API, DENY, finding, report, show

EGRESS: Path = ("spec", "policyTypes")
TWO = f"{API}---\n{DENY}"


def excerpt(text: str) -> list[str]:
    """The lines between the frame's first and last."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if "┌─" in line)
    end = next(number for number, line in enumerate(lines) if line.lstrip().startswith("= "))
    return lines[start:end]


def two_places(text: str, file: str = "all.yaml", related: Path = EGRESS) -> list[str]:
    first, second = read(text.encode(), file).documents
    places = [Location(second, related, "isolates every pod")]
    found = finding(Location(first, EGRESS, "isolates egress"), related=places)
    return excerpt(show(report(found)))


def test_places_in_two_documents_of_a_file_share_an_excerpt() -> None:
    assert two_places(TWO) == [
        "   ┌─ all.yaml:8:3",
        "   │",
        " 4 │   name: api-egress",
        "   ·",
        " 8 │   policyTypes: [Egress]",
        "   │   ^^^^^^^^^^^^^^^^^^^^^ isolates egress",
        "   ·",
        "23 │   policyTypes: [Ingress, Egress]",
        "   │   ------------------------------ isolates every pod",
        "   │",
    ]


def test_line_ends_do_not_matter() -> None:
    assert two_places(TWO.replace("\n", "\r\n")) == two_places(TWO)
    assert two_places("\ufeff" + TWO) == two_places(TWO)


def test_manifests_in_markdown_are_shown_where_they_are() -> None:
    text = f"# Policies\n\n```yaml\n{TWO}```\n"
    lines = two_places(text, "README.md")
    assert lines[0] == "   ┌─ README.md:11:3"
    assert lines[4:6] == [
        "11 │   policyTypes: [Egress]",
        "   │   ^^^^^^^^^^^^^^^^^^^^^ isolates egress",
    ]


def test_json_indented_with_tabs() -> None:
    body = read(API.encode(), "api.yaml").documents[0].body
    text = json.dumps(body, indent="\t")
    (document,) = read(text.encode(), "api.json").documents
    line = text[: text.index('"podSelector"')].count("\n") + 1
    found = finding(Location(document, ("spec", "podSelector"), "these pods"))
    assert excerpt(show(report(found)))[-3:] == [
        f'{line} │         "podSelector": {{',
        "  │         ^^^^^^^^^^^^^ these pods",
        "  │",
    ]


def test_the_place_of_a_parse_error_is_shown() -> None:
    (trouble,) = read(b"kind: NetworkPolicy\nspec: [a\n---\nkind: Pod\n", "a.yaml").troubles
    place = Location(trouble.document, exact=trouble.span)
    text = show(report(finding(place, trouble.message)))
    assert "┌─ a.yaml:" in text
    assert "spec: [a" in text
    assert "^" in text


def test_machine_formats_agree_on_the_place() -> None:
    first, second = read(TWO.encode(), "all.yaml").documents
    run = report(finding(Location(second, EGRESS), related=[Location(first, EGRESS)]))
    assert "all.yaml:23:3: error" in show(run, "concise")
    found = json.loads(show(run, "json"))["findings"][0]
    assert [found[key] for key in ("line", "column", "end_line", "end_column")] == [23, 3, 23, 33]
    assert found["related"][0]["line"] == 8
    region = json.loads(show(run, "sarif"))["runs"][0]["results"][0]["locations"][0]
    assert region["physicalLocation"]["region"] == {
        "startLine": 23,
        "startColumn": 3,
        "endLine": 23,
        "endColumn": 33,
    }
    assert "line=23,endLine=23,col=3,endColumn=33," in show(run, "github")
    assert json.loads(show(run, "gitlab"))[0]["location"]["lines"] == {"begin": 23, "end": 23}
    assert 'line="23"' in show(run, "junit")
