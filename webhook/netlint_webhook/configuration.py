"""Reads the webhook's configuration file, and says where in it something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from netlint_rules.facts import FactsError
from netlint_rules.source.compose import BrokenError
from netlint_rules.source.document import Path
from netlint_rules.source.encoding import normalise
from netlint_rules.source.lines import Lines
from netlint_rules.source.pieces import Piece
from netlint_rules.source.yamltext import parse
from netlint_webhook.schema import FORMATS, Schema, schema
from netlint_webhook.settings import ConfigurationError, Settings, from_body


def read(data: bytes, shown: str) -> Settings:
    """The settings in a file's bytes; `shown` is its name in messages.

    Raises ConfigurationError.
    """
    piece = Piece(normalise(data).data)
    try:
        content = parse(piece)
    except BrokenError as broken:
        span = Lines(piece).span(broken.at or 0, broken.at or 0)
        raise ConfigurationError(f"{shown}:{span.line}: {broken.reason}") from None
    if content is None:
        return Settings()
    found = [(fault.path, fault.message) for fault in content.faults]
    body = _meant(content.value, schema())
    found = found or list(_problems(body))
    settings = Settings() if found else from_body(body)
    found = found or list(_fact_problems(settings))
    if found:
        span_of = content.place.positions.span
        lines = [_line(shown, span_of(path), message) for path, message in found]
        raise ConfigurationError("\n".join(dict.fromkeys(lines)))
    return settings


def _line(shown: str, span: Any, message: str) -> str:
    return f"{shown}:{span.line}:{span.column}: {message}" if span else f"{shown}: {message}"


def _problems(body: object) -> Iterator[tuple[Path, str]]:
    checker = FormatChecker(())
    for name, check in FORMATS.items():
        checker.checks(name, raises=ValueError)(_on_text(check))
    for error in Draft202012Validator(schema(), format_checker=checker).iter_errors(body):
        yield from _explained(error)


def _on_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    """The check for the schema, whose own keywords complain of what isn't text."""

    def holds(value: object) -> bool:
        return not isinstance(value, str) or check(value)

    return holds


def _explained(error: ValidationError) -> Iterator[tuple[Path, str]]:
    """What is wrong, with the path of what is."""
    path: Path = tuple(error.absolute_path)
    wanted: Any = error.schema
    value: Any = error.instance
    if error.validator == "additionalProperties":
        for key in value.keys() - wanted["properties"].keys():
            yield (*path, key), f"unknown key {key}"
    elif error.validator == "format":
        is_key = "propertyNames" in error.absolute_schema_path
        yield (*path, value) if is_key else path, str(error.cause)
    elif error.validator == "enum":
        yield path, f"{_name(path)} must be {' or '.join(wanted['enum'])}, not {value}"
    else:
        yield path, f"{_name(path)}: {error.message}"


def _name(path: Path) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".") or "the configuration"


def _fact_problems(settings: Settings) -> Iterator[tuple[Path, str]]:
    try:
        _ = settings.facts
    except FactsError as error:
        row: Path = () if error.index < 0 else (error.index,)
        yield ("facts", error.table, *row), str(error)


def _meant(value: Any, wanted: Schema) -> Any:
    """The value with `false` read as `off` where a word is due: YAML reads that word so."""
    if value is False and "off" in wanted.get("enum", ()):
        return "off"
    if isinstance(value, list):
        return [_meant(item, wanted.get("items", {})) for item in value]
    if isinstance(value, dict):
        known, other = wanted.get("properties", {}), wanted.get("additionalProperties") or {}
        return {key: _meant(item, known.get(key, other)) for key, item in value.items()}
    return value
