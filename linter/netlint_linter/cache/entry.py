"""One entry of the cache: a JSON value in a file, with a checksum."""

from __future__ import annotations

import hashlib
import json
import os
import stat

from netlint_linter.paths import Where
from netlint_rules.typed import Any

SUFFIX = ".entry"
UNFINISHED = ".new"
_MAGIC = b"netlint 1 "
_HEAD = len(_MAGIC) + 65
_MOST = 32_000_000
"""Bytes of one entry: what is larger takes as long to read as to make."""


def read(path: Where) -> Any:
    """The value of an entry; None where there is none, or one that isn't whole."""
    try:
        data = _bytes(path)
    except OSError:
        return None
    head, body = data[:_HEAD], data[_HEAD:]
    if head != _head(body):
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _bytes(path: Where) -> bytes:
    """A file of the user's own; neither a link nor a pipe, which could be waited for forever."""
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as stream:
        status = os.fstat(stream.fileno())
        ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        fits = stat.S_ISREG(status.st_mode) and status.st_size <= _MOST
        return stream.read() if ours and fits else b""


def write(path: Where, value: object) -> None:
    """Replace an entry in one step, so that no reader sees half of it. Raises OSError.

    What is too large, or too deep for JSON, isn't written.
    """
    from pathlib import Path  # most runs only read

    try:
        body = json.dumps(value, separators=(",", ":"), check_circular=False).encode()
    except (RecursionError, ValueError):  # a number of thousands of digits
        return
    if _HEAD + len(body) > _MOST:
        return
    target = Path(path)
    unfinished = target.with_name(f"{target.stem}-{os.getpid()}{UNFINISHED}")
    try:
        unfinished.unlink(missing_ok=True)
        with unfinished.open("xb") as stream:
            stream.write(_head(body) + body)
        unfinished.replace(target)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _head(body: bytes) -> bytes:
    return b"%s%s\n" % (_MAGIC, hashlib.sha256(body).hexdigest().encode())
