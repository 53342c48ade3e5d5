"""`netlint completion SHELL`: a completion script, made from the parsers."""

from __future__ import annotations

import argparse

from netlint_linter import flags, screen
from netlint_linter.arguments import Listed, Words
from netlint_linter.output import FORMATS
from netlint_rules.settings import values

_SHELLS = Words("bash", "zsh", "fish")
_FILES = {"paths", "words", "files", "baseline", "write_baseline", "config", "targets"}
_FOLDERS = {"cache_dir", "chart", "directory", "output"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("shell", metavar="SHELL", type=_SHELLS, help=", ".join(_SHELLS.words))


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    script = shtab.complete(whole_parser(), args.shell)
    # Paths stand where commands do; without this, bash offers the commands alone.
    script = script.replace("complete -o bashdefault ", "complete -o bashdefault -o default ")
    screen.write(script + "\n")
    return 0


def whole_parser() -> argparse.ArgumentParser:
    """One parser with every command below it, as completion needs it."""
    from netlint_linter.cli import COMMANDS, about, bare_parser, module_of

    whole = bare_parser("")
    commands = whole.add_subparsers(prog="netlint", parser_class=argparse.ArgumentParser)
    module_of("").configure(whole)
    for name in COMMANDS:
        module_of(name).configure(commands.add_parser(name, help=about(name)))
    for parser in (whole, *commands.choices.values()):
        for action in parser._actions:
            _annotate(action)
    return whole


def _annotate(action: argparse.Action) -> None:
    """Say what an argument may be; netlint's parsers check that by types, out of shtab's sight."""
    import shtab

    words = _words(action)
    if words:
        action.choices = words
    elif action.dest in _FILES:
        action.complete = shtab.FILE  # type: ignore[attr-defined]
    elif action.dest in _FOLDERS:
        action.complete = shtab.DIR  # type: ignore[attr-defined]


def _words(action: argparse.Action) -> tuple[str, ...]:
    if isinstance(action.type, Words):
        return action.type.words
    if action.type is flags.target:
        return FORMATS
    names_rules = isinstance(action.type, Listed) and action.type.check is values.selector
    return tuple(values.selectors()) if names_rules or action.dest == "rule" else ()
