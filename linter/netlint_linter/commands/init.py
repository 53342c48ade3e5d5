"""`netlint init NAMESPACE…`: the policies that a namespace should begin with."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import flags, newfiles, screen
from netlint_linter.arguments import checked

if TYPE_CHECKING:
    from netlint_linter.settings import Settings

_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("namespaces", nargs="+", metavar="NAMESPACE", type=_namespace)
    parser.add_argument(
        "-m",
        "--manifests",
        metavar="PATH",
        dest="paths",
        action="append",
        default=[],
        help="what runs there: webhooks and routes in it are let in (several times for more)",
    )
    parser.add_argument(
        "--allow-same-namespace", action="store_true", help="pods of a namespace reach each other"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="write DIR/NAMESPACE.yaml for each (default: print them)",
    )
    flags.add_cluster(parser)
    flags.add_configuration(parser)


def run(args: argparse.Namespace) -> int:
    """Print or write the policies. Raises UsageError, also for a file that is there already."""
    from netlint_linter.initial import proposed

    texts = proposed(_settings(args), args.namespaces, args.paths, args.allow_same_namespace)
    if args.output is None:
        screen.write("---\n".join(texts.values()))
        return 0
    newfiles.write({Path(args.output, f"{name}.yaml"): text for name, text in texts.items()})
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    """The settings of a run that lints, with the flags that there are here."""
    from netlint_linter.cli import parser_of
    from netlint_linter.commands.linting import settings_of

    everything = parser_of("").read([])
    for name, value in vars(args).items():
        setattr(everything, name, value)
    everything.complete_namespace = args.namespaces
    return settings_of(everything, args.paths)


def _namespace(text: str) -> str:
    return checked(_checked_namespace, text)


def _checked_namespace(text: str) -> str:
    if not _NAMESPACE.fullmatch(text):
        raise ValueError(f"{text} is no name of a namespace (lower case, digits and hyphens)")
    return text
