"""netlint's codes as SARIF rules."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.finding import Severity
from netlint_rules.rule import Code, Rule

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
}
# Errors are only reported where they are certain; see "How it is judged" in the documentation.
_PRECISION = {Severity.ERROR: "very-high", Severity.WARNING: "high", Severity.INFO: "medium"}
# GitHub cuts longer descriptions, and shows ten tags.
_DESCRIPTION = 1024
_TAGS = 10


def descriptors(rules: Iterable[Rule]) -> list[dict[str, object]]:
    """One `reportingDescriptor` for each code, in order of the codes."""
    pairs = [(code, rule) for rule in rules for code in rule.codes]
    return [_descriptor(code, rule) for code, rule in sorted(pairs, key=lambda pair: pair[0].code)]


def _descriptor(code: Code, rule: Rule) -> dict[str, object]:
    return {
        "id": code.code,
        "name": "".join(part.capitalize() for part in code.name.split("-")),
        "shortDescription": {"text": _cut(code.title)},
        "fullDescription": {"text": _cut(_lead(rule))},
        "help": {"text": _plain(rule.doc), "markdown": _markdown(rule)},
        "defaultConfiguration": {"level": LEVELS[code.severity]},
        "properties": {
            "tags": [rule.name, *rule.groups][:_TAGS],
            "precision": _PRECISION[code.severity],
            "problem.severity": _PROBLEM[code.severity],
        },
    }


def _lead(rule: Rule) -> str:
    """The documentation's first paragraph, which is its first sentence or two."""
    lead = rule.doc.strip().partition("\n\n")[0]
    return " ".join(lead.split()) or rule.title


def _markdown(rule: Rule) -> str:
    links = "".join(f"\n- <{reference}>" for reference in rule.references)
    return rule.doc.strip() + (f"\n\n## References\n{links}" if links else "")


def _plain(doc: str) -> str:
    """Markdown without the marks of its headings; the rest reads well as it is."""
    return "\n".join(
        line.lstrip("#").lstrip() if line.startswith("#") else line
        for line in doc.strip().split("\n")
    )


def _cut(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1] + "…"
