"""The JSON Schema of the user's facts, for editors and for checking the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from inspect import cleandoc
from typing import Annotated, Any, Literal, get_args, get_origin

from netlint_rules.facts.columns import columns, required
from netlint_rules.facts.loading import ROW_TYPES, row_type

_PLAIN: Mapping[Any, Mapping[str, object]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Mapping: {"type": "object", "additionalProperties": {"type": "string"}},
}


def schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of the user's rows by table."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "netlint facts",
        "description": "Rows that add to netlint's facts, change or remove them, by table.",
        "type": "object",
        "additionalProperties": False,
        "properties": {table: _table(row_type(table)) for table in ROW_TYPES},
    }


def _table(kind: Any) -> dict[str, object]:
    row = _columns(kind)
    removal = {"const": True, "description": "Remove the built-in row of this id."}
    row["properties"] = {**row["properties"], "remove": removal}
    row["required"] = ["id"]
    # With "remove", a row may have nothing but its id.
    row["dependentSchemas"] = {"remove": {"maxProperties": 2}}
    return {
        "description": cleandoc(kind.__doc__ or "").split("\n")[0],
        "type": "array",
        "items": row,
    }


def _columns(kind: Any) -> dict[str, Any]:
    texts = descriptions(kind)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required(kind)),
        "properties": {
            column: {**_value(hint), "description": texts[column]}
            if column in texts
            else _value(hint)
            for column, hint in columns(kind).items()
        },
    }


def _value(kind: Any) -> Mapping[str, object]:
    origin = get_origin(kind) or kind
    if origin is Annotated:
        base, form = get_args(kind)
        return {**_value(base), **form.keywords}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is tuple:
        return {"type": "array", "items": _value(get_args(kind)[0])}
    return _columns(kind) if is_dataclass(kind) else _PLAIN[origin]


def descriptions(kind: type) -> dict[str, str]:
    """The columns' texts in the dataclass's docstring: `column: text`, continued by indentation."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        column = ""
        for line in cleandoc(base.__doc__ or "").split("\n")[1:]:
            name, colon, text = line.partition(": ")
            if colon and name.isidentifier():
                column, texts[name] = name, text
            elif column and line.startswith("  "):
                texts[column] += f" {line.strip()}"
    return texts
