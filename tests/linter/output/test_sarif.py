"""SARIF, read back by a package made for it, and held to what GitHub documents."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel
from sarif_pydantic import Sarif  # type: ignore[import-untyped]

from netlint_linter.output import Style, render
from netlint_rules.config import Config
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.report import InternalError, Report
from netlint_rules.rule import Rule
from netlint_rules.source.document import Document, Origin
from netlint_rules.version import __version__
from tests.linter.output.builders import EGRESS, RULES, api, deny, finding, report, show

# In the specification, but not in the package's models.
UNMODELLED = {"columnKind", "toolExecutionNotifications"}


def full() -> Finding:
    return finding(
        Location(api(), EGRESS, "isolates egress"),
        related=[Location(deny(), EGRESS, "isolates egress [of] every pod")],
        fix=Fix("allow DNS", Applicability.UNSAFE, creates={"kind": "NetworkPolicy"}),
        bundles=("prod",),
    )


def load(run: Report) -> dict[str, Any]:
    """The only run of the log."""
    (only,) = json.loads(show(run, "sarif"))["runs"]
    assert isinstance(only, dict)
    return only


def unknown_keys(part: object) -> set[str]:
    """Keys that the package's models don't have: misspelt, or in the wrong place."""
    if isinstance(part, list):
        return {key for item in part for key in unknown_keys(item)}
    if not isinstance(part, BaseModel):
        return set()
    values = [getattr(part, name) for name in type(part).model_fields]
    return {*(part.model_extra or ()), *unknown_keys(values)}


def test_the_package_knows_every_key() -> None:
    crash = InternalError("dns-egress", "shop", (), "KeyError: 'x'")
    log = Sarif.model_validate_json(show(replace(report(full()), errors=(crash,)), "sarif"))
    assert unknown_keys(log) == UNMODELLED
    assert log.version == "2.1.0"


def test_the_package_reads_back_what_was_found() -> None:
    log = Sarif.model_validate_json(show(report(full()), "sarif"))
    (run,) = log.runs
    (result,) = run.results
    rule = run.tool.driver.rules[result.rule_index]
    assert (rule.id, rule.name, result.rule_id) == ("NP101", "DnsMissing", "NP101")
    assert run.tool.driver.version == __version__
    assert result.level.value == "error"
    (place,) = result.locations
    region = place.physical_location.region
    assert (region.start_line, region.start_column) == (8, 3)
    assert (region.end_line, region.end_column) == (8, 24)


def test_locations_name_the_object_and_the_field() -> None:
    (result,) = load(report(full()))["results"]
    assert result["locations"][0]["logicalLocations"] == [
        {
            "name": "api-egress",
            "kind": "resource",
            "fullyQualifiedName": (
                "networking.k8s.io/v1 NetworkPolicy shop/api-egress spec.policyTypes"
            ),
        }
    ]


def test_related_locations_are_linked_from_the_message() -> None:
    (result,) = load(report(full()))["results"]
    assert result["message"]["text"] == (
        "pods app=api in shop can't resolve names. "
        r"See: [isolates egress \[of\] every pod](1)."
    )
    (related,) = result["relatedLocations"]
    assert related["id"] == 1
    assert related["message"]["text"] == "isolates egress [of] every pod"
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "policies/default-deny.yaml"


def test_levels() -> None:
    found = [finding(Location(api(), EGRESS), severity=severity) for severity in Severity]
    levels = [result["level"] for result in load(report(*found))["results"]]
    assert levels == ["error", "warning", "note"]


def test_fixes_are_kept_as_json_patches_where_no_text_can_be_edited() -> None:
    (result,) = load(report(full()))["results"]
    assert "fixes" not in result
    assert result["properties"]["fix"]["creates"] == {"kind": "NetworkPolicy"}
    assert result["properties"]["bundles"] == ["prod"]
    assert result["properties"]["confidence"] == "certain"


@pytest.mark.parametrize(
    ("file", "location"),
    [
        ("policies/api.yaml", {"uri": "policies/api.yaml", "uriBaseId": "%SRCROOT%"}),
        ("./a b/ü#.yaml", {"uri": "a%20b/%C3%BC%23.yaml", "uriBaseId": "%SRCROOT%"}),
        ("/srv/a.yaml", {"uri": "file:///srv/a.yaml"}),
        ("a\udcff.yaml", {"uri": "a%FF.yaml", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_files_are_uris(file: str, location: dict[str, str]) -> None:
    run = load(report(finding(Location(api(file), EGRESS))))
    assert run["artifacts"] == [{"location": location}]
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == location
    bases = set(run["originalUriBaseIds"])
    assert location.get("uriBaseId", "%SRCROOT%") in bases


def test_a_finding_without_a_line_is_one_of_the_whole_file() -> None:
    place = Location(Document(Origin("charts/api", "charts/api"), {}))
    (result,) = load(report(finding(place)))["results"]
    artifact = {"uri": "charts/api", "uriBaseId": "%SRCROOT%"}
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": artifact}}]


def test_a_code_of_no_known_rule_is_reported_all_the_same() -> None:
    text = render(report(full()), "sarif", RULES[:1], Style(), Config())
    (result,) = json.loads(text)["runs"][0]["results"]
    assert result["ruleId"] == "NP101"
    assert "ruleIndex" not in result


def test_a_crash_is_a_failed_invocation() -> None:
    assert load(report())["invocations"] == [{"executionSuccessful": True}]
    crash = InternalError("dns-egress", "shop", (), "KeyError: 'x'")
    (invocation,) = load(replace(report(), errors=(crash,)))["invocations"]
    assert not invocation["executionSuccessful"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "Rule dns-egress crashed: KeyError: 'x'"


def test_rules_are_in_order_and_say_what_they_are() -> None:
    rules = load(report())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["NP101", "NP102", "NP201", "NP902"]
    assert rules[0] == {
        "id": "NP101",
        "name": "DnsMissing",
        "shortDescription": {"text": "Pods can't resolve names"},
        "fullDescription": {"text": "Pods reach nothing by name."},
        "help": {
            "text": "Pods reach nothing by name.\n\nWhy it matters\n\nDNS is `port 53`.",
            "markdown": (
                "Pods reach nothing by name.\n\n## Why it matters\n\nDNS is `port 53`.\n\n"
                "## References\n\n- <https://kubernetes.io/docs/concepts/services-networking/>"
            ),
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["dns-egress", "dns"],
            "precision": "very-high",
            "problem.severity": "error",
        },
    }


@pytest.mark.parametrize(("length", "end"), [(1024, "xx"), (1025, "x…")])
def test_descriptions_are_cut_where_github_cuts_them(length: int, end: str) -> None:
    rules = (replace(RULES[0], doc="x" * length),)
    text = render(report(), "sarif", rules, Style(), Config())
    (rule,) = json.loads(text)["runs"][0]["tool"]["driver"]["rules"]
    assert len(rule["fullDescription"]["text"]) == 1024
    assert rule["fullDescription"]["text"].endswith(end)


def check_for_github(run: dict[str, Any]) -> None:
    """The requirements and limits of "SARIF support for code scanning"."""
    for rule in run["tool"]["driver"]["rules"]:
        assert 0 < len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["partialFingerprints"]
        assert len(result["locations"]) == 1
        assert len(result.get("relatedLocations", ())) <= 100


def test_githubs_limits() -> None:
    policies = [deny(f"deny-{number}.yaml") for number in range(150)]
    many = [Location(policy, EGRESS, "isolates egress") for policy in policies]
    crowded = finding(Location(api(), EGRESS), related=many)
    groups = tuple(f"group-{number}" for number in range(30))
    long = replace(RULES[0], doc="word " * 1000, groups=groups)
    rules: tuple[Rule, ...] = (long, replace(RULES[1], doc=""), RULES[2])
    text = render(report(full(), crowded), "sarif", rules, Style(), Config())
    with pytest.raises(AssertionError):
        check_for_github(json.loads(text)["runs"][0])
    text = render(report(full(), crowded), "sarif", (long, *RULES[1:]), Style(), Config())
    check_for_github(json.loads(text)["runs"][0])
