"""What annotations need of `typing`, which takes a twentieth of a start to import.

To type checkers these are the same names. At run time nothing evaluates annotations, so stand-ins
do.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import (
        Annotated,
        Any,
        Generic,
        Literal,
        NoReturn,
        Protocol,
        TextIO,
        TypeVar,
        cast,
        overload,
    )

__all__ = [
    "TYPE_CHECKING",
    "Annotated",
    "Annotation",
    "Any",
    "Generic",
    "Literal",
    "NoReturn",
    "Protocol",
    "TextIO",
    "TypeVar",
    "cast",
    "overload",
]


class Annotation(tuple):  # type: ignore[type-arg]
    """A type, and what is said of it: what `Annotated[…]` stands for."""

    __slots__ = ()


class _Annotated:
    def __class_getitem__(cls, said: tuple[object, ...]) -> Annotation:
        return Annotation(said)


class _Base:
    __slots__ = ()

    def __class_getitem__(cls, _: object) -> type[_Base]:
        return cls


if not TYPE_CHECKING:
    Annotated = _Annotated
    Generic = Protocol = _Base
    Any = Literal = NoReturn = TextIO = object

    def TypeVar(name, **_):  # noqa: D103, N802
        return name

    def cast(_, value):  # noqa: D103
        return value

    def overload(function):  # noqa: D103
        return function
