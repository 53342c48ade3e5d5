"""`netlint init NAMESPACE…`: the policies that a namespace should begin with."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import flags, screen
from netlint_linter.arguments import checked
from netlint_linter.errors import UsageError

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
    targets = {Path(args.output, f"{name}.yaml"): text for name, text in texts.items()}
    _check_absent(targets)
    for target, text in targets.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"can't write {target}: {error.strerror}") from None
        screen.note(f"wrote {target}")
    return 0


def _check_absent(targets: Iterable[Path]) -> None:
    for target in targets:
        if target.exists():
            raise UsageError(f"{target} is there already: move it away first")


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
