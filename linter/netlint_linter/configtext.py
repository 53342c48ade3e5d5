"""Reads the configuration file, which may be a table of pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path

from netlint_linter.errors import ConfigError, UsageError
from netlint_linter.settings import Settings, from_body
from netlint_rules.config import Expected
from netlint_rules.record import replace
from netlint_rules.settings.text import Mistake, MistakesError, Source, from_yaml
from netlint_rules.source.document import Path as Steps
from netlint_rules.source.document import Span

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"(\s*)([\w\"'.\s-]+?)\s*=")
_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|[\w-]+")
_TOML_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")


def read(path: Path) -> Settings:
    """The settings in a file. Raises ConfigError for mistakes, UsageError if it can't be read."""
    from netlint_linter.schema import schema
    from netlint_rules.settings.examine import checked

    shown = relpath(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"can't read the configuration {shown}: {error.strerror}") from None
    try:
        source = (_from_toml if path.suffix == ".toml" else from_yaml)(data)
        settings = from_body(checked(source, schema()))
    except MistakesError as error:
        raise ConfigError(error.lines(shown)) from None
    root = path.parent.absolute()
    baseline = str(root / settings.baseline) if settings.baseline else ""
    return replace(
        settings,
        config=replace(settings.config, expect=tuple(_placed(settings, source, shown))),
        file=shown,
        root=str(root),
        baseline=relpath(baseline) if baseline else "",
    )


def _placed(settings: Settings, source: Source, shown: str) -> Iterator[Expected]:
    """The expectations with their places, for findings that point at them."""
    for at, expected in enumerate(settings.config.expect):
        path: Steps = ("expect", at)
        line, column = source.place(path)
        known = source.positions.span(path) if source.positions else None
        text = source.positions.line(line) if source.positions else None
        span = known or Span(line, column, line, column + 1)
        yield Expected(expected.text, at, shown, span, text or "")


def _from_toml(data: bytes) -> Source:
    import tomllib

    text = data.decode(errors="replace")
    try:
        body = tomllib.loads(text).get("tool", {}).get("netlint", {})
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.fullmatch(str(error))
        line, column, reason = (match[2], match[3], match[1]) if match else (1, 1, str(error))
        raise MistakesError([Mistake(int(line), int(column), reason)]) from None
    return Source(body, lambda steps: toml_place(text, ("tool", "netlint", *steps)))


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
