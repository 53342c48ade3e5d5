"""Which bundle of the one state is which of the other: by name, else by what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netlint_linter.views import View

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
    for view in unmatched:
        likest = max(left.values(), key=lambda each: _likeness(each, view), default=None)
        if likest is not None and _likeness(likest, view) >= _LEAST:
            found.append(Match(left.pop(likest.name), view))
        else:
            found.append(Match(None, view))
    return [*found, *(Match(view, None) for view in left.values())]


def _likeness(one: View, other: View) -> float:
    """The share of the objects of both that both have."""
    first, second = _identities(one), _identities(other)
    return len(first & second) / max(len(first | second), 1)


def _identities(view: View) -> set[tuple[str, str, str]]:
    return {
        (kind, "" if placed.namespace.startswith("?") else placed.namespace, placed.document.name)
        for kind, documents in view.index.documents.items()
        for placed in documents
    }
