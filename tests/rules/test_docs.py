"""Rules as Markdown pages and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from netlint_rules.docs import as_json, headline, index, markdown, sections
from netlint_rules.finding import Severity
from netlint_rules.registry import GROUPS, all_rules
from netlint_rules.rule import Code, Example, Rule

DOC = """A thing that breaks

Some text
on two lines.

## Why it matters

It does.

```yaml
a: 1

b: 2
```

## How to fix

Mend it.
"""
RULE = Rule(
    name="a-rule",
    title="a thing",
    codes=(
        Code("NP998", "a-code", Severity.ERROR, "this | that breaks", fixable=True),
        Code("NP999", "other-code", Severity.INFO, "that may break"),
    ),
    groups=("style", "exposure"),
    since="0.1.0",
    doc=DOC,
    bad=(Example("A bad one", "a: 1  # <- NP998\n", {"complete": True, "options": {"x": [1]}}),),
    good=(Example("YAML that is fine", "b: 2\n"), Example("One more", "c: 3\n")),
    check=lambda *_: (),
    options={"exempt": ([], "who is exempt"), "level": ("L2", "what is due")},
    references=("https://example.com/a",),
)


def test_parts() -> None:
    assert headline(RULE) == "A thing that breaks."
    assert sections(RULE) == {
        "": "Some text\non two lines.",
        "Why it matters": "It does.\n\n```yaml\na: 1\n\nb: 2\n```",
        "How to fix": "Mend it.",
    }


def test_a_page() -> None:
    assert markdown(RULE) == (
        "# a-rule\n\nA thing that breaks.\n\n"
        "| code | name | severity | fix | what it says |\n|---|---|---|---|---|\n"
        "| NP998 | `a-code` | error | yes | this \\| that breaks |\n"
        "| NP999 | `other-code` | info |  | that may break |\n\n"
        "Some text\non two lines.\n\n"
        "## Why it matters\n\nIt does.\n\n```yaml\na: 1\n\nb: 2\n```\n\n"
        "## How to fix\n\nMend it.\n\n"
        "## Examples\n\n"
        "### Reported: a bad one\n\nWith `complete: true, options: {x: [1]}`:\n\n"
        "```yaml\na: 1  # <- NP998\n```\n\n"
        "### Accepted: YAML that is fine\n\n```yaml\nb: 2\n```\n\n"
        "### Accepted: one more\n\n```yaml\nc: 3\n```\n\n"
        "## Settings\n\n"
        "- `a-rule.exempt` (default `[]`): who is exempt\n"
        "- `a-rule.level` (default `L2`): what is due\n\n"
        "## References\n\n- <https://example.com/a>\n\n"
        "Since netlint 0.1.0. Groups: style, exposure.\n"
    )


def test_json() -> None:
    body = json.loads(json.dumps(as_json(RULE)))
    assert body["name"] == "a-rule"
    assert body["codes"][0] == {
        "code": "NP998",
        "name": "a-code",
        "severity": "error",
        "title": "this | that breaks",
        "fixable": True,
    }
    assert body["examples"]["bad"][0]["settings"] == {"complete": True, "options": {"x": [1]}}
    assert [example["title"] for example in body["examples"]["good"]] == [
        "YAML that is fine",
        "One more",
    ]
    assert body["options"]["a-rule.level"] == {"default": "L2", "description": "what is due"}


def test_the_index_has_groups_in_their_order() -> None:
    text = index([RULE], {"exposure": "open", "style": "hard to read"})
    assert text == (
        "# Rules\n\n`netlint explain RULE` prints the same pages on a terminal.\n\n"
        "## Style\n\nHard to read.\n\n"
        "| code | name | severity | fix | what it says |\n|---|---|---|---|---|\n"
        "| [NP998](a-rule.md) | `a-code` | error | yes | this \\| that breaks |\n"
        "| [NP999](a-rule.md) | `other-code` | info |  | that may break |\n"
    )


def test_the_index_lists_every_code() -> None:
    text = index(all_rules(), GROUPS)
    for rule in all_rules():
        for code in rule.codes:
            assert text.count(f"[{code.code}]({rule.name}.md)") == 1


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_the_pages_of_real_rules_are_complete(rule: Rule) -> None:
    page = markdown(rule)
    assert re.findall("^## (.+)$", page, re.M)[:3] == ["Why it matters", "How to fix", "Examples"]
    fences = re.findall("^```yaml\n(.*?)^```$", page, re.M | re.S)
    for example in (*rule.bad, *rule.good):
        assert example.text.rstrip() + "\n" in fences
