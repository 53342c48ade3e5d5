"""The JSON contract, and the schema that describes it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from netlint_linter.output.json_schema import schema
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.report import Report
from netlint_rules.source.document import Document, Origin
from tests.linter.output.builders import EGRESS, api, deny, finding, report, show

PATCH = Fix(
    "isolate ingress as well",
    Applicability.SAFE,
    ({"op": "add", "path": "/spec/policyTypes/-", "value": "Ingress"},),
)
CREATE = Fix("allow DNS", Applicability.UNSAFE, creates={"kind": "NetworkPolicy", "spec": {}})


def full() -> Finding:
    related = [Location(deny(), EGRESS, "isolates egress of every pod in shop")]
    return finding(Location(api(), EGRESS), related=related, fix=PATCH, bundles=("prod",))


def without_text() -> Finding:
    document = Document(Origin("-"), {"kind": "Pod"})
    return finding(Location(document, ("spec",)), "naïve 猫", Severity.INFO, fix=CREATE)


def load(run: Report) -> dict[str, Any]:
    output = json.loads(show(run, "json"))
    assert isinstance(output, dict)
    return output


def closed(part: Any) -> Any:
    """The schema with unknown keys forbidden, as today's output must have none."""
    if isinstance(part, list):
        return [closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    inner = {key: closed(value) for key, value in part.items()}
    return {**inner, "additionalProperties": False} if "required" in part else inner


def without_operations(output: dict[str, Any]) -> dict[str, Any]:
    """Patches hold values of any shape; `value` is theirs, not the contract's."""
    copy = deepcopy(output)
    for item in copy["findings"]:
        for operation in (item["fix"] or {}).get("patch", ()):
            operation.pop("value", None)
    return copy


def test_the_contract() -> None:
    output = load(report(full(), hidden=5, suppressed=2))
    assert output == {
        "version": 1,
        "findings": [
            {
                "code": "NP101",
                "name": "dns-missing",
                "rule": "dns-egress",
                "severity": "error",
                "confidence": "certain",
                "message": "pods app=api in shop can't resolve names",
                "file": "policies/api.yaml",
                "line": 8,
                "column": 3,
                "end_line": 8,
                "end_column": 24,
                "path": "spec.policyTypes",
                "object": {
                    "apiVersion": "networking.k8s.io/v1",
                    "kind": "NetworkPolicy",
                    "namespace": "shop",
                    "name": "api-egress",
                },
                "related": [
                    {
                        "file": "policies/default-deny.yaml",
                        "line": 6,
                        "column": 3,
                        "path": "spec.policyTypes",
                        "message": "isolates egress of every pod in shop",
                    }
                ],
                "fix": {
                    "title": "isolate ingress as well",
                    "applicability": "safe",
                    "patch": [{"op": "add", "path": "/spec/policyTypes/-", "value": "Ingress"}],
                },
                "bundles": ["prod"],
                "cause": None,
            }
        ],
        "summary": {
            "files": 41,
            "documents": 118,
            "policies": 12,
            "namespaces": 3,
            "findings": 1,
            "errors": 1,
            "warnings": 0,
            "infos": 0,
            "hidden": 5,
            "suppressed": 2,
        },
    }


def test_keys_are_in_the_order_of_the_contract() -> None:
    found = load(report(full()))["findings"][0]
    assert list(found)[:8] == [
        *("code", "name", "rule", "severity", "confidence", "message", "file", "line")
    ]


def test_what_is_not_there_is_null_or_empty() -> None:
    found = load(report(without_text()))["findings"][0]
    assert [found[key] for key in ("line", "column", "end_line", "end_column")] == [None] * 4
    assert found["object"] == {"apiVersion": "", "kind": "Pod", "namespace": "", "name": ""}
    assert found["related"] == found["bundles"] == []
    assert load(report(finding(Location(api(), EGRESS))))["findings"][0]["fix"] is None


def test_an_object_to_create_comes_with_the_fix() -> None:
    fix = load(report(without_text()))["findings"][0]["fix"]
    assert fix == {
        "title": "allow DNS",
        "applicability": "unsafe",
        "patch": [],
        "creates": {"kind": "NetworkPolicy", "spec": {}},
    }


def test_lines_of_rendered_text_are_left_out() -> None:
    source = api()
    rendered = Document(Origin("np.yaml", "charts/api"), source.body, positions=source.positions)
    related = [Location(rendered, EGRESS, "isolates egress")]
    found = load(report(finding(Location(rendered, EGRESS), related=related)))["findings"][0]
    assert (found["file"], found["line"], found["related"][0]["line"]) == ("np.yaml", None, None)


def test_any_stream_can_carry_it() -> None:
    assert show(report(without_text()), "json").isascii()
    assert load(report(without_text()))["findings"][0]["message"] == "naïve 猫"


def test_the_schema_is_valid_and_documents_everything() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    found = schema()["properties"]["findings"]["items"]  # type: ignore[index]
    for name, part in found["properties"].items():
        assert "description" in part or name in {"fix", "cause"}, name


@pytest.mark.parametrize("run", [report(), report(full(), without_text(), hidden=1)])
def test_the_schema_describes_the_output_exactly(run: Report) -> None:
    output = load(run)
    jsonschema.validate(output, schema())
    jsonschema.validate(without_operations(output), closed(schema()))


@pytest.mark.parametrize("key", ["line", "severity", "object", "fix"])
def test_the_schema_misses_nothing(key: str) -> None:
    output = load(report(full()))
    del output["findings"][0][key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(output, schema())
