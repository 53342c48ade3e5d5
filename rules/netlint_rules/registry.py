"""The rules that exist, and the words that select them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from netlint_rules import checks
from netlint_rules.rule import Code, Outline, Rule

GROUPS: Mapping[str, str] = {
    "correctness": "traffic that was meant to pass doesn't, or the reverse",
    "exposure": "more is reachable than was meant",
    "isolation": "pods or namespaces without the isolation that is due",
    "addresses": "address blocks that don't match what they are aimed at",
    "validity": "objects that the API server refuses or reads differently",
    "style": "policies that are right but hard to read",
    "platform": "behaviour that depends on the network plugin or the cloud",
    "input": "files that netlint can't read fully",
}
"""Groups for --select and --ignore, each with what its rules have in common."""


@cache
def outlines() -> tuple[Outline, ...]:
    """What is known of every rule without importing it, by its first code."""
    from netlint_rules.catalogue import OUTLINES

    return OUTLINES


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every built-in rule, by its first code."""
    from pkgutil import iter_modules

    names = sorted(module.name for module in iter_modules(checks.__path__))
    modules = (import_module(f"{checks.__name__}.{name}") for name in names)
    rules = [module.RULE for module in modules if hasattr(module, "RULE")]
    return tuple(sorted(rules, key=lambda rule: rule.codes[0].code))


@cache
def all_codes() -> tuple[tuple[Outline, Code], ...]:
    """Every code with its rule, in order of the codes."""
    pairs = [(rule, code) for rule in outlines() for code in rule.codes]
    return tuple(sorted(pairs, key=lambda pair: pair[1].code))


@cache
def by_code() -> Mapping[str, tuple[Outline, Code]]:
    """Every code with its rule, by the code."""
    return {code.code: (rule, code) for rule, code in all_codes()}


def find(word: str) -> tuple[tuple[Outline, Code], ...]:
    """The codes that a word names: a code or its prefix, a name, a rule or a group."""
    return tuple((rule, code) for rule, code in all_codes() if names(word, rule, code))


def names(word: str, rule: Outline, code: Code) -> bool:
    """Whether a word of --select or of a suppression means this code."""
    if word in {code.name, rule.name, "all", "ALL"} or word in rule.groups:
        return True
    return word.upper().startswith("NP") and code.code.startswith(word.upper())
