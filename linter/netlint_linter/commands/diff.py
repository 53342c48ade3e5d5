"""`netlint diff OLD NEW`: which connections a change of the manifests opens and closes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import asking, flags, screen
from netlint_linter.arguments import Listed
from netlint_linter.output.terminal import Pen

if TYPE_CHECKING:
    from netlint_linter.compare.changes import Comparison
    from netlint_linter.compare.sides import Side
    from netlint_linter.settings import Settings

_FORMATS = ("text", "markdown", "json")
_CONDITIONS = ("new-exposure", "any-opened", "any-closed")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="OLD NEW",
        help="folders, files or git revisions, or OLD..NEW; after revisions, paths in them",
    )
    flags.add_format(parser, *_FORMATS)
    parser.add_argument(
        "--fail-on",
        metavar="WHAT,...",
        dest="conditions",
        action="extend",
        type=Listed(_condition),
        default=[],
        help=f"exit 1 for {', '.join(_CONDITIONS)}",
    )
    asking.add_options(parser, files=False)
    parser.epilog = _EPILOG


_EPILOG = """\
examples:
  netlint diff main...HEAD            what a branch changes, as in a pull request
  netlint diff HEAD~1                 a revision and the working tree
  netlint diff main deploy/           the same, of one folder
  netlint diff old.yaml new.yaml

exit codes: 0 done, 1 what --fail-on names, 2 wrong usage"""


def run(args: argparse.Namespace) -> int:
    """Compare, print, and return the exit code. Raises UsageError."""
    from netlint_linter.compare import formats
    from netlint_linter.compare.causes import Causes, spots
    from netlint_linter.compare.report import report
    from netlint_linter.compare.sides import sides

    old, new = sides(args.words, Path.cwd())
    everything = _comparisons(args, old, new)
    comparisons = [each for each in everything if not each.is_same]
    named = len(everything) > 1
    before, after = spots(old.shown), spots(new.shown)
    reports = [report(each, Causes(each, before, after)) for each in comparisons]
    title = f"{old.label} → {new.label}"
    if args.format == "json":
        screen.write(formats.as_json(comparisons, reports))
    elif args.format == "markdown":
        screen.write(formats.markdown(title, reports, named=named))
    else:
        style = screen.style(args.color)
        pen = Pen(style.colour, style.width)
        screen.write(formats.text(title, reports, pen, named=named))
    return int(any(_fails(each, args.conditions) for each in comparisons))


def _comparisons(args: argparse.Namespace, old: Side, new: Side) -> list[Comparison]:
    from netlint_linter.compare.changes import Comparison
    from netlint_linter.compare.matching import matched
    from netlint_linter.compare.sides import read

    def settings_of(paths: Sequence[str]) -> Settings:
        return asking.settings_of(args, paths)

    seen = [read(side, settings_of) for side in (old, new)]
    for side, each in zip((old, new), seen, strict=True):
        asking.tell_unread(each, f"in {side.label}: ")
        if not each.views:
            screen.note(f"{side.label} has no Kubernetes objects in {', '.join(side.paths)}")
    views = [each.named(args.bundle) if args.bundle and each.views else each.views for each in seen]
    return [Comparison(match) for match in matched(*views)]


def _fails(comparison: Comparison, conditions: Sequence[str]) -> bool:
    changes = [*comparison.changes, *comparison.arrivals]
    met = {
        "new-exposure": bool(comparison.exposed),
        "any-opened": any(change.opened for change in changes),
        "any-closed": any(change.closed for change in changes),
    }
    return any(met[condition] for condition in conditions)


def _condition(text: str) -> str:
    from netlint_rules.guess import closest

    if text not in _CONDITIONS:
        hint = closest(text, _CONDITIONS) or f" (known: {', '.join(_CONDITIONS)})"
        raise ValueError(f"unknown condition {text}{hint}")
    return text
