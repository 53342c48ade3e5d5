"""The catalogue says of each rule what its file says."""

from __future__ import annotations

from netlint_linter.generate import CATALOGUE, FACTS, catalogue, shipped
from netlint_rules.registry import all_rules, outlines


def test_the_catalogue_is_up_to_date() -> None:
    assert CATALOGUE.read_text() == catalogue(), "make generate writes it anew"


def test_every_outline_finds_its_rule() -> None:
    assert [outline.rule for outline in outlines()] == list(all_rules())
    assert all(outline.check is outline.rule.check for outline in outlines())


def test_the_facts_are_those_of_the_data_files() -> None:
    assert FACTS.read_text() == shipped(), "make generate writes it anew"
