"""`netlint [PATH…]`, the command for which no name is needed."""

from __future__ import annotations

from netlint_linter.commands import linting
from netlint_linter.errors import UsageError
from netlint_linter.paths import exists
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    from netlint_linter import flags

    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="file, folder or glob; - for standard input (default: the working directory)",
    )
    flags.add(parser)


def run(args: argparse.Namespace) -> int:
    """Lint files."""
    from netlint_linter.cli import COMMANDS

    for path in args.paths:
        if path in COMMANDS and not exists(path):
            raise UsageError(f"{path} is a command and comes first: netlint {path} ...")
    return linting.run(args, tuple(args.paths) or (".",))
