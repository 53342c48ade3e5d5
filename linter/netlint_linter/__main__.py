"""The `netlint` command."""

from __future__ import annotations

import errno
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn, TypeVar

    T = TypeVar("T")

_INTERRUPTED = 130
_BROKEN_PIPE = 141
_FULL = frozenset({errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC})


def main() -> NoReturn:
    """Run the command line, and end the process without taking apart what it built up."""
    gc.disable()  # a run ends before collecting pays
    code = _outcome(_run, sys.argv[1:])
    os._exit(_outcome(_flushed, code))


def _outcome(run: Callable[[T], int], given: T) -> int:
    """The exit code; whatever goes wrong ends in one line."""
    try:
        return run(given)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _BROKEN_PIPE
    except OSError as error:
        if error.errno not in _FULL:
            return _crashed(error)
        print(f"netlint: can't write: {error.strerror}", file=sys.stderr)
        return 2
    except Exception as error:  # noqa: BLE001 - the last resort: users never see a traceback
        return _crashed(error)


def _run(arguments: list[str]) -> int:
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - pathlib is slow to import
    if sys.stdout is None:
        print("netlint: standard output is closed", file=sys.stderr)
        return 2
    if arguments in (["--version"], ["version"]):
        from netlint_rules.version import __version__

        print(f"netlint {__version__}")
        return 0
    from netlint_linter.cli import run

    return run(arguments)


def _flushed(code: int) -> int:
    if sys.stdout is not None:
        sys.stdout.flush()
    if workers := sys.modules.get("netlint_linter.workers"):
        workers.see_off()
    return code


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
