"""Reads the configuration file, and says where in it something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from os.path import relpath
from pathlib import Path
from typing import Any

from netlint_linter.errors import ConfigError, UsageError
from netlint_linter.settings import Settings, from_body
from netlint_rules.source.document import Path as Steps

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"(\s*)([\w\"'.\s-]+?)\s*=")
_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|[\w-]+")
_TOML_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")

Place = Callable[[Steps], tuple[int, int]]
"""Line and column (1-based) of what a path names, or of the nearest thing around it."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a configuration file holds, and where."""

    body: Any
    place: Place


def read(path: Path) -> Settings:
    """The settings in a file. Raises ConfigError for mistakes, UsageError if it can't be read."""
    from netlint_linter.validate import examined, fact_problems

    shown = relpath(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"can't read the configuration {shown}: {error.strerror}") from None
    source = (_toml if path.suffix == ".toml" else _yaml)(data, shown)
    body, found = examined(source.body)
    settings = Settings() if found else from_body(body)
    found = found or fact_problems(settings)
    if found:
        places = sorted((source.place(steps), text) for steps, text in found)
        raise ConfigError(tuple(_line(shown, *each) for each in places))
    root = path.parent.absolute()
    baseline = str(root / settings.baseline) if settings.baseline else ""
    return replace(settings, file=shown, root=root, baseline=relpath(baseline) if baseline else "")


def _line(file: str, place: tuple[int, int], message: str) -> str:
    return f"{file}:{place[0]}:{place[1]}: {message}"


def _yaml(data: bytes, shown: str) -> _Source:
    from netlint_rules.source.compose import BrokenError
    from netlint_rules.source.encoding import normalise
    from netlint_rules.source.lines import Lines
    from netlint_rules.source.pieces import Piece
    from netlint_rules.source.yamltext import parse

    piece = Piece(normalise(data).data)
    try:
        content = parse(piece)
    except BrokenError as broken:
        span = Lines(piece).span(broken.at or 0, broken.at or 0)
        raise ConfigError((_line(shown, span[:2], broken.reason),)) from None
    if content is None:
        return _Source({}, lambda _: (1, 1))
    if content.faults:
        places = [(fault.span[:2], f"{fault.path[-1]} is set twice") for fault in content.faults]
        raise ConfigError(tuple(_line(shown, *each) for each in places))
    span_of = content.place.positions.span

    def place(steps: Steps) -> tuple[int, int]:
        span = span_of(steps)
        return span[:2] if span else (1, 1)

    return _Source(content.value, place)


def _toml(data: bytes, shown: str) -> _Source:
    import tomllib

    text = data.decode(errors="replace")
    try:
        body = tomllib.loads(text).get("tool", {}).get("netlint", {})
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.fullmatch(str(error))
        place = (int(match[2]), int(match[3])) if match else (1, 1)
        raise ConfigError((_line(shown, place, match[1] if match else str(error)),)) from None
    return _Source(body, lambda steps: toml_place(text, ("tool", "netlint", *steps)))


def toml_place(text: str, steps: Steps) -> tuple[int, int]:
    """Where a TOML text sets what a path names, or the nearest thing around it.

    Tables and keys at the start of lines are found; what is inside a value is placed at its key.
    """
    best, found = 0, (1, 1)
    table: Steps = ()
    counts: dict[Steps, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _names(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
        elif not key:
            continue
        here = table if header or not key else (*table, *_names(key[2]))
        if len(here) > best and here == steps[: len(here)]:
            best, found = len(here), (number, 1 if header or not key else len(key[1]) + 1)
    return found


def _names(text: str) -> Steps:
    return tuple(name.strip("\"'") for name in _NAME.findall(text))
