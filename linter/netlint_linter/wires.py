"""How results go from one process to another."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Generic, TypeVar

from netlint_rules.record import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wire(Generic[T]):
    """How results are sent: as parts of a text, and from it and the number of their piece."""

    pack: Callable[[T], Sequence[bytes]]
    unpack: Callable[[int, memoryview], T]


def pickled(common: Iterable[object] = ()) -> Wire[Any]:
    """Results as pickles.

    `common` are objects that exist before: results refer to them, and don't bring copies.
    """
    known = {id(each): each for each in common}
    classes = {each.__class__ for each in known.values()}
    table = {**copyreg.dispatch_table, **dict.fromkeys(classes, _reducer(known))}
    return Wire(
        lambda value: (dumped(value, table),), lambda _, data: _Unpickler(data, known).load()
    )


def dumped(value: object, table: Mapping[type, Any] = copyreg.dispatch_table) -> bytes:
    """A pickle; `table` as in copyreg."""
    stream = BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = table  # asked about some classes only, not about every object
    pickler.dump(value)
    return stream.getvalue()


def _reducer(known: Mapping[int, object]) -> Callable[[object], object]:
    """Has known objects written as their identity, which a copied process shares."""

    def reduced(value: object) -> object:
        if id(value) in known:
            return _referred, (id(value),)
        return value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)

    return reduced


def _referred(identity: int) -> object:
    """What is written for known objects; _Unpickler knows them."""
    raise LookupError(identity)


class _Unpickler(pickle.Unpickler):
    """Reads what refers to known objects."""

    def __init__(self, data: memoryview, known: Mapping[int, object]) -> None:
        super().__init__(BytesIO(data))
        self._known = known

    def find_class(self, module: str, name: str) -> Any:
        if name == _referred.__name__:
            return self._known.__getitem__
        return super().find_class(module, name)
