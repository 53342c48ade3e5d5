"""How many processes work on a run."""

from __future__ import annotations

import os
import sys

from netlint_linter.errors import UsageError
from netlint_linter.paths import Where, read_bytes

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
"""Whether a copy of this process may go on working: on macOS, system libraries may crash in one."""

MOST_PIECES = 250
"""Pieces that work can be cut into: a number is a byte, which can't be read by halves."""

_ENOUGH = 4
"""More processes than these mostly wait for what only one can do, and each takes memory."""

DIED = "a worker process died: perhaps memory ran out; -j 1 does with one process"


class WorkerError(UsageError):
    """A worker that died. The text says what to do."""


def count(jobs: int, size: int, least: int) -> int:
    """The number of processes for work of some size; with 0 `jobs` one below `least`, else many."""
    return jobs or (1 if size < least else min(_cores(), _granted(), _ENOUGH))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _granted(file: Where = "/sys/fs/cgroup/cpu.max") -> int:
    """How many cores' time a container may take, as Linux's control groups say."""
    try:
        quota, period = read_bytes(file).decode("ascii").split()
        return max(int(quota) // int(period), 1)
    except (OSError, ValueError):
        return _ENOUGH
