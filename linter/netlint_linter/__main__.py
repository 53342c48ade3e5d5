"""The `netlint` command."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_INTERRUPTED = 130
_BROKEN_PIPE = 141


def main() -> NoReturn:
    """Run the command line, and end the process without taking apart what it built up."""
    gc.disable()  # a run ends before collecting pays
    code = _outcome(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _BROKEN_PIPE
    os._exit(code)


def _outcome(arguments: list[str]) -> int:
    """The exit code; whatever goes wrong ends in one line."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last resort: users never see a traceback
        return _crashed(error)


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["version"]):
        from netlint_rules.version import __version__

        print(f"netlint {__version__}")
        return 0
    from netlint_linter.cli import run

    return run(arguments)


def _crashed(error: Exception) -> int:
    if os.environ.get("NETLINT_DEBUG"):
        raise error
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    print(
        f"netlint: internal error: {what}; please report it with the command that you ran "
        "(NETLINT_DEBUG=1 prints the details)",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    main()
