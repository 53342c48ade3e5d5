"""Processes and what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PYTHON = sys.executable
_SCRIPT = Path(PYTHON).with_name("netlint")
NETLINT = (str(_SCRIPT),) if _SCRIPT.exists() else (PYTHON, "-m", "netlint_linter")
"""The command as people start it."""

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_ENDINGS = (0, 1)
# Without the bytecode of its modules, say, a start takes three times as long.
_FOREIGN = ("PYTHON", "NETLINT", "FORCE_COLOR", "GITHUB_ACTIONS")
_ENVIRONMENT = {key: text for key, text in os.environ.items() if not key.startswith(_FOREIGN)}


class FailedError(Exception):
    """A measured process didn't do its work."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds of CPU (user and system), seconds on the clock, peak bytes."""

    cpu: float
    wall: float
    rss: int

    @staticmethod
    def least(costs: Sequence[Cost]) -> Cost:
        """The smallest of each figure: steadier than the median where costs are subtracted."""
        return Cost(
            min(cost.cpu for cost in costs),
            min(cost.wall for cost in costs),
            min(cost.rss for cost in costs),
        )

    @staticmethod
    def middle(costs: Sequence[Cost]) -> Cost:
        """The median of each figure."""
        return Cost(
            median(cost.cpu for cost in costs),
            median(cost.wall for cost in costs),
            int(median(cost.rss for cost in costs)),
        )


def once(command: Sequence[str], cwd: Path) -> Cost:
    """Run a command to its end. Raises FailedError unless it exits with 0 or 1 (findings)."""
    with tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            command, cwd=cwd, env=_ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in _ENDINGS:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            ending = f"{' '.join(command)} ended with {process.returncode}"
            raise FailedError(f"{ending}: {said or 'no message'}")
    # A child's peak counts from before exec: it is never below the size of this process, so
    # generated text is written out and not held here.
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * _RSS_UNIT)


def interleaved(
    commands: Mapping[str, Iterable[str]],
    cwd: Path,
    repeat: int,
    summary: Callable[[Sequence[Cost]], Cost] = Cost.middle,
) -> dict[str, Cost]:
    """The cost of each command by its name; one unmeasured run each warms the caches.

    The commands take turns, so that a busy machine slows all of them alike.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(repeat + 1):
        for name, command in commands.items():
            cost = once(tuple(command), cwd)
            if turn:
                costs[name].append(cost)
    return {name: summary(found) for name, found in costs.items()}
