"""Files that were read by several names: by symbolic links to them, or to folders above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from netlint_linter.paths import abspath, realpath


class Links:
    """The names of each file. What is done to one of them is done to all."""

    def __init__(self, files: Iterable[str] = ()) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        for file in files:
            found[realpath(file)].append(file)
        self._names = {
            name: _own_first(names, target)
            for target, names in found.items()
            if len(names) > 1
            for name in names
        }

    def names(self, file: str) -> tuple[str, ...]:
        """All names of a file, its own first if it was read by that."""
        return self._names.get(file, (file,))


def _own_first(names: Iterable[str], target: str) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (abspath(name) != target, name)))
