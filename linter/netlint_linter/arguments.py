"""How netlint reads its command line: an argparse parser that speaks plainly."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from netlint_linter.errors import UsageError
from netlint_rules.guess import closest
from netlint_rules.typed import NoReturn

_WIDTH = 100


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; argparse would import much to find that out."""

    def __init__(self, prog: str) -> None:
        from netlint_linter.screen import columns

        super().__init__(prog, max_help_position=30, width=min(columns(), _WIDTH))


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError instead of printing its usage and leaving."""

    def __init__(self, name: str, usage: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=name,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise the message in the project's form."""
        hint = "" if message.endswith(")") else f" (see {self.prog} --help)"
        raise UsageError(message.removeprefix("argument ") + hint)

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The arguments, options and paths in any order."""
        args, unknown = self.parse_known_intermixed_args(arguments)
        if unknown:
            raise UsageError(f"unknown option {unknown[0]}{closest(unknown[0], self.options())}")
        return args

    def options(self) -> dict[str, argparse.Action]:
        """Every option string with its action."""
        return dict(self._option_string_actions)


class Words:
    """The type of an option that takes one of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, text: str) -> str:
        """The word. Raises ArgumentTypeError for any other."""
        if text in self.words:
            return text
        hint = closest(text, self.words) or f" (known: {', '.join(self.words)})"
        raise argparse.ArgumentTypeError(f"unknown value {text}{hint}")


class Listed:
    """The type of an option that takes a list with commas, each item checked."""

    def __init__(self, check: Callable[[str], str]) -> None:
        self.check = check

    def __call__(self, text: str) -> tuple[str, ...]:
        """The items. Raises ArgumentTypeError for a wrong one."""
        items = [item.strip() for item in text.split(",")]
        return tuple(checked(self.check, item) for item in items if item)


def checked(check: Callable[[str], str], text: str) -> str:
    """The value, if the check accepts it. Raises ArgumentTypeError otherwise."""
    try:
        return check(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
