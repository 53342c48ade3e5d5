"""A rule says nothing of policies that lack what it needs: it may as well not be asked."""

from __future__ import annotations

import pytest

from netlint_linter.settings import from_body
from netlint_rules.bundle import cut
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.record import replace
from netlint_rules.registry import all_rules
from netlint_rules.rule import Rule
from netlint_rules.source.reader import read

RULES = [rule for rule in all_rules() if rule.needs]


@pytest.fixture(scope="module")
def spaces() -> list[Workspace]:
    """A workspace for each namespace of each bundle in all examples, with few policies in each."""
    made = []
    for example in (each for rule in all_rules() for each in (*rule.bad, *rule.good)):
        config = from_body(example.settings).config
        facts = Facts(config.facts)
        for bundle in cut(read(example.text.encode(), "example.yaml").documents).bundles:
            index = ResourceIndex.build(bundle.placed, config, facts)
            made.append(Workspace(index, config, facts))
    return made


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_is_asked_everywhere_says_the_same(rule: Rule, spaces: list[Workspace]) -> None:
    said = spared = 0
    for space in spaces:
        asked = examine(space, [rule])
        everywhere = examine(space, [replace(rule, needs=frozenset())])
        assert asked == everywhere
        said += len(asked.findings)
        spared += not any(
            rule.needs <= space.traits(name, alone=False) for name in space.index.names()
        )
    assert said, "the bad examples make it speak"
    assert spared, "some examples lack what it needs"


def test_there_are_such_rules_and_others() -> None:
    assert {"schema-strict", "ipblock-cluster-cidr"} <= {rule.name for rule in RULES}
    assert "default-deny" not in {rule.name for rule in RULES}
