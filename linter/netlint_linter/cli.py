"""Which command the arguments mean, and what happens when they are wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module

from netlint_linter.errors import UsageError
from netlint_linter.paths import has_working_directory
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from netlint_linter.arguments import Parser

COMMANDS = {
    "check": "lint files; needed only for a path that is named like a command",
    "kustomize": "lint what your kustomize renders",
    "helm": "lint what your helm renders",
    "webhook": "serve the admission webhook; the same as netlint-webhook",
    "init": "print the policies that a namespace should begin with",
    "can": "say whether a connection passes, and why",
    "reach": "list or draw who reaches whom",
    "diff": "say which connections a change opens and closes",
    "suggest": "print least-privilege policies for what the manifests show",
    "rules": "list the rules",
    "explain": "explain a rule, with examples and how to fix it",
    "config": "print the settings in effect",
    "completion": "print a completion script for a shell",
    "version": "print the version",
}
"""Commands by name; each is a module in `commands`."""

_USAGE = {
    "": "netlint [PATH ...] [options]\n       netlint COMMAND ...",
    "kustomize": "netlint kustomize DIR [options] [kustomize's options]",
    "helm": "netlint helm CHART [options] [helm's options]",
    "init": "netlint init NAMESPACE ... [-m PATH] [options]",
    "can": "netlint can SOURCE DESTINATION [PORT] [PATH ...] [options]",
    "reach": "netlint reach [WORKLOAD] [PATH ...] [options]",
    "diff": "netlint diff OLD NEW [options]\n       netlint diff OLD..NEW [PATH ...] [options]",
    "suggest": "netlint suggest [PATH ...] [options]",
    "explain": "netlint explain RULE",
    "completion": "netlint completion SHELL",
}
_ABOUT = "Finds the NetworkPolicy mistakes that break a Kubernetes cluster, before you apply them."
_EXIT_CODES = "exit codes: 0 clean, 1 findings, 2 wrong usage or internal trouble"

_SHARED = {"helm": {"-n", "--namespace", "--kube-version"}, "kustomize": set[str]()}
"""Commands that hand unknown options to a renderer, with the options that are for both."""

_FOREIGN = {"webhook"}
"""Commands whose arguments, --help among them, are all for another program."""


def run(arguments: Sequence[str]) -> int:
    """Run the command and return the exit code."""
    try:
        return _dispatch(arguments)
    except UsageError as error:
        return _refused(error)
    except OSError as error:
        if isinstance(error.filename, str):
            return _refused(UsageError(f"can't use {error.filename}: {error.strerror}"))
        if has_working_directory():
            raise
        return _refused(UsageError("the working directory is gone"))
    except SystemExit as leave:  # --help and --version
        return leave.code if isinstance(leave.code, int) else 0


def _refused(error: UsageError) -> int:
    """Say what is wrong, without what could move the cursor; the exit code."""
    from netlint_linter.output.terminal import printable

    sys.stdout.flush()
    sys.stderr.writelines(f"{printable(line)}\n" for line in error.lines())
    return 2


def _dispatch(arguments: Sequence[str]) -> int:
    named = bool(arguments) and arguments[0] in COMMANDS
    name = arguments[0] if named else ""
    rest = list(arguments[1:] if named else arguments)
    if not name and not any(word.startswith("-") for word in rest):
        from netlint_linter.plainrun import options

        return _run(name, options(rest))
    parser = parser_of(name)
    foreign: list[str] = []
    if name in _FOREIGN:
        rest, foreign = foreign, rest
    elif name in _SHARED:
        rest, foreign = divided(parser, rest, _SHARED[name])
    args = parser.read(rest)
    args.foreign = tuple(foreign)
    return _run(name, args)


def _run(name: str, args: argparse.Namespace) -> int:
    code: int = module_of(name).run(args)
    return code


def module_of(name: str) -> Any:
    """The module of a command; the empty name is the default one's."""
    return import_module(f"netlint_linter.commands.{name or 'check'}")


def parser_of(name: str) -> Parser:
    """The parser of a command; the empty name is the default one's."""
    parser = bare_parser(name)
    module_of(name).configure(parser)
    return parser


def bare_parser(name: str) -> Parser:
    """The parser of a command, without the command's own arguments."""
    from netlint_linter.arguments import Parser

    usage = _USAGE.get(name, f"netlint {name} [options]")
    program = f"netlint {name}".strip()
    parser = Parser(program, usage, about(name), _EXIT_CODES if name else _commands())
    if not name:
        _add_version(parser)
    return parser


def about(name: str) -> str:
    """One sentence on a command."""
    return f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}." if name else _ABOUT


def _commands() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:{width}}{text}" for name, text in COMMANDS.items()]
    return "\n".join(["commands:", *lines, "", _EXIT_CODES])


def _add_version(parser: Parser) -> None:
    from netlint_rules.version import __version__

    parser.add_argument("--version", action="version", version=f"netlint {__version__}")


def divided(
    parser: Parser, arguments: Iterable[str], shared: set[str]
) -> tuple[list[str], list[str]]:
    """The arguments for netlint, and those for the renderer: what netlint doesn't know.

    The first word is what to render. Raises UsageError for a renderer's option before it.
    """
    own: list[str] = []
    foreign: list[str] = []
    options = parser.options()
    rendered = False
    words = iter(arguments)
    for word in words:
        if word == "--":
            return own, [*foreign, *words]
        flag = word.partition("=")[0] if word.startswith("--") else word[:2]
        action = options.get(flag) if word.startswith("-") else None
        if action is not None:
            alone = word == flag and action.nargs != 0
            taken = [word, *([value] if alone and (value := next(words, "")) else [])]
            own += taken
            foreign += taken if flag in shared else []
        elif rendered:
            foreign.append(word)
        elif word.startswith("-"):
            raise UsageError(f"name what to render before {word} (see {parser.prog} --help)")
        else:
            own.append(word)
            rendered = True
    return own, foreign
