"""The columns of a table, read off its dataclass: what fits.

Columns are of few kinds: text, number, yes or no, one of some words, a mapping of labels, a list
of one of these, and a list of mappings with columns of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from netlint_rules.facts import row
from netlint_rules.typed import Annotation


@cache
def columns(row_type: type) -> Mapping[str, Any]:
    """The columns by name, each with its type."""
    formats: dict[str, Any] = {
        name: Annotated[each] for name, each in vars(row).items() if isinstance(each, Annotation)
    }
    known = {"Literal": Literal, **formats}
    return get_type_hints(row_type, localns=known, include_extras=True)


@cache
def required(row_type: Any) -> tuple[str, ...]:
    """The columns that a new row must have."""
    return tuple(
        each.name
        for each in fields(row_type)
        if each.default is MISSING and each.default_factory is MISSING
    )


def _is_labels(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(text, str) for item in value.items() for text in item
    )


_PLAIN: Mapping[Any, tuple[str, Callable[[object], bool]]] = {
    str: ("text", lambda value: isinstance(value, str)),
    bool: ("true or false", lambda value: isinstance(value, bool)),
    int: ("a number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    Mapping: ("a mapping of texts to texts", _is_labels),
}


def problem(kind: Any, value: object) -> str:
    """What is wrong with a value of this type, such as `must be text`; empty if nothing is."""
    origin = get_origin(kind) or kind
    if origin is Annotated:
        base, form = get_args(kind)
        return problem(base, value) or ("" if form.fits(value) else f"must be {form.words}")
    if origin is Literal:
        choices = get_args(kind)
        return "" if value in choices else f"must be one of {', '.join(choices)}"
    if origin is tuple:
        return _list_problem(get_args(kind)[0], value)
    if is_dataclass(kind):
        return _mapping_problem(kind, value)
    words, fits = _PLAIN[origin]
    return "" if fits(value) else f"must be {words}"


def _list_problem(kind: Any, value: object) -> str:
    if not isinstance(value, list | tuple):
        return "must be a list"
    problems = ((number, problem(kind, each)) for number, each in enumerate(value, 1))
    return next((f"item {number} {text}" for number, text in problems if text), "")


def _mapping_problem(kind: Any, value: object) -> str:
    if not isinstance(value, Mapping):
        return "must be a mapping"
    for column, text in row_problems(kind, value):
        return f"has a problem in {column!r}: {text}"
    lacking = [column for column in required(kind) if column not in value]
    return f"lacks {lacking[0]!r}" if lacking else ""


def row_problems(row_type: Any, row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The columns of a row that are unknown or do not fit, each with what is wrong."""
    known = columns(row_type)
    for column, value in row.items():
        if column not in known:
            yield str(column), f"unknown column; there are {', '.join(known)}"
        elif text := problem(known[column], value):
            yield column, text
