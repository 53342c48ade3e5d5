"""Whether files are what they were: by their stamps, else by their contents."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Sequence

from netlint_linter.discover import Found, SourceFile
from netlint_linter.paths import read_bytes
from netlint_rules.record import NamedTuple

_SLACK = 3_000_000_000
"""Nanoseconds in which a file may change without a new stamp: clocks of file systems are coarse."""


class Stamp(NamedTuple):
    """What a file system says of a file; times in nanoseconds."""

    size: int
    modified: int
    changed: int
    inode: int
    device: int


class Trace(NamedTuple):
    """A file as it was read; `content` is a digest, or the reason why it can't be read.

    `places` as parsed.places, None where that isn't known.
    """

    stamp: Stamp
    content: str
    places: tuple[int, ...] | None = None


class Look(NamedTuple):
    """Digests of the files of a run: names and sizes, names and stamps, names and contents.

    `stamps` is empty where a file has changed so lately that it may change again unnoticed.
    """

    sizes: str
    stamps: str
    contents: str = ""


def stamp(path: str | os.PathLike[str]) -> Stamp | None:
    """The stamp of a file; None where there is none, or where it can be read only once."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called for thousands of files
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Stamp(
        status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
    )


def read(source: SourceFile) -> tuple[bytes | OSError, Trace | None]:
    """The content of a file, or why it can't be read, and its trace.

    There is no trace of what can be read only once.
    """
    before = stamp(source.path)  # first: a change while it is read gives another stamp
    try:
        data = read_bytes(source.path)
    except OSError as error:
        return error, before and Trace(before, f"error {error.errno}")
    return data, before and Trace(before, hashlib.sha256(data).hexdigest())


def now() -> int:
    """The time, in nanoseconds since 1970."""
    return time.time_ns()


def seen(found: Found, traces: Sequence[Trace], began: int) -> Look:
    """The files as they were read, from the moment `began` on (nanoseconds since 1970)."""
    stamps = [each.stamp for each in traces]
    newest = max((max(each.modified, each.changed) for each in stamps), default=0)
    settled = newest < began - _SLACK
    return Look(
        _digest(found, [each.size for each in stamps]),
        _digest(found, list(map(tuple, stamps))) if settled else "",
        _digest(found, [each.content for each in traces]),
    )


def current(found: Found, known: Look) -> Look | None:
    """What is known, with today's stamps; None where the files are no longer what they were."""
    stamps = [stamp(source.path) for source in found.files]
    present = [each for each in stamps if each is not None]
    if len(present) < len(stamps):
        return None
    if known.stamps == _digest(found, list(map(tuple, present))):
        return known
    if known.sizes != _digest(found, [each.size for each in present]):
        return None
    began = now()
    traces = [read(source)[1] for source in found.files]
    if None in traces:
        return None
    look = seen(found, [each for each in traces if each is not None], began)
    return look if look.contents == known.contents else None


def _digest(found: Found, values: Sequence[object]) -> str:
    """The digest of the files, with a value each, and of what can't be read."""
    rows = [
        (source.shown, source.named, source.explicit, value)
        for source, value in zip(found.files, values, strict=True)
    ]
    return hashlib.sha256(repr((found.problems, rows)).encode(errors="surrogatepass")).hexdigest()
