"""The terminal: colours, width, paging, and progress of long runs."""

from __future__ import annotations

import os
import sys
import time

from netlint_linter.output import Style
from netlint_linter.output.terminal import printable
from netlint_rules.typed import TextIO

_FRAME = "┌─│·…"
_PAUSE = 0.1
_WIDTH = 100


def wants_colour(when: str, stream: TextIO) -> bool:
    """Whether to colour: as `--color` says, else as the environment and the stream do."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(name, "0") not in {"", "0"}:
            return True
    plain = os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def style(when: str, *, statistics: bool = False, verbose: int = 0) -> Style:
    """The style for standard output."""
    return Style(
        colour=wants_colour(when, sys.stdout),
        width=columns(),
        statistics=statistics,
        verbose=verbose,
        unicode=_can_print(_FRAME, sys.stdout),
    )


def columns() -> int:
    """The width of the terminal; 100 where there is none."""
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return os.get_terminal_size().columns or _WIDTH
    except OSError:
        return _WIDTH


def _can_print(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def write(text: str) -> None:
    """Print to standard output; characters that it can't show are escaped."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def note(text: str) -> None:
    """Print a remark to standard error."""
    sys.stderr.write(f"netlint: {printable(text)}\n")


def page(text: str) -> None:
    """Print a text, through the user's pager where it is longer than the terminal."""
    if not sys.stdout.isatty() or text.count("\n") < os.get_terminal_size().lines:
        write(text)
        return
    import shlex
    import subprocess

    command = shlex.split(os.environ.get("PAGER") or "less -FRX")
    try:
        subprocess.run(command, input=text, text=True, encoding="utf-8", check=False)
    except OSError:
        write(text)


class Progress:
    """A line on standard error that says how far a run is, once it takes `patience` seconds."""

    def __init__(self, patience: float = 1.0) -> None:
        self._next = time.monotonic() + patience
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Show `done` of `total` files, now and then."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            self._shown = True
            sys.stderr.write(f"\rnetlint: {done:,} of {total:,} files")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
