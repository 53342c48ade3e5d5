"""Results as pickles, which refer to what both processes have."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO

from netlint_linter.workers import Wire
from netlint_rules.typed import Any


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
