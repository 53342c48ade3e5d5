"""One JSON object a line on standard output, and no failure where that is full or gone."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_SET_UP = """
import logging, os, sys
from netlint_webhook.logs import LOGGER, log, set_up
set_up("info")
"""


def ran(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _SET_UP + code]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)


def lines(code: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran(code).stdout.splitlines()]


def test_an_entry_has_time_level_message_and_fields() -> None:
    (entry,) = lines("log('reviewed', logging.WARNING, uid='u', findings=['NP101=warn'])")
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "warning",
        "message": "reviewed",
        "uid": "u",
        "findings": ["NP101=warn"],
    }


def test_entries_below_the_level_are_not_written() -> None:
    assert lines("log('quiet', logging.DEBUG)") == []


def test_entries_and_records_of_others_keep_their_order() -> None:
    found = lines(
        "log('first')\n"
        "try:\n  1 / 0\nexcept ZeroDivisionError:\n  LOGGER.exception('second')\n"
        "logging.getLogger('uvicorn.error').error('third')\n"
        "log('fourth')"
    )
    assert [entry["message"] for entry in found] == ["first", "second", "third", "fourth"]
    assert [entry["level"] for entry in found] == ["info", "error", "error", "info"]
    assert "ZeroDivisionError" in found[1]["trace"]


def test_where_nothing_can_be_written_nothing_fails() -> None:
    full = "sys.stdout = open('/dev/full', 'w')\nlog('lost')\nlog('lost')\nos._exit(0)"
    assert ran(full).stderr == ""
    gone = "sys.stdout.close()\nlog('lost')"
    assert "Error" not in ran(gone).stderr
