"""`netlint can SOURCE DESTINATION [PORT] [PATH…]`: whether a connection passes, and why."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from netlint_linter import asking, flags, screen
from netlint_linter.errors import UsageError
from netlint_linter.output.terminal import Pen

if TYPE_CHECKING:
    from netlint_linter.answers import questions
    from netlint_rules.netset import PortSet


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("source", metavar="SOURCE", help="who connects (see below)")
    parser.add_argument("destination", metavar="DESTINATION", help="to whom, :PORT may follow")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="PORT or PATH",
        help="5432, UDP/53, 8000-8010, http, or any; then what to read",
    )
    flags.add_format(parser, "text", "json")
    asking.add_options(parser)
    parser.epilog = f"{asking.ENDPOINTS}\n\n{_EXIT_CODES}"


_EXIT_CODES = "exit codes: 0 yes, 1 no or only in part, 2 can't tell, wrong usage"


def run(args: argparse.Namespace) -> int:
    """Answer, and return the exit code. Raises UsageError."""
    from netlint_linter.answers import questions, verdicts

    question, paths = _question(args)
    seen = asking.look(args, paths)
    views = seen.named(args.bundle) if args.bundle else seen.views
    answers = questions.asked(question, views)
    if args.format == "json":
        screen.write(verdicts.as_json(question, answers))
    else:
        style = screen.style(args.color)
        screen.write(verdicts.text(question, answers, Pen(style.colour, style.width)))
    return verdicts.exit_code(answers)


def _question(args: argparse.Namespace) -> tuple[questions.Question, Sequence[str]]:
    """What is asked, and the paths. Raises UsageError."""
    from netlint_linter.answers.questions import Question
    from netlint_rules.questions.endpoint import EndpointError, endpoint
    from netlint_rules.questions.expectation import with_ports
    from netlint_rules.questions.ports import looks_like_ports

    try:
        source = endpoint(args.source)
        destination, ports = with_ports(args.destination)
        if ports is None:
            ports, paths = _port(args, args.words)
        elif args.words and looks_like_ports(args.words[0]):
            raise UsageError(f"the port is given twice: {args.destination} and {args.words[0]}")
        else:
            paths = args.words
        return Question(source, destination, ports), paths
    except EndpointError as error:
        raise UsageError(str(error)) from None


def _port(args: argparse.Namespace, words: Sequence[str]) -> tuple[PortSet | None, Sequence[str]]:
    """The port among the words after the destination, and the paths."""
    from netlint_rules.questions.ports import is_port_name, looks_like_ports, ports

    if not words:
        return None, ()
    first, *rest = words
    if first == "any":
        return None, rest
    is_name = is_port_name(first) and (args.files or not asking.is_path(first))
    if looks_like_ports(first) or is_name:
        return ports(first), rest
    return None, words
