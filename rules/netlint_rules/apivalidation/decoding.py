"""Decoding, which comes before validation: types first, then fields that don't exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf

from netlint_rules.apivalidation.cause import Cause, Causes, Kind, Reason, field_path
from netlint_rules.apivalidation.gotext import json_number, quoted, quoted_time
from netlint_rules.apivalidation.schema import NETWORK_POLICY
from netlint_rules.apivalidation.shapes import (
    IntegerOrText,
    ListOf,
    Odd,
    Place,
    Shape,
    Struct,
    Texts,
    Time,
    not_in_json,
)
from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder

_LAYOUT = "2006-01-02T15:04:05Z07:00"


def decode(body: Mapping[str, object]) -> Causes:
    """The first type error, else every unknown field.

    The server reads the fields in the order of their names, whatever the order in the text.
    """
    odd: list[Odd] = []
    NETWORK_POLICY.read(body, None, odd)
    return _causes(odd) if odd else []


def _causes(odd: list[Odd]) -> Causes:
    found = sorted((_path(place), shape, value) for place, shape, value in odd)
    wrong = [
        (path, shape, value)
        for path, shape, value in found
        if shape is not None and not is_placeholder(value)
    ]
    numbers = [(path, value) for path, _, value in found for value in not_in_json(value)]
    if numbers:
        return [_unsupported(*numbers[0])]
    if wrong:
        # Types that decode themselves end the decoding at once.
        stopping = (each for each in wrong if isinstance(each[1], IntegerOrText | Time))
        return [_wrong_type(*next(stopping, wrong[0]))]
    return [_unknown(path) for path, shape, _ in found if shape is None]


def _path(place: Place | None) -> Path:
    steps: list[str | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return tuple(reversed(steps))


def _unsupported(path: Path, value: float) -> Cause:
    name = {inf: "+Inf", -inf: "-Inf"}.get(value, "NaN")
    return _bad_request(path, f"json: unsupported value: {name}")


def _wrong_type(path: Path, shape: Shape, value: object) -> Cause:
    if isinstance(shape, Time) and isinstance(value, str):
        return _bad_request(path, f'parsing time {quoted_time(value)} as "{_LAYOUT}"', value)
    struct, names = _enclosing(path)
    message = (
        f"json: cannot unmarshal {_json_type(value, shape)}"
        f" into Go struct field {struct}.{'.'.join(names)} of type {shape.go}"
    )
    return _bad_request(path, message, value)


def _bad_request(path: Path, message: str, value: object = None) -> Cause:
    return Cause(Kind.WRONG_TYPE, path, Reason.BAD_REQUEST, field_path(path), message, value)


def _unknown(path: Path) -> Cause:
    field = field_path(path)
    message = f"unknown field {quoted(field)}"
    return Cause(Kind.UNKNOWN_FIELD, path, Reason.BAD_REQUEST, field, message)


def _json_type(value: object, shape: Shape) -> str:
    match value:
        case bool():
            return "bool"
        case int() | float():
            is_number = shape.go.startswith("int")
            return f"number {json_number(value)}" if is_number else "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _enclosing(path: Path) -> tuple[str, list[str]]:
    """The struct that a path ends in, and the fields of structs on the way, as Go names them."""
    struct, names = NETWORK_POLICY, []
    for step, shape in zip(path, shapes_along(path), strict=False):
        if isinstance(shape, Struct):
            struct = shape
            names.append(str(step))
    return struct.name, names


def fields_at(path: Path) -> Iterator[str]:
    """The fields that exist at a path, none where it isn't that of a struct."""
    *_, shape = shapes_along(path)
    yield from shape.fields if isinstance(shape, Struct) else ()


def fits(value: object, shape: Shape) -> bool:
    """Whether a value could stand where that shape is due."""
    odd: list[Odd] = []
    shape.read(value, None, odd)
    return not odd


def shapes_along(path: Path) -> Iterator[Shape]:
    """The shapes of the object and of what lies on a path, as far as the path is known."""
    shape: Shape | None = NETWORK_POLICY
    for step in (*path, None):
        if shape is None:
            return
        yield shape
        if isinstance(shape, Struct):
            shape = shape.fields.get(str(step))
        else:
            shape = shape.item if isinstance(shape, ListOf | Texts) else None
