"""Rows that are known to fit, as objects.

Without the types of the columns, which take longer to find out than all else in a small run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from netlint_rules.typed import Any


def build(row_type: Any, row: Mapping[str, object]) -> Any:
    """An object of the dataclass from a row that is known to fit."""
    return row_type(**{column: _value(row_type, column, row[column]) for column in row})


def _value(row_type: Any, column: str, value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_value(row_type, column, item) for item in value)
    if isinstance(value, Mapping) and (inner := _record(row_type, column)):
        return build(inner, value)
    return value


def _record(row_type: Any, column: str) -> Any:
    """The dataclass of a column's mappings, None where they stay mappings."""
    owner = next(base for base in row_type.__mro__ if column in base.__annotations__)
    name = owner.__annotations__[column].removeprefix("tuple[").removesuffix(", ...]")
    return getattr(sys.modules[owner.__module__], name, None)
