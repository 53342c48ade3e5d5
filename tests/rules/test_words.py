"""What all rules say of all examples, those of other rules too: it reads well."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from netlint_linter.settings import from_body
from netlint_rules.bundle import cut
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.rule import Example, Rule, Scope
from netlint_rules.source.reader import read

SLIPS = re.compile(
    r"\s\s|^\s|\s$|^$"  # an empty word
    r"|\b([a-zA-Z]+) \1(?![\w.-])"  # a word twice
    r"|\bevery pod in [\w-]+ (lose|resolve|reach|get|don't)\b"  # one, and many
    r"|\b1 (rule|policy|policie|pod|namespace|entrie|connection)s\b|\bNone\b"
)


def texts(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield from (place.note for place in (finding.primary, *finding.related) if place.note)
    if finding.fix:
        yield finding.fix.title


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_every_rule_reads_well_on_the_examples_of_every_other(rule: Rule) -> None:
    slips = {text for example in (*rule.bad, *rule.good) for text in said(example)}
    assert {text for text in slips if SLIPS.search(text)} == set()


def said(example: Example) -> Iterator[str]:
    config = from_body(example.settings).config
    facts = Facts(config.facts)
    asked = [rule for rule in all_rules() if rule.scope in {Scope.NAMESPACE, Scope.BUNDLE}]
    for bundle in cut(read(example.text.encode(), "example.yaml").documents).bundles:
        index = ResourceIndex.build(bundle.placed, config, facts)
        outcome = examine(Workspace(index, config, facts), asked)
        assert not outcome.errors
        for finding in outcome.findings:
            yield from texts(finding)
