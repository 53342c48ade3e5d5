"""The types of values, each with its name in Go, and what doesn't fit them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Protocol

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple, dataclass

Place = tuple["Place | None", "str | int"]
"""A path as a chain, the last step first: nearly all are thrown away, so they must cost little."""


class Odd(NamedTuple):
    """A value that its shape can't hold, or with None a field that doesn't exist."""

    place: Place | None
    shape: Shape | None
    value: object


class Shape(Protocol):
    """A type of values: `go` as messages name it, `noun` as people do."""

    @property
    def go(self) -> str: ...

    @property
    def noun(self) -> str: ...

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        """Add what doesn't fit. `value` is never null: null fits everywhere."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    go: str = "string"
    noun: str = "string"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if value.__class__ is not str:
            odd.append(Odd(place, self, value))


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""

    go: str = "bool"
    noun: str = "boolean"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if value.__class__ is not bool:
            odd.append(Odd(place, self, value))


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer of that many bits, sign included."""

    bits: int
    noun: str = "integer"

    @property
    def go(self) -> str:
        """Such as `int32`."""
        return f"int{self.bits}"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if not self.holds(value):
            odd.append(Odd(place, self, value))

    def holds(self, value: object) -> bool:
        """Whether it is an integer, and small enough."""
        limit = 1 << (self.bits - 1)
        return isinstance(value, int) and value.__class__ is int and -limit <= value < limit


_INT32 = Integer(32)


@dataclass(frozen=True, slots=True)
class IntegerOrText:
    """A port: its type decodes itself, so what goes wrong there is the first that is reported."""

    go: str = "int32"
    noun: str = "integer or string"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if value.__class__ is not str and not _INT32.holds(value):
            odd.append(Odd(place, self, value))


@dataclass(frozen=True, slots=True)
class Time:
    """A time of RFC 3339; like a port it decodes itself."""

    go: str = "string"
    noun: str = "time such as 2026-01-31T12:00:00Z"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if not isinstance(value, str) or not _is_time(value):
            odd.append(Odd(place, self, value))


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value; JSON has no infinity and no NaN."""

    go: str = ""
    noun: str = "value"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        odd.extend(Odd(place, self, number) for number in not_in_json(value))


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items all have one shape."""

    item: Shape
    noun: str = "list"

    @property
    def go(self) -> str:
        """Such as `[]string`."""
        return f"[]{self.item.go}"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if value.__class__ is not list:
            odd.append(Odd(place, self, value))
            return
        assert isinstance(value, list)
        for at, item in enumerate(value):
            if item is not None:
                self.item.read(item, (place, at), odd)


@dataclass(frozen=True, slots=True)
class Texts:
    """A mapping with free keys and texts as values."""

    go: str = "map[string]string"
    noun: str = "mapping"
    item: Shape = Text()

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if value.__class__ is not dict:
            odd.append(Odd(place, self, value))
            return
        assert isinstance(value, dict)
        for key, item in value.items():
            if item.__class__ is not str and item is not None:
                odd.append(Odd((place, key), self.item, item))


@dataclass(frozen=True, slots=True)
class Struct:
    """A mapping with known fields only."""

    name: str
    fields: Mapping[str, Shape]
    noun: str = "mapping"

    @property
    def go(self) -> str:
        """Such as `v1.ObjectMeta`."""
        return f"v1.{self.name}"

    def read(self, value: object, place: Place | None, odd: list[Odd]) -> None:
        if value.__class__ is not dict:
            odd.append(Odd(place, self, value))
            return
        assert isinstance(value, dict)
        fields = self.fields
        for key, item in value.items():
            shape = fields.get(key)
            if shape is None:
                odd.append(Odd((place, key), None, item))
            elif item is not None:
                shape.read(item, (place, key), odd)


def not_in_json(value: object) -> Iterator[float]:
    """The infinite numbers and NaNs in a value; it may nest deeper than Python calls can."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
        elif isinstance(item, float) and not isfinite(item):
            yield item


# Go's parser takes an hour of one digit and a comma before fractions.
_TIME = compiled(
    r"\d{4}-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d?):(?P<minute>\d\d):(?P<second>\d\d)"
    r"([.,]\d+)?(Z|[+-](?P<h>\d\d):(?P<m>\d\d))",
    re.ASCII,
)
_MOST = {"hour": 23, "minute": 59, "second": 59, "h": 24, "m": 60}


def _is_time(text: str) -> bool:
    from calendar import monthrange

    match = _TIME.fullmatch(text)
    if match is None or any(int(match[part] or 0) > most for part, most in _MOST.items()):
        return False
    month = int(match["month"])
    return 1 <= month <= 12 and 1 <= int(match["day"]) <= monthrange(int(text[:4]) or 4, month)[1]
