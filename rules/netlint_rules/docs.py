"""A rule's documentation as a Markdown page and as JSON, and its parts for other forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from netlint_rules.rule import Code, Example, Rule

_HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)


def headline(rule: Rule) -> str:
    """One sentence: what the rule finds, and what that does."""
    return rule.doc.strip().partition("\n")[0].rstrip(".") + "."


def sections(rule: Rule) -> dict[str, str]:
    """The parts of the rule's text by heading, in order; the introduction has an empty one."""
    _, _, rest = rule.doc.strip().partition("\n")
    first, *others = _HEADING.split(rest)
    parts = {"": first, **dict(zip(others[::2], others[1::2], strict=True))}
    return {heading: text.strip() for heading, text in parts.items()}


def settings_of(example: Example) -> str:
    """The settings that an example needs, as words."""
    return ", ".join(f"{key}: {as_yaml(value)}" for key, value in example.settings.items())


def markdown(rule: Rule) -> str:
    """The rule's page."""
    blocks = [f"# {rule.name}", headline(rule), _code_table(rule)]
    parts = sections(rule)
    blocks.append(parts.pop(""))
    for heading, text in parts.items():
        blocks += [f"## {heading}", text]
    blocks += ["## Examples", *_examples(rule.bad, "Reported"), *_examples(rule.good, "Accepted")]
    if rule.options:
        blocks += ["## Settings", _options(rule)]
    if rule.references:
        blocks += ["## References", "\n".join(f"- <{link}>" for link in rule.references)]
    blocks.append(f"Since netlint {rule.since}. Groups: {', '.join(rule.groups)}.")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _code_table(rule: Rule) -> str:
    return _table([_row(code, code.code) for code in rule.codes])


def _table(rows: Sequence[str]) -> str:
    head = ("| code | name | severity | fix | what it says |", "|---|---|---|---|---|")
    return "\n".join([*head, *rows])


def _row(code: Code, first: str) -> str:
    fix = "yes" if code.fixable else ""
    title = code.title.replace("|", "\\|")
    return f"| {first} | `{code.name}` | {code.severity.value} | {fix} | {title} |"


def _examples(examples: Sequence[Example], verdict: str) -> Iterator[str]:
    for example in examples:
        yield f"### {verdict}: {_uncapitalised(example.title)}"
        if example.settings:
            yield f"With `{settings_of(example)}`:"
        yield f"```yaml\n{example.text.rstrip()}\n```"


def _uncapitalised(text: str) -> str:
    """The title after a colon; names and abbreviations stay as they are."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _options(rule: Rule) -> str:
    rows = [
        f"- `{rule.name}.{name}` (default `{as_yaml(default)}`): {sentence}"
        for name, (default, sentence) in rule.options.items()
    ]
    return "\n".join(rows)


def as_yaml(value: object) -> str:
    """A value as YAML writes it in a line."""
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            return f"[{', '.join(map(as_yaml, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{key}: {as_yaml(item)}' for key, item in value.items())}}}"
    return str(value)


def index(rules: Sequence[Rule], groups: Mapping[str, str]) -> str:
    """The page that lists all rules by group."""
    blocks = ["# Rules", "`netlint explain RULE` prints the same pages on a terminal."]
    for group, sentence in groups.items():
        members = [rule for rule in rules if rule.groups[0] == group]
        rows = [
            _row(code, f"[{code.code}]({rule.name}.md)") for rule in members for code in rule.codes
        ]
        if rows:
            title = f"{sentence[0].upper()}{sentence[1:]}."
            blocks += [f"## {group.capitalize()}", title, _table(sorted(rows))]
    return "\n\n".join(blocks) + "\n"


def as_json(rule: Rule) -> dict[str, object]:
    """The rule as JSON values."""
    return {
        "name": rule.name,
        "title": rule.title,
        "groups": list(rule.groups),
        "since": rule.since,
        "codes": [
            {
                "code": code.code,
                "name": code.name,
                "severity": code.severity.value,
                "title": code.title,
                "fixable": code.fixable,
            }
            for code in rule.codes
        ],
        "doc": rule.doc.strip(),
        "examples": {
            "bad": [_example(example) for example in rule.bad],
            "good": [_example(example) for example in rule.good],
        },
        "options": {
            f"{rule.name}.{name}": {"default": default, "description": sentence}
            for name, (default, sentence) in rule.options.items()
        },
        "references": list(rule.references),
    }


def _example(example: Example) -> dict[str, object]:
    return {"title": example.title, "text": example.text, "settings": dict(example.settings)}
