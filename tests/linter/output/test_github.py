"""Workflow commands, read as the runner reads them."""

from __future__ import annotations

from dataclasses import replace

from netlint_rules.finding import Applicability, Fix, Location, Severity
from netlint_rules.report import InternalError
from netlint_rules.source.document import Document, Origin, Span
from tests.linter.output.builders import EGRESS, api, document, finding, report, show

Command = tuple[str, dict[str, str], str]


def read(output: str) -> list[Command]:
    """The commands as the runner splits and unescapes them."""
    return [_command(line) for line in output.splitlines()]


def _command(line: str) -> Command:
    assert line.startswith("::")
    head, message = line[2:].split("::", 1)
    name, _, pairs = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in pairs.split(","))
    values = {
        key: _data(value.replace("%3A", ":").replace("%2C", ","))
        for key, value in properties.items()
    }
    return name, values, _data(message)


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_an_annotation() -> None:
    assert show(report(finding(Location(api(), EGRESS))), "github") == (
        "::error file=policies/api.yaml,line=8,endLine=8,col=3,endColumn=24,"
        "title=NP101 dns-missing::pods app=api in shop can't resolve names\n"
    )


def test_levels() -> None:
    found = [finding(Location(api(), EGRESS), severity=severity) for severity in Severity]
    names = [name for name, _, _ in read(show(report(*found), "github"))]
    assert names == ["error", "warning", "notice"]


def test_special_characters_survive_the_runner() -> None:
    message = "100% of: pods, a=b\r\n::error::x %0A"
    place = Location(document("a,b:c%20=d.yaml", "a: 1"))
    fix = Fix("do this: now, 50%", Applicability.SAFE)
    ((name, properties, data),) = read(show(report(finding(place, message, fix=fix)), "github"))
    assert name == "error"
    assert properties["file"] == "a,b:c%20=d.yaml"
    assert data == f"{message}\nFix: do this: now, 50%"


def test_a_range_of_lines_has_no_columns() -> None:
    place = Location(document("./a.yaml", "a:\n  b: 1\n"), exact=Span(1, 1, 2, 7))
    ((_, properties, _),) = read(show(report(finding(place)), "github"))
    assert properties == {
        "file": "a.yaml",
        "line": "1",
        "endLine": "2",
        "title": "NP101 dns-missing",
    }


def test_a_finding_without_a_line_annotates_the_file() -> None:
    place = Location(Document(Origin("charts/api", "charts/api"), api().body))
    ((_, properties, _),) = read(show(report(finding(place)), "github"))
    assert properties == {"file": "charts/api", "title": "NP101 dns-missing"}


def test_a_crashed_rule_is_an_error() -> None:
    crash = InternalError("dns-egress", "shop", (), "KeyError: 'x'")
    ((name, properties, data),) = read(show(replace(report(), errors=(crash,)), "github"))
    assert (name, properties) == ("error", {"title": "netlint internal error"})
    assert data == "rule dns-egress crashed, so findings may be missing: KeyError: 'x'"


def test_nothing_to_say() -> None:
    assert show(report(), "github") == ""
