"""`netlint rules`: a table of the rules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from netlint_linter import flags, screen
from netlint_linter.output.terminal import Pen, wrap
from netlint_linter.output.text import LOOKS
from netlint_rules.rule import Code, Outline

Entry = tuple[Outline, Code]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    flags.add_format(parser, "text", "json")
    flags.add_colour(parser)


def run(args: argparse.Namespace) -> int:
    """Print every code."""
    from netlint_rules.registry import all_codes, all_rules

    if args.format == "json":
        import json

        from netlint_rules.docs import as_json

        rows = [as_json(rule) for rule in all_rules()]
        screen.write(json.dumps({"version": 1, "rules": rows}, indent=2) + "\n")
        return 0
    style = screen.style(args.color)
    # Whoever reads the table through a pipe wants a code a line.
    width = style.width if sys.stdout.isatty() else sys.maxsize
    screen.page("\n".join(table(all_codes(), Pen(style.colour, width))) + "\n")
    return 0


def table(entries: Sequence[Entry], pen: Pen) -> Iterator[str]:
    """The lines of a table of codes, by group."""
    from netlint_rules.registry import GROUPS

    names = max((len(code.name) for _, code in entries), default=0)
    for group, sentence in GROUPS.items():
        members = [entry for entry in entries if entry[0].groups[:1] == (group,)]
        if members:
            yield f"{pen.paint(group, 'bold')}: {sentence}"
            for _, code in members:
                yield from _row(code, names, pen)
            yield ""
    yield pen.paint("fix: netlint proposes a repair; netlint explain RULE says more", "dim")


def _row(code: Code, names: int, pen: Pen) -> Iterator[str]:
    severity = pen.paint(f"{code.severity:7}", LOOKS[code.severity])
    fix = pen.paint("fix" if code.fixable else "   ", "green")
    lead = f"  {pen.paint(code.code, 'bold')}  {code.name:{names}}  {severity}  {fix}  "
    indent = names + 25
    first, *rest = wrap(code.title, pen.width - indent, pen.width - indent)
    yield lead + first
    for line in rest:
        yield " " * indent + line
