"""Writes what is made from the code: the rules' catalogue and pages, the facts, the JSON schemas.

`python -m netlint_linter.generate [FOLDER]`, where FOLDER is the project's `docs`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import netlint_rules
from netlint_linter.answers import can_schema, reach_schema
from netlint_linter.compare import schema as diff_schema
from netlint_linter.output import json_schema
from netlint_linter.schema import schema
from netlint_rules import facts
from netlint_rules.choices import Enum
from netlint_rules.docs import index, markdown
from netlint_rules.registry import GROUPS, all_rules
from netlint_rules.rule import Outline

CATALOGUE = Path(netlint_rules.__file__).with_name("catalogue.py")
FACTS = Path(facts.__file__).with_name("shipped.py")
_FACTS_HEAD = '''\
"""The rows of `data/*.json` as Python, which is read quicker. Written by `make generate`."""

from collections.abc import Callable, Mapping, Sequence

TABLES: Mapping[str, Callable[[], Sequence[Mapping[str, object]]]] = {
'''
_CATALOGUE_HEAD = '''\
"""What is known of every rule without importing its file. Written by `make generate`."""

from netlint_rules.finding import Severity
from netlint_rules.rule import Code, Outline, Scope
from netlint_rules.traits import Trait

'''


def catalogue() -> str:
    """The text of the module `netlint_rules.catalogue`."""
    rows = [f"    {_source(rule, Outline)},\n" for rule in all_rules()]
    return f"{_CATALOGUE_HEAD}OUTLINES: tuple[Outline, ...] = (\n{''.join(rows)})\n"


def shipped() -> str:
    """The text of the module `netlint_rules.facts.shipped`, one table a line."""
    files = sorted(FACTS.with_name("data").glob("*.json"))
    tables = {each.stem: json.loads(each.read_text(encoding="utf-8")) for each in files}
    lines = [f"    {table!r}: lambda: {rows!r},\n" for table, rows in tables.items()]
    return f"{_FACTS_HEAD}{''.join(lines)}}}\n"


def _source(value: object, kind: type | None = None) -> str:
    """An expression for a value; of a dataclass with what differs from the defaults."""
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(kind or type(value))}
        default = {each.name: each.default for each in fields(kind or type(value))}
        words = [f"{name}={_source(given[name])}" for name in given if given[name] != default[name]]
        return f"{(kind or type(value)).__name__}({', '.join(words)})"
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(sorted(map(_source, value)))}}})"
    if isinstance(value, tuple):
        return f"({''.join(f'{_source(each)}, ' for each in value)})"
    return repr(value)


def pages() -> dict[str, str]:
    """Every generated file by its path in the folder."""
    rules = all_rules()
    return {
        "netlint.schema.json": _json(schema()),
        "output.schema.json": _json(json_schema.schema()),
        "can.schema.json": _json(can_schema.schema()),
        "diff.schema.json": _json(diff_schema.schema()),
        "reach.schema.json": _json(reach_schema.schema()),
        "rules/index.md": index(rules, GROUPS),
        **{f"rules/{rule.name}.md": markdown(rule) for rule in rules},
    }


def generate(folder: Path) -> None:
    """Write the files, and remove the pages of rules that don't exist any more."""
    FACTS.write_text(shipped(), encoding="utf-8", newline="\n")
    CATALOGUE.write_text(catalogue(), encoding="utf-8", newline="\n")
    made = pages()
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    for page in (folder / "rules").glob("*.md"):
        if f"rules/{page.name}" not in made:
            page.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    generate(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
