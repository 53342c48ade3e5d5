"""Labels that a selector misses by a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple

_SHORTEST = 4
_MOST_SLIPS = 2
_TWO_SLIPS_FROM = 6
"""Words of six characters or more may differ by two slips: shorter ones are other words then."""

_NAMES = frozenset({"app", "k8s-app", "name", "app.kubernetes.io/name", "run"})
"""Keys that hold the name of an application, by different customs."""

_MOST_KEPT = 4096
_DIGITS = compiled(r"\d+")


class Slip(NamedTuple):
    """A label that a selector asks for, and the one that was probably meant."""

    key: str
    value: str
    meant_key: str
    meant_value: str


def slip(wanted: Mapping[str, str], labels: Mapping[str, str]) -> Slip | None:
    """The one label of `wanted` that keeps it from matching `labels` and looks like a slip."""
    missed = [(key, value) for key, value in wanted.items() if labels.get(key) != value]
    if len(missed) != 1:
        return None
    ((key, value),) = missed
    found = labels.get(key)
    if found is not None:
        return Slip(key, value, key, found) if is_near(value, found) else None
    for other, text in labels.items():
        if text == value and other not in wanted and _are_keys_near(key, other):
            return Slip(key, value, other, value)
    return None


def is_near(written: str, meant: str) -> bool:
    """Whether two words differ by case, by `-` and `_`, or by a slip or two.

    Never where they differ in their numbers: `db-1` and `db-2` are two things.
    """
    if abs(len(written) - len(meant)) > _MOST_SLIPS:
        return False
    if _DIGITS.findall(written) != _DIGITS.findall(meant):
        return False
    first, second = _plain(written), _plain(meant)
    if first == second:
        return True
    shortest = min(len(first), len(second))
    if shortest < _SHORTEST:
        return False
    most = 1 if shortest < _TWO_SLIPS_FROM else _MOST_SLIPS
    return abs(len(first) - len(second)) <= most and distance(first, second) <= most


def nearest(written: str, words: Iterable[str]) -> str | None:
    """The one of the words that was probably meant, None where there are none or several."""
    found = {word for word in words if is_near(written, word)}
    return found.pop() if len(found) == 1 else None


class Vocabulary:
    """Words among which the one that was meant is looked for again and again."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)
        self._known: dict[str, str | None] = {}

    def nearest(self, written: str) -> str | None:
        """The one of the words that was probably meant, None where there are none or several."""
        if written not in self._known:
            if len(self._known) > _MOST_KEPT:
                self._known.clear()  # what requests ask for comes and goes
            self._known[written] = nearest(written, self._words)
        return self._known[written]


def distance(first: str, second: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours that make one word of the other."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, left in enumerate(first):
        longer = [at + 1]
        for to, right in enumerate(second):
            cost = min(row[to + 1] + 1, longer[to] + 1, row[to] + (left != right))
            if at and to and left == second[to - 1] and right == first[at - 1]:
                cost = min(cost, before[to - 1] + 1)
            longer.append(cost)
        before, row = row, longer
    return row[-1]


def _plain(word: str) -> str:
    return word.lower().replace("_", "-").replace(".", "-")


def _are_keys_near(written: str, meant: str) -> bool:
    if {written, meant} <= _NAMES:
        return True
    shares_name = written.rpartition("/")[2] == meant.rpartition("/")[2]
    return shares_name or is_near(written, meant)
