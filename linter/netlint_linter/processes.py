"""How many processes work on a run."""

from __future__ import annotations

import os
import sys

from netlint_linter.errors import UsageError

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
"""Whether a copy of this process may go on working: on macOS, system libraries may crash in one."""

MOST_PIECES = 255
"""Pieces that work can be cut into: one is handed out as a byte, which can't be read by halves."""

_ENOUGH = 8
"""More processes than these wait for what only one can do."""

DIED = "a worker process died: perhaps memory ran out; -j 1 does with one process"


class WorkerError(UsageError):
    """A worker that died. The text says what to do."""


def count(jobs: int, size: int, least: int) -> int:
    """The number of processes for work of some size; with 0 `jobs` one below `least`, else many."""
    if jobs or size < least:
        return jobs or 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _ENOUGH)
    return min(os.cpu_count() or 1, _ENOUGH)
