"""Which bundle of the one state is which of the other: by name, else by what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from netlint_linter.views import View
from netlint_rules.record import NamedTuple

_LEAST = 0.3
"""How much two bundles must share to be taken for one whose folder was renamed."""


class Match(NamedTuple):
    """A bundle before and after; None where there is none."""

    old: View | None
    new: View | None

    @property
    def name(self) -> str:
        """How the bundle is called."""
        view = self.new or self.old
        assert view is not None
        return view.name


def matched(old: Sequence[View], new: Sequence[View]) -> list[Match]:
    """Every bundle once, those of the new state first."""
    left = {view.name: view for view in old}
    if len(old) == len(new) == 1:
        return [Match(old[0], new[0])]
    found: list[Match] = []
    unmatched: list[View] = []
    for view in new:
        if view.name in left:
            found.append(Match(left.pop(view.name), view))
        else:
            unmatched.append(view)
    renamed = _renamed(left, unmatched)
    found += [Match(renamed.get(view.name), view) for view in unmatched]
    return [*found, *(Match(view, None) for view in left.values())]


def _renamed(left: dict[str, View], unmatched: Sequence[View]) -> dict[str, View]:
    """What bundles were called before, the likest pairs first; they are taken out of `left`."""
    pairs = [(_likeness(one, other), one, other) for other in unmatched for one in left.values()]
    found: dict[str, View] = {}
    for likeness, one, other in sorted(pairs, key=itemgetter(0), reverse=True):
        if likeness[0] >= _LEAST and one.name in left and other.name not in found:
            found[other.name] = left.pop(one.name)
    return found


def _likeness(one: View, other: View) -> tuple[float, int]:
    """The share of the objects of both that both have, and how many of these are the same."""
    first, second = _objects(one), _objects(other)
    both = first.keys() & second.keys()
    share = len(both) / max(len(first.keys() | second.keys()), 1)
    return share, sum(first[each] == second[each] for each in both)


def _objects(view: View) -> dict[tuple[str, str, str], object]:
    """What the objects of a bundle say, by their identity."""
    return {
        (
            kind,
            "" if placed.namespace.startswith("?") else placed.namespace,
            placed.document.name,
        ): placed.document.body
        for kind, documents in view.index.documents.items()
        for placed in documents
    }
