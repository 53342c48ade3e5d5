"""Equal parts of documents as one object: a large file says the same things over and over."""

from __future__ import annotations

from typing import Any

_MOST_KNOWN = 15_000
"""Equal parts are near each other; to know all of them would take more than it saves."""


class Sharing:
    """Replaces lists and mappings by equal ones that were there before."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Any] = {}

    def share(self, body: dict[str, object]) -> None:
        """Share what is in a body."""
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for key, value in body.items():
            body[key] = self._shared(value)

    def _shared(self, value: Any) -> Any:
        kind = value.__class__
        if kind is dict:
            for key, item in value.items():
                value[key] = self._shared(item)
            parts = [part for item in value.items() for part in (item[0], _identity(item[1]))]
        elif kind is list:
            value[:] = map(self._shared, value)
            parts = list(map(_identity, value))
        else:
            return value
        return self._known.setdefault((kind, *parts), value)


def _identity(value: Any) -> object:
    """What is equal only for what is the same: lists and mappings are shared already."""
    if value.__class__ is str:
        return value
    return (value.__class__, id(value) if isinstance(value, dict | list) else value)
