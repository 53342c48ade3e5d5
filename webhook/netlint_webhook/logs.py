"""Structured logs: one JSON object a line on standard output."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

LOGGER = logging.getLogger("netlint.webhook")
"""Names and codes only; what policies hold is logged at debug level or not at all."""

_NAMES = {level: name.lower() for name, level in logging.getLevelNamesMapping().items()}


class JsonFormatter(logging.Formatter):
    """Time, level and message of what others log, and its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields: dict[str, object] = {}
        if record.exc_info and record.exc_info[0]:
            fields["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return _line(record.created, record.levelno, record.getMessage(), fields).decode()


def _line(seconds: float, level: int, message: str, fields: Mapping[str, object]) -> bytes:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    entry = {"time": moment, "level": _NAMES[level], "message": message, **fields}
    return orjson.dumps(entry, default=str)


def set_up(level: str) -> None:
    """Send the service's logs, and warnings of its server, to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    LOGGER.setLevel(level.upper())
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.setLevel(max(logging.ERROR, LOGGER.level))
    for logger in (LOGGER, uvicorn):
        logger.handlers = [handler]
        logger.propagate = False


def log(message: str, level: int = logging.INFO, **fields: object) -> None:
    """One entry, written at once; where it can't be, nothing fails.

    A record of `logging` for each request would take longer than all else but its review.
    """
    if LOGGER.isEnabledFor(level):
        line = _line(time.time(), level, message, fields)
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
