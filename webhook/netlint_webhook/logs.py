"""Structured logs: one JSON object a line on standard output."""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime

import orjson

LOGGER = logging.getLogger("netlint.webhook")
"""Names and codes only; what policies hold is logged at debug level or not at all."""

_FIELDS = "fields"


class JsonFormatter(logging.Formatter):
    """Time, level, message, and the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info and record.exc_info[0]:
            entry["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return orjson.dumps(entry, default=str).decode()


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
    """One entry."""
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, message, extra={_FIELDS: fields})
