"""Enumerations whose members are looked up in a tenth of the time.

In Python 3.11 each `Truth.YES` takes as long as a call: the class of the standard library's
enumerations looks members up by a method. Rules ask for hundreds of thousands of them. To type
checkers these are the standard ones, and what netlint uses of those works here, too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import Enum, StrEnum
    from typing import Any

__all__ = ["Enum", "StrEnum"]


class _Choices(type):
    """The class of enumerations: makes a member of each public attribute that is a plain value."""

    _members: dict[Any, Any]

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Choices:
        values = {key: value for key, value in body.items() if _is_member(key, value)}
        rest = {key: value for key, value in body.items() if key not in values}
        made = super().__new__(cls, name, bases, rest)
        made._members = {}
        for key, value in values.items():
            if value not in made._members:
                made._members[value] = _member(made, key, value)
            setattr(made, key, made._members[value])
        return made

    def __call__(cls, value: object) -> Any:
        try:
            return cls._members[value]
        except (KeyError, TypeError):
            raise ValueError(f"{value!r} is not a valid {cls.__qualname__}") from None

    def __iter__(cls) -> Iterator[Any]:
        return iter(cls._members.values())

    def __len__(cls) -> int:
        return len(cls._members)

    def __contains__(cls, value: object) -> bool:
        return value in cls._members.values()


def _is_member(key: str, value: object) -> bool:
    return not (key.startswith("_") or hasattr(value, "__get__"))


def _member(choices: Any, name: str, value: Any) -> Any:
    is_text = issubclass(choices, str)
    member = str.__new__(choices, value) if is_text else object.__new__(choices)
    member.name, member.value = name, value
    member.__init__(value)
    return member


if not TYPE_CHECKING:

    class Enum(metaclass=_Choices):
        """As `enum.Enum`, where members are told apart by identity."""

        def __init__(self, value):
            """Members may have more attributes, made of their value."""

        def __repr__(self):
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

        def __reduce__(self):
            return type(self), (self.value,)

    class StrEnum(str, Enum):
        """As `enum.StrEnum`: members are their values."""

        __repr__ = Enum.__repr__
        __str__ = str.__str__
        __format__ = str.__format__
        __hash__ = str.__hash__
