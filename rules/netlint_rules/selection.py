"""Which codes run and what they count as: the words of --select, --ignore and --severity."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.config import Selection
from netlint_rules.finding import Severity
from netlint_rules.registry import names
from netlint_rules.rule import Code, Outline
from netlint_rules.typed import TypeVar

R = TypeVar("R", bound=Outline)


def enabled(rules: Iterable[R], selection: Selection) -> list[R]:
    """The rules of which at least one code is selected."""
    return [rule for rule in rules if any(selects(selection, rule, code) for code in rule.codes)]


def selects(selection: Selection, rule: Outline, code: Code) -> bool:
    """Whether a code is on. The more specific word wins: `--ignore NP1 --extend-select NP104`."""
    chosen = [*(selection.select or ("all",)), *selection.extend_select]
    on = max((_weight(word, rule, code) for word in chosen), default=0)
    off = max((_weight(word, rule, code) for word in selection.ignore), default=0)
    return on > off


def _weight(word: str, rule: Outline, code: Code) -> int:
    """How exactly a word names a code: 0 for not at all; a group, a prefix, a rule, the code."""
    if not names(word, rule, code):
        return 0
    if word in {"all", "ALL"}:
        return 1
    if word in rule.groups and word not in {rule.name, code.name}:
        return 2
    if word in {code.name, code.code}:
        return 20
    return 15 if word == rule.name else 3 + len(word)


def severity_of(selection: Selection, rule: Outline, code: Code) -> Severity | None:
    """The severity that the user gives a code, None where they give none."""
    word = nearest(selection.severities, rule, code)
    return None if word is None else selection.severities[word]


def nearest(words: Iterable[str], rule: Outline, code: Code) -> str | None:
    """The most specific of the words that name a code, None where none does."""
    naming = (word for word in words if names(word, rule, code))
    return max(naming, key=lambda word: _weight(word, rule, code), default=None)
