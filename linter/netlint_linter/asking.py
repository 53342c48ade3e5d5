"""What the commands that ask about traffic have in common: options, settings, bundles."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import flags, screen
from netlint_linter.errors import UsageError

if TYPE_CHECKING:
    from netlint_linter.settings import Settings
    from netlint_linter.views import Seen, View

ENDPOINTS = """\
SOURCE and DESTINATION are one of
  shop/api          a workload; shop/Deployment/api or shop/deploy/api where there are several
  shop              any pod of a namespace; globs work as well: team-*/api
  shop/app=web      pods by labels, in view or not
  svc/shop/db       the pods behind a Service; the port is the Service's
  10.0.0.7          an address or a CIDR
  internet, node    public addresses, the cluster's nodes
  ingress-controller
                    those in view; where none is, any that it may be
  any               every pod and every address"""

_SHOWN = 2
_GLOB = frozenset("*?[")


def add_options(parser: argparse.ArgumentParser, *, files: bool = True) -> None:
    """Add the options of every command that asks about traffic; `files`: paths as an option too."""
    if files:
        parser.add_argument(
            "-f",
            "--file",
            metavar="PATH",
            dest="files",
            action="append",
            default=[],
            help="file, folder or glob to read (or several times); then no argument is a path",
        )
    parser.add_argument(
        "--bundle",
        metavar="NAME",
        default="",
        help="which bundle to look at, or a glob; all for every one (netlint -v lists them)",
    )
    flags.add_view(parser)
    flags.add_cluster(parser)
    group = parser.add_argument_group("running")
    flags.add_configuration(group)
    flags.add_colour(group)


def settings_of(args: argparse.Namespace, paths: Sequence[str]) -> Settings:
    """The settings of a run that lints these paths, with the flags that there are here."""
    from netlint_linter.cli import parser_of
    from netlint_linter.commands.linting import settings_of as settings

    everything = parser_of("").read([])
    for name, value in vars(args).items():
        setattr(everything, name, value)
    return settings(everything, paths)


def look(
    args: argparse.Namespace, words: Sequence[str], kinds: frozenset[str] = frozenset()
) -> Seen:
    """Read what the arguments name, or the working directory, and tell what can't be seen."""
    from netlint_linter import views

    paths = (*words, *args.files) or (".",)
    seen = views.look(settings_of(args, paths), paths, kinds)
    tell_unread(seen)
    if not seen.views:
        raise UsageError(f"no Kubernetes objects in {', '.join(paths)}")
    for note in seen.notes[:_SHOWN]:
        screen.note(note)
    if len(seen.notes) > _SHOWN:
        screen.note(f"and {len(seen.notes) - _SHOWN} more that show only in part")
    return seen


def tell_unread(seen: Seen, where: str = "") -> None:
    """Say what could not be read: without it, an answer may be wrong. `where` goes before it."""
    for note in seen.unread[:_SHOWN]:
        screen.note(f"{where}{note}")
    if len(seen.unread) > _SHOWN:
        screen.note(f"{where}{len(seen.unread) - _SHOWN} more documents are left out")


def main_view(args: argparse.Namespace, seen: Seen) -> View:
    """The bundle that is meant; where nobody says which, the one with most in it, and a remark."""
    if args.bundle:
        found = seen.named(args.bundle)
        if len(found) > 1:
            names = ", ".join(view.name for view in found)
            raise UsageError(f"--bundle {args.bundle} means several here: {names}")
        return found[0]
    view = seen.main()
    assert view is not None
    others = [other.name for other in seen.views if other is not view]
    if others:
        shown = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        screen.note(f"this is bundle {view.name}; others are {shown} (--bundle NAME)")
    return view


def is_path(word: str) -> bool:
    """Whether a word is meant as a path: it exists, matches, or looks like one and nothing else."""
    looks = word.endswith(("/", ".yaml", ".yml", ".json", ".md")) or word.startswith(("./", "../"))
    if word == "-" or looks or Path(word).exists():
        return True
    return not _GLOB.isdisjoint(word) and not Path(word).is_absolute() and any(Path().glob(word))
