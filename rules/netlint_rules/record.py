"""Dataclasses and named tuples that cost little until the first object is made.

Starting netlint is mostly importing it, and `dataclasses` compiles six functions a class, a
quarter of a millisecond, most of them for classes that one run never needs. Here a function is
made when it is first called, or called so often that it pays. To type checkers they are the same:
those enforce `frozen`, and nothing does again at run time.
"""

from __future__ import annotations

import collections
from operator import attrgetter

TYPE_CHECKING = False  # `typing` is a tenth of a start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass, field, replace
    from typing import Any, NamedTuple

__all__ = ["NamedTuple", "dataclass", "field", "replace"]

_getter_of: Any = collections._tuplegetter  # type: ignore[attr-defined] # in C where there is one
_MISSING = object()
_FEW = 8
"""Objects that are made in less time than a function is compiled in."""


class _Field:
    """What is said of an attribute: its default, and what it takes part in."""

    __slots__ = ("compare", "default", "factory", "hash", "init", "name", "repr")

    def __init__(self, name: str = "", default: Any = _MISSING, factory: Any = _MISSING) -> None:
        self.name = name
        self.default, self.factory = default, factory
        self.init = self.repr = self.compare = self.hash = True

    @property
    def is_given(self) -> bool:
        """Whether something is said of what it is at first."""
        return self.default is not _MISSING or self.factory is not _MISSING

    def parameter(self) -> str:
        """The attribute among the parameters of `__init__`."""
        if self.factory is not _MISSING:
            return f"{self.name}=_missing"
        return self.name if self.default is _MISSING else f"{self.name}=_{self.name}"

    def assignment(self) -> str:
        """The statement in `__init__` that sets the attribute."""
        if self.factory is _MISSING:
            value = self.name if self.init else f"_{self.name}"
        elif self.init:
            value = f"_{self.name}() if {self.name} is _missing else {self.name}"
        else:
            value = f"_{self.name}()"
        return f"self.{self.name} = {value}"


class _StandardFields:
    """`__dataclass_fields__`, made when something asks that takes any dataclass."""

    def __get__(self, _: object, owner: type) -> Any:
        import dataclasses

        fields = []
        for each in _fields(owner):
            said: dict[str, Any] = {"init": each.init, "repr": each.repr, "compare": each.compare}
            if each.factory is not _MISSING:
                said["default_factory"] = each.factory
            elif each.default is not _MISSING:
                said["default"] = each.default
            fields.append((each.name, object, dataclasses.field(**said)))
        twin = dataclasses.make_dataclass(owner.__name__, fields, kw_only=True)
        return twin.__dict__["__dataclass_fields__"]


_STANDARD_FIELDS = _StandardFields()

if not TYPE_CHECKING:

    def dataclass(*, frozen=False, slots=False, eq=True, repr=True, kw_only=False):
        """As `dataclasses.dataclass`; `frozen` only makes objects hashable."""
        methods = {"__init__": _init}
        if repr:
            methods["__repr__"] = _repr
        if eq:
            methods |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
        return lambda cls: _made(cls, methods, slots, kw_only)

    def field(
        *, default=_MISSING, default_factory=_MISSING, init=True, repr=True, compare=True, hash=None
    ):
        """As `dataclasses.field`."""
        made = _Field("", default, default_factory)
        made.init, made.repr, made.compare = init, repr, compare
        made.hash = compare if hash is None else hash
        return made

    def replace(record, /, **changes):
        """As `dataclasses.replace`, for objects of this module's classes."""
        for each in _fields(type(record)):
            if each.init and each.name not in changes:
                changes[each.name] = getattr(record, each.name)
        return record.__class__(**changes)

    class _NamedTuples(type):
        def __new__(cls, name, bases, body):
            return _tuple(name, body) if bases else type.__new__(cls, name, bases, body)

    class NamedTuple(metaclass=_NamedTuples):
        """As `typing.NamedTuple`, which compiles every annotation, and functions for each class."""


class _Tuple(tuple):  # type: ignore[type-arg]
    """What named tuples have in common."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()
    _record: tuple[type, dict[str, object]]

    def __new__(cls, *values: object, **named: object) -> Any:
        """Make the first one, and the function that makes all others."""
        owner, defaults = cls._record
        parameters = [f"{name}=_{name}" if name in defaults else name for name in cls._fields]
        values_of = "".join(f"{name}, " for name in cls._fields)
        names = {"_new": tuple.__new__, **{f"_{name}": value for name, value in defaults.items()}}
        made = eval(f"lambda _cls, {', '.join(parameters)}: _new(_cls, ({values_of}))", names)
        owner.__new__ = staticmethod(made)  # type: ignore[method-assign]
        return made(cls, *values, **named)

    @classmethod
    def _make(cls, values: Iterable[object]) -> Any:
        return cls(*values)

    def _replace(self, /, **changes: object) -> Any:
        return self.__class__(**{**self._asdict(), **changes})

    def _asdict(self) -> dict[str, object]:
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[object, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{self.__class__.__name__}({shown})"


def _tuple(name: str, body: dict[str, Any]) -> type:
    """The named tuple that a class statement describes."""
    names = tuple(body.get("__annotations__", ()))
    defaults = {each: body[each] for each in names if each in body}
    getters = {each: _getter_of(at, None) for at, each in enumerate(names)}
    body = {"__slots__": (), **body, "_fields": names, "__match_args__": names, **getters}
    made: Any = type(name, (_Tuple,), body)
    made._record = (made, defaults)
    return made  # type: ignore[no-any-return]


def _made(cls: type, methods: dict[str, Any], slots: bool, kw_only: bool) -> type:
    """The class once more, as slots can't be added to one, with the methods that it lacks."""
    own = cls.__dict__
    names = tuple(own.get("__annotations__", ()))
    defaults = {name: own[name] for name in names if name in own}
    body = {**methods, **own, "__record__": (defaults, kw_only, [], [0])}
    body["__dataclass_fields__"] = _STANDARD_FIELDS
    body["__match_args__"] = () if kw_only else names
    body["__qualname__"] = cls.__qualname__
    if own.get("__hash__") is None and "__hash__" in methods:
        body["__hash__"] = methods["__hash__"]
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    for name, default in defaults.items():
        if slots or isinstance(default, _Field):
            del body[name]
    if slots:
        body["__slots__"] = names
    return type(cls)(cls.__name__, cls.__bases__, body)


def _fields(cls: type) -> list[_Field]:
    """The attributes, with those of the base classes before them."""
    owner = next(base for base in cls.__mro__ if "__record__" in base.__dict__)
    known: list[_Field]
    defaults, _, known, _ = owner.__dict__["__record__"]
    if not known:
        found: dict[str, _Field] = {}
        for base in owner.__mro__[-1:0:-1]:
            if "__record__" in base.__dict__:
                found.update({each.name: each for each in _fields(base)})
        for name in owner.__annotations__:
            said = defaults.get(name, _MISSING)
            found[name] = said if isinstance(said, _Field) else _Field(name, said)
            found[name].name = name
        known += found.values()
    return known


def _owner(self: object, name: str, method: Any) -> Any:
    """The class that has the method which isn't made yet."""
    return next(base for base in type(self).__mro__ if base.__dict__.get(name) is method)


def _init(self: Any, *values: object, **named: object) -> None:
    """Set the attributes one by one; compiled once there are more objects than most classes have.

    What doesn't fit is left to the compiled function, which says what is wrong.
    """
    cls = _owner(self, "__init__", _init)
    _, kw_only, _, made = cls.__dict__["__record__"]
    made[0] += 1
    fields, completed = _fields(cls), hasattr(cls, "__post_init__")
    is_slow = made[0] <= _FEW and not (kw_only and values)
    if is_slow and _is_filled(self, fields, values, named):
        if completed:
            self.__post_init__()
        return
    cls.__init__ = _compiled(fields, kw_only, completed)
    cls.__init__(self, *values, **named)


def _is_filled(
    self: object, fields: list[_Field], values: tuple[object, ...], named: dict[str, object]
) -> bool:
    """Set the attributes; False where the arguments don't fit."""
    taken = [each for each in fields if each.init]
    given = {each.name: value for each, value in zip(taken, values, strict=False)}
    if len(given) < len(values) or not named.keys() <= {each.name for each in taken} - given.keys():
        return False
    given |= named
    for each in fields:
        if each.name in given:
            value = given[each.name]
        elif each.factory is not _MISSING:
            value = each.factory()
        elif each.default is not _MISSING:
            value = each.default
        elif each.init:
            return False
        else:
            continue
        setattr(self, each.name, value)
    return True


def _compiled(fields: list[_Field], kw_only: bool, completed: bool) -> Any:
    names: dict[str, object] = {"_missing": _MISSING}
    for each in fields:
        names[f"_{each.name}"] = each.default if each.factory is _MISSING else each.factory
    star = ["*"] if kw_only else []
    parameters = ["self", *star, *(each.parameter() for each in fields if each.init)]
    set_here = (each for each in fields if each.init or each.is_given)
    body = [each.assignment() for each in set_here] or ["pass"]
    body += ["self.__post_init__()"] if completed else []
    exec("\n ".join([f"def __init__({', '.join(parameters)}):", *body]), names)
    return names["__init__"]


def _eq(self: object, other: object) -> bool:
    cls = _owner(self, "__eq__", _eq)
    compared = _getter([each.name for each in _fields(cls) if each.compare])

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is self.__class__:
            return compared(self) == compared(other)
        return NotImplemented

    cls.__eq__ = __eq__
    return __eq__(self, other)


def _hash(self: object) -> int:
    cls = _owner(self, "__hash__", _hash)
    hashed = _getter([each.name for each in _fields(cls) if each.hash])
    cls.__hash__ = lambda self: hash(hashed(self))
    return hash(self)


def _getter(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _: ()


def _repr(self: object) -> str:
    shown = (each.name for each in _fields(type(self)) if each.repr)
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{self.__class__.__qualname__}({values})"
