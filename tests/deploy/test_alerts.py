"""The alerts: they parse, ask for what there is, and lead to a runbook that exists."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import promql_parser
import pytest

from netlint_webhook.metrics import Metrics
from tests.conftest import ROOT
from tests.deploy.rendering import kustomized, one, parsed

OTHERS = {
    "up",
    "kube_deployment_status_replicas_ready",
    "apiserver_admission_webhook_fail_open_count",
    "apiserver_admission_webhook_rejection_count",
}
"""Metrics of Prometheus, kube-state-metrics and the API server."""

PAGE = "https://github.com/netlint/netlint/blob/main/"


@cache
def alerts() -> dict[str, dict[str, Any]]:
    groups = one(parsed(kustomized("monitoring")), "PrometheusRule")["spec"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    return {rule["alert"]: rule for rule in rules}


def selectors(expression: str) -> list[promql_parser.VectorSelector]:
    """Every selector of series in an expression, which must parse."""
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


def exported() -> dict[str, set[str]]:
    """The names of the webhook's series, and their labels."""
    metrics = Metrics()
    found: dict[str, set[str]] = {}
    for made in vars(metrics).values():
        labels = {*getattr(made, "_labelnames", ())}
        for family in getattr(made, "describe", list)():
            ends = ["_bucket", "_count", "_sum"] if family.type == "histogram" else [""]
            ends = ["_total"] if family.type == "counter" else ends
            found |= {f"{family.name}{end}": labels for end in ends}
    return found


def test_the_list_of_metrics_is_one() -> None:
    assert exported()["netlint_findings_total"] == {"rule", "action"}
    assert "netlint_admission_duration_seconds_bucket" in exported()


@pytest.mark.parametrize("name", alerts())
def test_it_asks_for_metrics_that_exist(name: str) -> None:
    known = exported()
    for selector in selectors(alerts()[name]["expr"]):
        assert selector.name in known or selector.name in OTHERS
        if selector.name in known:
            assert {each.name for each in selector.matchers.matchers} <= (
                known[selector.name] | {"namespace"}
            )


@pytest.mark.parametrize("name", alerts())
def test_it_groups_by_labels_that_exist(name: str) -> None:
    expression = alerts()[name]["expr"]
    labels = {"pod", "le", "name"}.union(
        *(exported().get(str(each.name), set()) for each in selectors(expression))
    )
    for group in re.findall(r"by \(([^)]*)\)", expression):
        assert {*group.split(", ")} <= labels


@pytest.mark.parametrize("name", alerts())
def test_what_it_says_can_be_filled_in(name: str) -> None:
    rule = alerts()[name]
    grouped = {*", ".join(re.findall(r"by \(([^)]*)\)", rule["expr"])).split(", ")}
    texts = [*rule["annotations"].values()]
    used = {label for text in texts for label in re.findall(r"\$labels\.(\w+)", text)}
    assert used <= grouped
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert {*rule["annotations"]} == {"summary", "description", "runbook_url"}


@pytest.mark.parametrize("name", alerts())
def test_the_runbook_has_a_section(name: str) -> None:
    page, _, anchor = alerts()[name]["annotations"]["runbook_url"].partition("#")
    assert page.startswith(PAGE)
    path = ROOT / page.removeprefix(PAGE)
    headings = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
    assert name in headings
    assert anchor == name.lower()


def test_the_runbook_has_no_other_sections() -> None:
    page = (ROOT / "docs/webhook/runbook.md").read_text()
    assert re.findall(r"^## (Netlint.+)$", page, re.MULTILINE) == [*alerts()]
