"""Every fix of every rule, on its own bad examples: it clears its finding and adds none."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonpatch
import pytest

from netlint_linter.fixing.choose import Choice
from netlint_linter.fixing.command import Linter
from netlint_linter.fixing.rounds import Fixed, settle
from netlint_linter.request import Request
from netlint_linter.run import gather
from netlint_linter.settings import Settings, from_body
from netlint_rules.config import Selection
from netlint_rules.edit.patch import patched, same
from netlint_rules.finding import Applicability, Confidence, Severity
from netlint_rules.registry import all_rules
from netlint_rules.report import Report
from netlint_rules.rule import Example, Rule

CASES = [
    pytest.param(rule, example, id=f"{rule.name}: {example.title}")
    for rule in all_rules()
    if any(code.fixable for code in rule.codes)
    for example in rule.bad
]


def settings(rule: Rule, example: Example) -> Settings:
    """The example's settings with this rule alone, everything shown."""
    base = from_body(example.settings)
    selection = Selection(
        select=(rule.name,), min_severity=Severity.INFO, min_confidence=Confidence.LOW
    )
    return replace(base, config=replace(base.config, selection=selection))


def start(rule: Rule, example: Example, file: Path) -> tuple[Linter, Fixed]:
    file.write_text(example.text, encoding="utf-8")
    linter = Linter(Request((str(file),), settings(rule, example)), Counter())
    inputs = gather(linter.request)
    return linter, Fixed(inputs, linter.judge(inputs))


def loud(report: Report) -> Counter[str]:
    """The codes of what isn't a mere remark."""
    return Counter(each.code for each in report.findings if each.severity is not Severity.INFO)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_fix_clears_its_finding_and_adds_none(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    file = tmp_path / "example.yaml"
    linter, before = start(rule, example, file)
    choice = Choice(unsafe=True)
    after = settle(before, choice, linter)
    rejected = [finding for finding, _ in choice.rejected.values()]
    assert all(each.severity is Severity.INFO and each.fix.creates for each in rejected if each.fix)
    assert len([each for each in after.report.findings if each.fix]) == len(rejected)
    assert loud(after.report) <= loud(before.report)
    for path, data in after.after.items():
        Path(path).write_bytes(data)
    again = settle(replace(after, applied=()), Choice(unsafe=True), linter)
    assert bool(again.applied) is False
    check_comments(example.text, file.read_text(encoding="utf-8"))


def check_comments(before: str, after: str) -> None:
    """Comments of lines that stay are still there."""
    kept = set(before.splitlines()) & set(after.splitlines())
    assert [line for line in before.splitlines() if line in kept and "#" in line] == [
        line for line in after.splitlines() if line in kept and "#" in line
    ]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_fix_alone_applies_only_what_is_safe(rule: Rule, example: Example, tmp_path: Path) -> None:
    linter, before = start(rule, example, tmp_path / "example.yaml")
    after = settle(before, Choice(), linter)
    assert all(each.fix.applicability is Applicability.SAFE for each in after.applied)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_patch_means_to_others_what_it_means_here(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    _, state = start(rule, example, tmp_path / "example.yaml")
    for finding in state.report.findings:
        patch = [dict(operation) for operation in finding.fix.patch] if finding.fix else []
        body = finding.primary.document.body
        assert same(jsonpatch.apply_patch(body, patch), patched(body, patch))


def test_fixable_says_whether_a_code_has_fixes(tmp_path: Path) -> None:
    """Each code that is called fixable has an example with a fix, and no other code has one."""
    fixed: set[str] = set()
    for rule in all_rules():
        for number, example in enumerate(rule.bad):
            _, state = start(rule, example, tmp_path / f"{rule.name}-{number}.yaml")
            fixed |= {finding.code for finding in state.report.findings if finding.fix}
            (tmp_path / f"{rule.name}-{number}.yaml").unlink()
    fixable = {code.code for rule in all_rules() for code in rule.codes if code.fixable}
    assert fixed == fixable
