"""Why a connection is open now, or closed: the rules and policies that made the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from netlint_linter.answers.reasons import spot
from netlint_linter.compare.blocks import Block
from netlint_linter.compare.changes import Change, Comparison, End, State
from netlint_rules.addresses import AddressSet
from netlint_rules.finding import Location
from netlint_rules.questions.passages import first_port
from netlint_rules.reach import End as Point
from netlint_rules.reach import Half, Outside, Owner, Pods, Trace
from netlint_rules.truth import Truth

_MOST_PAIRS = 8
_SHOWN = 3

Shown = Callable[[Location], str]
"""How a place in the one or the other state is shown."""


class Causes:
    """Explains the changes of a comparison; `before` and `after` show places of the two states."""

    def __init__(self, comparison: Comparison, before: Shown, after: Shown) -> None:
        self._old, self._new = comparison.old, comparison.new
        self._before, self._after = before, after

    def of(self, block: Block) -> str:
        """The causes of a block in words; of a large one those of some of its connections."""
        step = max(len(block.changes) // _MOST_PAIRS, 1)
        texts = dict.fromkeys(
            text for change in block.changes[::step] for text in self._of(change, block)
        )
        shown = list(texts)[:_SHOWN]
        more = f"; and {len(texts) - _SHOWN} more reasons" if len(texts) > _SHOWN else ""
        return "; ".join(shown) + more

    def _of(self, change: Change, block: Block) -> Iterator[str]:
        port = first_port(block.opened or block.closed)
        assert port is not None
        old = _trace(self._old, change, port)
        new = _trace(self._new, change, port)
        if block.opened and new:
            yield from self._opened(old, new, port)
        elif new and old:
            yield from self._closed(old, new, port)

    def _opened(self, old: Trace | None, new: Trace, port: tuple[str, int]) -> Iterator[str]:
        """The directions that were closed, or all where there was nothing before."""
        for number, half in enumerate(new.halves):
            was_shut = old is None or _answer(old.halves[number], port) is Truth.NO
            if was_shut and isinstance(half.subject, Pods):
                yield from self._letting(half, port, is_new=old is not None)

    def _letting(self, half: Half, port: tuple[str, int], *, is_new: bool) -> Iterator[str]:
        rules = [rule for rule in half.rules() if rule.answer(*port) is not Truth.NO]
        if half.why and _answer(half, port) is Truth.UNKNOWN:
            yield f"may be newly allowed, {half.why}"
        elif half.why or not rules:
            more = " any more" if is_new else ""
            yield f"newly allowed, no policy isolates {half.direction.field}{more}"
        else:
            yield f"newly allowed by {self.places_after(rule.location for rule in rules)}"

    def _closed(self, old: Trace, new: Trace, port: tuple[str, int]) -> Iterator[str]:
        for was, half in zip(old.halves, new.halves, strict=True):
            if _answer(half, port) is not Truth.NO or _answer(was, port) is Truth.NO:
                continue
            known = {step.policy.name for step in was.steps}
            isolating = [step.location for step in half.steps if step.policy.name not in known]
            if was.steps and not isolating:
                rules = [rule for rule in was.rules() if rule.answer(*port) is not Truth.NO]
                places = dict.fromkeys(self._before(rule.location) for rule in rules)
                yield f"no longer allowed, as it was by {_listed(list(places))}"
            else:
                yield f"now blocked by {self.places_after(isolating)} ({half.direction.field})"

    def places_after(self, locations: Iterable[Location]) -> str:
        """Places in the new state."""
        return _listed(list(dict.fromkeys(map(self._after, locations))))


def _answer(half: Half, port: tuple[str, int]) -> Truth:
    return half.open.answer(*port)


def _trace(state: State, change: Change, port: tuple[str, int]) -> Trace | None:
    """Why a port is open or closed in a state; None where it doesn't have both ends."""
    source, destination = (_points(state, end) for end in change[:2])
    if state.network is None or not source or not destination:
        return None
    found = [
        trace
        for one in source
        for other in destination
        for trace in state.network.traces(one, other)
    ]
    return max(found, key=lambda trace: trace.open.answer(*port).value, default=None)


def _points(state: State, end: End) -> Sequence[Point]:
    if state.network is None:
        return ()
    if isinstance(end, AddressSet):
        return state.network.parts(Outside(end))
    assert isinstance(end, Owner)
    return state.network.workloads.get(state.own_keys.get(end, end), ())


def _listed(texts: Sequence[str]) -> str:
    if len(texts) > _SHOWN:
        texts = [*texts[: _SHOWN - 1], f"{len(texts) - _SHOWN + 1} more"]
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""


def spots(shown: Callable[[str], str]) -> Shown:
    """Places with their files as a side shows them."""

    def text(location: Location) -> str:
        place = spot(location)
        return shown(location.file) + place.removeprefix(location.file)

    return text
