"""The fields and types of a NetworkPolicy, as the API server's strict decoding knows them.

Source: k8s.io/api networking/v1 types.go and meta/v1 types.go, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from netlint_rules.source.document import Path
from netlint_rules.source.placeholders import is_placeholder


class Scalar(StrEnum):
    """JSON types of single values. `ANY` fields are never looked into."""

    STRING = "string"
    INTEGER = "integer"
    INT_OR_STRING = "integer or string"
    BOOLEAN = "boolean"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items all have one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with free keys."""

    value: Type


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with known keys only."""

    types: Mapping[str, Type]


Type = Scalar | ListOf | MapOf | Fields


class ProblemKind(StrEnum):
    """How an object departs from its schema."""

    UNKNOWN_FIELD = "unknown field"
    WRONG_TYPE = "wrong type"


@dataclass(frozen=True, slots=True)
class Problem:
    """One departure. `expected` lists the known fields, or names the type that is due."""

    kind: ProblemKind
    path: Path
    expected: tuple[str, ...]
    found: str


_TEXT = Scalar.STRING
_TEXTS = MapOf(_TEXT)
_SELECTOR = Fields(
    {
        "matchLabels": _TEXTS,
        "matchExpressions": ListOf(
            Fields({"key": _TEXT, "operator": _TEXT, "values": ListOf(_TEXT)})
        ),
    }
)
_PEER = Fields(
    {
        "podSelector": _SELECTOR,
        "namespaceSelector": _SELECTOR,
        "ipBlock": Fields({"cidr": _TEXT, "except": ListOf(_TEXT)}),
    }
)
_PORT = Fields({"protocol": _TEXT, "port": Scalar.INT_OR_STRING, "endPort": Scalar.INTEGER})
_METADATA = Fields(
    {
        "name": _TEXT,
        "generateName": _TEXT,
        "namespace": _TEXT,
        "selfLink": _TEXT,
        "uid": _TEXT,
        "resourceVersion": _TEXT,
        "generation": Scalar.INTEGER,
        "creationTimestamp": _TEXT,
        "deletionTimestamp": _TEXT,
        "deletionGracePeriodSeconds": Scalar.INTEGER,
        "labels": _TEXTS,
        "annotations": _TEXTS,
        "ownerReferences": Scalar.ANY,
        "finalizers": ListOf(_TEXT),
        "managedFields": Scalar.ANY,
    }
)
NETWORK_POLICY = Fields(
    {
        "apiVersion": _TEXT,
        "kind": _TEXT,
        "metadata": _METADATA,
        "spec": Fields(
            {
                "podSelector": _SELECTOR,
                "policyTypes": ListOf(_TEXT),
                "ingress": ListOf(Fields({"from": ListOf(_PEER), "ports": ListOf(_PORT)})),
                "egress": ListOf(Fields({"to": ListOf(_PEER), "ports": ListOf(_PORT)})),
            }
        ),
        "status": Scalar.ANY,
    }
)
"""A NetworkPolicy of networking.k8s.io/v1. `status` was removed from the type but is accepted."""


def conforms(body: object) -> bool:
    """Whether `problems` would find nothing: the quick answer, for nearly every policy."""
    return _FITS(body)


Test = Callable[[object], bool]
"""Whether a value fits a type. Null always does."""


def _test(expected: Type) -> Test:
    match expected:
        case Fields(types):
            return _fields_test({key: _test(each) for key, each in types.items()})
        case MapOf(item):
            test = _test(item)
            return lambda value: (
                all(map(test, value.values())) if isinstance(value, dict) else _is_unknown(value)
            )
        case ListOf(item):
            test = _test(item)
            return lambda value: (
                all(map(test, value)) if isinstance(value, list) else _is_unknown(value)
            )
        case Scalar.ANY:
            return lambda _: True
        case Scalar.STRING:
            return lambda value: isinstance(value, str) or value is None
        case _:
            return lambda value: _is_scalar(value, expected) or _is_unknown(value)


def _fields_test(tests: Mapping[str, Test]) -> Test:
    def fits(value: object) -> bool:
        if not isinstance(value, dict):
            return _is_unknown(value)
        for key, entry in value.items():
            test = tests.get(key)
            if test is None or not test(entry):
                return False
        return True

    return fits


def _is_unknown(value: object) -> bool:
    """Whether it is null or filled in later."""
    return value is None or is_placeholder(value)


def problems(value: object, expected: Type = NETWORK_POLICY, path: Path = ()) -> Iterator[Problem]:
    """Every departure of `value` from the schema, in document order. Null is always accepted."""
    if value is None or expected is Scalar.ANY or is_placeholder(value):
        return
    match expected:
        case Fields(types) if isinstance(value, dict):
            yield from _field_problems(value, types, path)
        case MapOf(item) if isinstance(value, dict):
            for key, entry in value.items():
                yield from problems(entry, item, (*path, key))
        case ListOf(item) if isinstance(value, list):
            for position, entry in enumerate(value):
                yield from problems(entry, item, (*path, position))
        case _ if not (isinstance(expected, Scalar) and _is_scalar(value, expected)):
            yield Problem(ProblemKind.WRONG_TYPE, path, (_type_name(expected),), json_type(value))


def _field_problems(
    value: Mapping[str, object], types: Mapping[str, Type], path: Path
) -> Iterator[Problem]:
    for key, entry in value.items():
        if key in types:
            yield from problems(entry, types[key], (*path, key))
        else:
            yield Problem(ProblemKind.UNKNOWN_FIELD, (*path, key), tuple(types), key)


def _is_scalar(value: object, expected: Scalar) -> bool:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    match expected:
        case Scalar.STRING:
            return isinstance(value, str)
        case Scalar.BOOLEAN:
            return isinstance(value, bool)
        case Scalar.INTEGER:
            return is_integer
        case _:
            return is_integer or isinstance(value, str)


def _type_name(expected: Type) -> str:
    match expected:
        case ListOf():
            return "list"
        case MapOf() | Fields():
            return "mapping"
        case _:
            return expected.value


def json_type(value: object) -> str:
    """The name of a JSON value's type, as people say it."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
        case dict():
            return "mapping"
        case _:
            return "null"


_FITS = _test(NETWORK_POLICY)
