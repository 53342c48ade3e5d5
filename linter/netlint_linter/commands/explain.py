"""`netlint explain RULE`: what a rule is about."""

from __future__ import annotations

import argparse

from netlint_linter import flags, screen
from netlint_linter.commands.rules import table
from netlint_linter.errors import UsageError
from netlint_linter.output.terminal import Pen

_WIDTH = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("rule", metavar="RULE", help="code, name, rule, prefix or group")
    flags.add_colour(parser)


def run(args: argparse.Namespace) -> int:
    """Print the page of one rule, or a table where the word means several."""
    from netlint_linter.manual import page
    from netlint_rules.registry import find
    from netlint_rules.settings.values import selector

    try:
        entries = find(selector(args.rule))
    except ValueError as error:
        raise UsageError(str(error)) from None
    style = screen.style(args.color)
    pen = Pen(style.colour, min(style.width, _WIDTH))
    rules = {rule.name: rule for rule, _ in entries}
    if len(rules) > 1:
        screen.page("\n".join(table(entries, pen)) + "\n")
        return 0
    rule = next(iter(rules.values()))
    code = entries[0][1] if len(entries) == 1 else None
    screen.page(page(rule.rule, code, pen))
    return 0
