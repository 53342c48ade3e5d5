"""Writes what is made from the code: the rules' pages and the JSON schemas.

`python -m netlint_linter.generate [FOLDER]`, where FOLDER is the project's `docs`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from netlint_linter.output import json_schema
from netlint_linter.schema import schema
from netlint_rules.docs import index, markdown
from netlint_rules.registry import GROUPS, all_rules


def pages() -> dict[str, str]:
    """Every generated file by its path in the folder."""
    rules = all_rules()
    return {
        "netlint.schema.json": _json(schema()),
        "output.schema.json": _json(json_schema.schema()),
        "rules/index.md": index(rules, GROUPS),
        **{f"rules/{rule.name}.md": markdown(rule) for rule in rules},
    }


def generate(folder: Path) -> None:
    """Write the files, and remove the pages of rules that don't exist any more."""
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
