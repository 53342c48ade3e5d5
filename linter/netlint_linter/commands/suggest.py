"""`netlint suggest [PATH…]`: least-privilege policies for what the manifests show."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import asking, newfiles, screen
from netlint_linter.errors import UsageError

if TYPE_CHECKING:
    from netlint_linter.views import View
    from netlint_rules.leastset import Pair

_SHOWN = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="manifests (default: the working directory)"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        help="write DIR/NAMESPACE.yaml for each namespace (default: print them)",
    )
    asking.add_options(parser)
    parser.epilog = "exit codes: 0 done, 2 wrong usage"


def run(args: argparse.Namespace) -> int:
    """Print or write the policies. Raises UsageError, also for a file that is there already."""
    from netlint_linter.proposing import texts
    from netlint_rules.wiring.needs import WIRING_KINDS

    view = asking.main_view(args, asking.look(args, args.paths, WIRING_KINDS))
    namespaces = list(_namespaces(view))
    if not namespaces:
        raise UsageError("no pods in view: suggest needs the manifests of workloads")
    found = texts.proposed(view, _pairs(view), namespaces)
    if args.output is None:
        screen.write("---\n".join(found.values()))
        return 0
    names = texts.file_names(found)
    newfiles.write({Path(args.output, names[each]): text for each, text in found.items()})
    return 0


def _namespaces(view: View) -> Iterator[str]:
    """The namespaces with pods that policies can select, but those that no cluster takes."""
    from netlint_rules.apivalidation.names import label

    for name in view.index.names():
        if not any(workload.is_subject for workload in view.index.workloads.get(name, ())):
            continue
        refused = "" if name.startswith("?") else ", ".join(label(name))
        if refused:
            screen.note(f"left out {name!r}, which can't be a namespace: the name {refused}")
        else:
            yield name


def _pairs(view: View) -> Sequence[Pair]:
    """What must pass; what is wired and yet forbidden is told, and left out."""
    from netlint_linter.proposing.pairs import (
        expected,
        in_words,
        left_closed,
        left_to_nodes,
        wired,
    )
    from netlint_rules.questions.names import Names

    wanted, forbidden = expected(view)
    names = Names.of(view.index)
    for pair in wired(view):
        against = next((each for each in forbidden if each.covers(pair)), None)
        if against is None:
            wanted.append(pair)
        else:
            screen.note(
                f"left out {in_words(pair, names)} ({pair.reason}): `{against.expectation.text}`"
            )
    for sentence in left_to_nodes(view)[:_SHOWN]:
        screen.note(sentence)
    closed = left_closed(view)
    for sentence in closed[:_SHOWN]:
        screen.note(sentence)
    if len(closed) > _SHOWN:
        screen.note(f"and {len(closed) - _SHOWN} more hosts outside")
    return wanted
