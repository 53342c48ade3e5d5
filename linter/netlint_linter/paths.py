"""Paths as text. What `pathlib` has besides takes a fifteenth of a start to import."""

from __future__ import annotations

import os
from os.path import (
    abspath,
    dirname,
    exists,
    expanduser,
    isabs,
    isdir,
    isfile,
    join,
    lexists,
    realpath,
)

__all__ = [
    "Where",
    "abspath",
    "and_above",
    "dirname",
    "exists",
    "expanduser",
    "has_working_directory",
    "here",
    "isabs",
    "isdir",
    "isfile",
    "join",
    "lexists",
    "read_bytes",
    "realpath",
    "size",
]

Where = str | os.PathLike[str]
"""A path as anybody has it."""

_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # Windows would translate line ends


def here() -> str:
    """The working directory."""
    return os.getcwd()


def has_working_directory() -> bool:
    """Whether the working directory is still there."""
    try:
        return bool(here())
    except OSError:
        return False


def and_above(path: str) -> list[str]:
    """An absolute path, and the folders that it is in, the nearest first."""
    found = [path]
    while (above := dirname(found[-1])) != found[-1]:
        found.append(above)
    return found


def size(path: str) -> int:
    """The size of a file in bytes. Raises OSError."""
    return os.stat(path).st_size


def read_bytes(path: Where) -> bytes:
    """The content of a file. Raises OSError.

    `Path.read_bytes` makes twice as many system calls, and objects that are thrown away.
    """
    descriptor = os.open(path, _READ)
    try:
        size = os.fstat(descriptor).st_size
        data = os.read(descriptor, size + 1)
        if len(data) == size > 0:
            return data
        with open(descriptor, "rb", buffering=0, closefd=False) as rest:  # it grew, or is a pipe
            return data + rest.read()
    finally:
        os.close(descriptor)
