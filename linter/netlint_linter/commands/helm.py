"""`netlint helm CHART`: lint what the user's own helm renders."""

from __future__ import annotations

import argparse

from netlint_linter import flags
from netlint_linter.commands import linting


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("chart", metavar="CHART", help="chart, as helm template takes it")
    flags.add(parser)


def run(args: argparse.Namespace) -> int:
    """Render, then lint."""
    from netlint_linter.render import helm

    return linting.run(args, (), (helm(args.chart, args.foreign),))
