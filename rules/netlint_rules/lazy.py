"""Attributes that are found out when they are first asked for, and kept."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import cached_property
    from typing import Any

__all__ = ["cached_property"]


class _Lazy:
    """What functools has, without the lock that Python 3.11 takes: two threads find out the same.

    It costs a third of the time, and policies have a few of these each.
    """

    def __init__(self, find_out: Callable[[Any], object]) -> None:
        self._find_out = find_out
        self._name = find_out.__name__
        self.__doc__ = find_out.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> object:
        if instance is None:
            return self
        value = self._find_out(instance)
        setattr(instance, self._name, value)  # `__dict__` would make a dict of each object
        return value


if not TYPE_CHECKING:
    cached_property = _Lazy
