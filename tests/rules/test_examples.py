"""Every rule's examples are run: they are its documentation and its tests at once."""

from __future__ import annotations

import re

import pytest

from netlint_linter.settings import from_body
from netlint_rules.bundle import cut
from netlint_rules.context import Workspace
from netlint_rules.engine import Outcome, examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.rule import Example, Rule, Scope
from netlint_rules.source.reader import read
from netlint_rules.suppress import known_words, suppress

MARK = re.compile(r"# <- (NP\d{3}(?:, ?NP\d{3})*)\s*$")
_ON_OBJECTS = {Scope.NAMESPACE, Scope.BUNDLE}
TODAY = "2026-11-21"
CASES = [
    pytest.param(rule, example, marked, id=f"{rule.name}: {example.title}")
    for rule in all_rules()
    for marked, examples in ((True, rule.bad), (False, rule.good))
    for example in examples
]


def findings(rule: Rule, example: Example) -> list[Finding]:
    """What one rule reports on an example, at any severity and confidence."""
    config = from_body(example.settings).config
    facts = Facts(config.facts)
    parsed = read(example.text.encode(), "example.yaml")
    result: list[Finding] = []
    if rule.scope is Scope.INPUT:
        parts = cut(parsed.documents)
        space = Workspace(ResourceIndex(), config, facts, parsed.troubles, parts)
        return found(examine(space, [rule]))
    others = all_rules() if rule.scope is Scope.SUPPRESSIONS else [rule]
    for bundle in cut(parsed.documents).bundles:
        index = ResourceIndex.build(bundle.placed, config, facts)
        about_objects = [other for other in others if other.scope in _ON_OBJECTS]
        result.extend(found(examine(Workspace(index, config, facts), about_objects)))
    if rule.scope in _ON_OBJECTS:
        return result
    silenced = suppress(result, parsed.documents, TODAY)
    workspace = Workspace(
        ResourceIndex(),
        config,
        facts,
        suppressions=silenced.suppressions,
        words=known_words(silenced.suppressions, config.selection),
    )
    return found(examine(workspace, [rule]))


def found(outcome: Outcome) -> list[Finding]:
    """The findings of an outcome without crashes."""
    assert not outcome.errors
    return list(outcome.findings)


def marks(text: str) -> list[tuple[int, str]]:
    """The lines that must be reported, with their codes."""
    return [
        (number, code.strip())
        for number, line in enumerate(text.splitlines(), 1)
        if (match := MARK.search(line))
        for code in match[1].split(",")
    ]


@pytest.mark.parametrize(("rule", "example", "bad"), CASES)
def test_example(rule: Rule, example: Example, bad: bool) -> None:
    reported = []
    for finding in findings(rule, example):
        assert finding.primary.span is not None
        reported.append((finding.primary.span.line, finding.code))
    assert sorted(reported) == sorted(marks(example.text))
    assert bool(reported) is bad, "a bad example marks a line, a good one marks none"
