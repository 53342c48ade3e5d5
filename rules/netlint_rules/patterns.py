"""Regular expressions that are compiled when they are first used: most runs use few of them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as compiled
    from typing import Any

__all__ = ["compiled"]


class _Pattern:
    """Stands for a pattern until one of its methods is asked for; keeps what was asked for."""

    def __init__(self, text: Any, flags: int = 0) -> None:
        self._said = text, flags

    def __getattr__(self, name: str) -> object:
        value: object = getattr(re.compile(*self._said), name)
        setattr(self, name, value)
        return value


if not TYPE_CHECKING:
    compiled = _Pattern
