"""`netlint kustomize DIR`: lint what the user's own kustomize renders."""

from __future__ import annotations

import argparse

from netlint_linter import flags
from netlint_linter.commands import linting


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("directory", metavar="DIR", help="folder with a kustomization.yaml")
    flags.add(parser)


def run(args: argparse.Namespace) -> int:
    """Render, then lint."""
    from netlint_linter.render import kustomize

    return linting.run(args, (), (kustomize(args.directory, args.foreign),))
