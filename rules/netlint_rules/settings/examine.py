"""Checks a configuration, and says what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from netlint_rules.guess import closest
from netlint_rules.settings.body import Body, cluster
from netlint_rules.settings.schema import Schema
from netlint_rules.settings.text import Mistake, MistakesError, Source
from netlint_rules.settings.values import FORMATS
from netlint_rules.source.document import Path

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from netlint_rules.facts import Facts

Problem = tuple[Path, str]
"""The path of what is wrong, and the message."""

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a mapping",
    "string": "text",
}
_NAMES = {
    "cni": ("cnis", "network plugin"),
    "dns_profile": ("dns_profiles", "DNS profile"),
    "platform": ("api_server_sources", "platform"),
}
"""Fields of ClusterFacts, the table of facts that explains their values, and what they are."""


def checked(source: Source, schema: Schema) -> Body:
    """A configuration that fits its schema, with words where YAML reads `off` as false.

    Its facts and the names that need them are checked too, once the schema finds nothing wrong.
    Raises MistakesError with all that is wrong.
    """
    meant = _restored(source.body, schema)
    problems = _schema_problems(meant, schema) or _fact_problems(meant)
    if problems:
        places = dict.fromkeys((source.place(path), text) for path, text in problems)
        raise MistakesError([Mistake(*place, text) for place, text in places])
    body: Body = meant
    return body


def _schema_problems(body: Any, schema: Schema) -> list[Problem]:
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(())
    for name, check in FORMATS.items():
        checker.checks(name, raises=ValueError)(_on_text(check))
    errors = Draft202012Validator(schema, format_checker=checker).iter_errors(body)
    return [problem for error in errors for problem in _explained(error)]


def _restored(value: Any, schema: Any) -> Any:
    if value is False and (schema.get("type") == "string" or "enum" in schema):
        return "off"
    if isinstance(value, list):
        return [_restored(item, schema.get("items", {})) for item in value]
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties") or {}
        return {key: _restored(item, known.get(key, other)) for key, item in value.items()}
    return value


def _on_text(check: Callable[[str], str]) -> Callable[[object], bool]:
    """The check for the schema, whose own keywords complain of what isn't text."""

    def holds(value: object) -> bool:
        return not isinstance(value, str) or bool(check(value))

    return holds


def _explained(error: ValidationError) -> Iterator[Problem]:
    path: Path = tuple(error.absolute_path)
    schema: Any = error.schema
    value: Any = error.instance
    match error.validator:
        case "additionalProperties":
            known = schema["properties"]
            for key in value.keys() - known.keys():
                yield (*path, key), f"unknown key {key}{closest(key, known)}"
        case "required":
            lacking = [key for key in schema["required"] if key not in value]
            yield path, f"{_name(path)} needs {' and '.join(lacking)}"
        case "enum":
            yield path, _not_one_of(path, value, schema["enum"])
        case "type":
            yield path, _wrong_type(path, value, schema["type"])
        case "format":
            in_name = "propertyNames" in error.absolute_schema_path
            yield (*path, value) if in_name else path, str(error.cause)
        case "minimum" | "maximum":
            least, most = schema["minimum"], schema["maximum"]
            yield path, f"{_name(path)} must be {least} to {most}, not {value}"
        case "minLength":
            yield path, f"{_name(path)} must not be empty"
        case _:
            yield path, f"{_name(path)}: {error.message}"


def _not_one_of(path: Path, value: object, words: list[str]) -> str:
    listed = ", ".join(words[:-1]) + f" or {words[-1]}"
    hint = closest(value, words) if isinstance(value, str) else ""
    return f"{_name(path)} must be {listed}, not {value}{hint}"


def _wrong_type(path: Path, value: object, wanted: str) -> str:
    text = f"{_name(path)} must be {_TYPES[wanted]}, not {_described(value)}"
    if wanted == "array" and isinstance(value, str):
        return f"{text}: write [{value}]"
    if wanted == "string" and isinstance(value, int | float):
        return f"{text}: put it in quotes"
    return text


def _described(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return f"the number {value}" if isinstance(value, int | float) else f"the text {value!r}"


def _name(path: Path) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".") or "the configuration"


def _fact_problems(body: Body) -> list[Problem]:
    """Facts that don't fit, and names in the clusters' settings that no fact explains."""
    from netlint_rules.facts import Facts, FactsError

    try:
        facts = Facts(body.get("facts", {}))
    except FactsError as error:
        row: Path = () if error.index < 0 else (error.index,)
        column: Path = (error.column,) if error.column else ()
        return [(("facts", error.table, *row, *column), str(error))]
    return [
        ((*path, field.replace("_", "-")), message)
        for path, known in _clusters(body)
        for field, message in unknown_names(facts, cluster(known))
    ]


def _clusters(body: Body) -> Iterator[tuple[Path, Body]]:
    """Every `cluster`: the configuration's own, and those of its bundles where it has any."""
    yield ("cluster",), body.get("cluster", {})
    for at, bundle in enumerate(body.get("bundles", ())):
        yield ("bundles", at, "cluster"), bundle.get("cluster", {})


def unknown_names(facts: Facts, cluster: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields whose value no row of facts has as its id, with a message."""
    for field, (table, what) in _NAMES.items():
        name = cluster.get(field, "")
        known = [row.id for row in facts.rows(table)] if name else []
        if name and name not in known:
            hint = closest(name, known) or f" (known: {', '.join(known)})"
            yield field, f"unknown {what} {name}{hint}"
