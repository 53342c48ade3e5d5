"""`netlint [PATH…]`, the command for which no name is needed."""

from __future__ import annotations

import argparse
from pathlib import Path

from netlint_linter import flags
from netlint_linter.commands import linting
from netlint_linter.errors import UsageError
from netlint_linter.suggest import missing

_GLOB = frozenset("*?[")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="file, folder or glob; - for standard input (default: the working directory)",
    )
    flags.add(parser)


def run(args: argparse.Namespace) -> int:
    """Lint files."""
    paths = tuple(args.paths) or (".",)
    for path in paths:
        if path != "-" and not Path(path).exists() and _GLOB.isdisjoint(path):
            raise UsageError(missing(path))
    return linting.run(args, paths)
