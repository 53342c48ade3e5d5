"""What a report depends on besides the files that were linted."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.machinery import PathFinder

import netlint_linter
import netlint_rules
from netlint_linter.paths import here, isdir, read_bytes
from netlint_linter.request import Request
from netlint_rules.record import replace


def name_of(request: Request) -> str:
    """The name of a request's entry. Raises OSError where netlint's own files can't be read.

    What comes after judging (format, baseline, exit code) is not in it.
    """
    settings = replace(request.settings, format="", fail_on=None, baseline="")
    paths = tuple(sorted(set(request.paths)))
    return _digest(replace(request, paths=paths, settings=settings, jobs=0))


def name_of_parsed(request: Request) -> str:
    """The name of the entry for what the files of a request hold; files that it names don't count.

    Raises OSError as name_of.
    """
    folders = sorted(path for path in set(request.paths) if isdir(path))
    return _digest((folders, request.settings.config.facts, sorted(request.kinds)))


def _digest(subject: object) -> str:
    parts = (_program(), sys.version, here(), subject)
    return hashlib.sha256(repr(parts).encode(errors="surrogatepass")).hexdigest()[:40]


@cache
def _program() -> str:
    """A digest of netlint as it is installed: its rules, its facts, and the parser it uses.

    By content, as package managers and images give files any time.
    """
    digest = hashlib.sha256(repr(_parser()).encode())
    for package in (netlint_rules, netlint_linter):
        for top in package.__path__:
            for path in _files(top):
                data = read_bytes(path)
                digest.update(f"{path.removeprefix(top)} {len(data)}\n".encode())
                digest.update(data)
    return digest.hexdigest()


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if not entry.is_dir():
            yield entry.path
        elif entry.name != "__pycache__":
            yield from _files(entry.path)


def _parser() -> tuple[object, ...]:
    """What tells one installation of PyYAML from another, without importing it."""
    spec = PathFinder.find_spec("yaml")
    if spec is None or spec.origin is None:
        return ()
    status = os.stat(spec.origin)  # noqa: PTH116 - without pathlib
    return spec.origin, status.st_size, status.st_mtime_ns
