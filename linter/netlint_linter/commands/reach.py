"""`netlint reach [WORKLOAD] [PATH…]`: who reaches whom, as a list, a table or a picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_linter import asking, flags, screen
from netlint_linter.errors import UsageError
from netlint_linter.output.terminal import Pen, counted
from netlint_linter.picture import FORMATS as PICTURES
from netlint_rules.record import replace

if TYPE_CHECKING:
    from netlint_linter.views import Seen, View
    from netlint_rules.reach import Map, Network, Owner

_FORMATS = ("text", "json", "csv", *PICTURES)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORKLOAD or PATH",
        help="shop/api: only what reaches it and what it reaches; then what to read",
    )
    flags.add_format(parser, *_FORMATS)
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE")
    asking.add_options(parser)
    parser.epilog = "exit codes: 0 done, 2 wrong usage"


def run(args: argparse.Namespace) -> int:
    """Print the map. Raises UsageError."""
    from netlint_rules.reach import Network

    named, paths = _divided(args)
    seen = asking.look(args, paths)
    if named and not args.bundle:
        seen = _with_workload(named, seen)
    view = asking.main_view(args, seen)
    network = Network(view.index, view.config.cluster, view.facts)
    owners = _owners(named, network) if named else ()
    if owners and args.format in PICTURES:
        raise UsageError(f"{args.format} draws the whole map: leave out {named}")
    if not network.workloads:
        network = _of_policies(args, view)
    text = _text(args, view, network, owners)
    if args.output is None:
        screen.write(text)
        return 0
    try:
        Path(args.output).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"can't write {args.output}: {error.strerror}") from None
    return 0


def _divided(args: argparse.Namespace) -> tuple[str, Sequence[str]]:
    """The workload, if one is named, and the paths."""
    words = args.words
    if words and (args.files or not asking.is_path(words[0])):
        return words[0], words[1:]
    return "", words


def _of_policies(args: argparse.Namespace, view: View) -> Network:
    """For people, the pods that policies speak of, where none is in view."""
    from netlint_rules.reach import Network

    is_for_people = args.format not in {"json", "csv"}
    shown = "these are the pods that policies speak of" if is_for_people else "nothing to list"
    screen.note(f"no workloads in view: {shown}")
    return Network(view.index, view.config.cluster, view.facts, unseen=is_for_people)


def _with_workload(named: str, seen: Seen) -> Seen:
    """The bundles that have the workload that a word means; all, where none has it."""
    from netlint_rules.reach import Network

    def has(view: View) -> bool:
        with suppress(UsageError):
            return bool(_owners(named, Network(view.index, view.config.cluster, view.facts)))
        return False

    found = tuple(filter(has, seen.views)) if len(seen.views) > 1 else ()
    return replace(seen, views=found) if found else seen


def _owners(named: str, network: Network) -> tuple[Owner, ...]:
    """The workloads that a word means. Raises UsageError."""
    from netlint_rules.questions.endpoint import EndpointError, endpoint
    from netlint_rules.questions.resolve import ends

    try:
        meant = ends(endpoint(named), network)
    except EndpointError as error:
        raise UsageError(str(error)) from None
    found = tuple(owner for owner, pods in network.workloads.items() if _is_among(pods, meant))
    if not found:
        raise UsageError(f"{named} is no workload in view: ask with netlint can")
    return found


def _is_among(pods: Sequence[object], meant: Sequence[object]) -> bool:
    return any(each is end for each in pods for end in meant)


def _text(
    args: argparse.Namespace,
    view: View,
    network: Network,
    owners: Sequence[Owner],
) -> str:
    if args.format in PICTURES:
        return _picture(args, network)
    found = network.map()
    if args.format == "text":
        return _listing(args, view, network, found, owners)
    from netlint_linter.answers import tables

    chosen = (
        each
        for each in found.connections()
        if not owners or each.source in owners or each.destination in owners
    )
    return tables.as_json(chosen) if args.format == "json" else tables.as_csv(chosen)


def _listing(
    args: argparse.Namespace, view: View, network: Network, found: Map, owners: Sequence[Owner]
) -> str:
    from netlint_linter.answers import listing
    from netlint_rules.questions.names import Names

    style = screen.style(args.color)
    pen, names = Pen(style.colour, style.width), Names.of(view.index)
    if owners:
        return pen.text(listing.of_workload(network, found, owners, names, pen))
    namespaces = len({owner.namespace for owner in found.workloads})
    head = (
        f"{counted(len(found.workloads), 'workload')} in {counted(namespaces, 'namespace')}, "
        f"{counted(view.policies, 'policy', 'policies')}"
    )
    return pen.text([head, *listing.whole_map(network, found, names, pen)])


def _picture(args: argparse.Namespace, network: Network) -> str:
    """The drawing; the findings of the same files are shown where they bite."""
    from netlint_linter.picture import render
    from netlint_linter.picture.adapter import picture_of
    from netlint_linter.request import Request
    from netlint_linter.run import lint

    _, words = _divided(args)
    paths = (*words, *args.files) or (".",)
    settings = asking.settings_of(args, paths)
    report = lint(Request(paths, settings, settings.namespace))
    return render(args.format, picture_of(network, report.findings, ", ".join(paths)))
