"""Workloads that became isolated, or aren't any more: one thing, whatever it opens or closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from netlint_linter.compare.changes import Change, Comparison, End, State
from netlint_rules.finding import Location
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.reach import Owner
from netlint_rules.record import NamedTuple

Open = tuple[tuple[PortSet, frozenset[End]], ...]
"""Ports with the ends that they are open for."""

_LEAST = 2


class Flip(NamedTuple):
    """A workload whose pods some policy isolates in one state and none in the other.

    `open` is what the policies leave open in the state in which they isolate; `places` are where
    these policies say which pods they select.
    """

    owner: Owner
    direction: Direction
    is_isolated: bool
    open: Open
    places: tuple[Location, ...]


def flips(comparison: Comparison) -> tuple[list[Flip], list[Change]]:
    """The flips, and the changes that they don't explain."""
    found: list[Flip] = []
    left: Sequence[Change] = comparison.changes
    for direction in (Direction.INGRESS, Direction.EGRESS):
        by_subject: dict[End, list[Change]] = defaultdict(list)
        for each in left:
            by_subject[_subject(each, direction)].append(each)
        for owner, now in _flipped(comparison, direction):
            own = by_subject[owner]
            if len(own) >= _LEAST and not any(each.opened if now else each.closed for each in own):
                state = comparison.new if now else comparison.old
                found.append(_flip(state, owner, direction, is_isolated=now))
                del by_subject[owner]
        left = [each for changes in by_subject.values() for each in changes]
    return found, list(left)


def _subject(change: Change, direction: Direction) -> End:
    return change.destination if direction is Direction.INGRESS else change.source


def _flipped(comparison: Comparison, direction: Direction) -> Iterator[tuple[Owner, bool]]:
    """The workloads of both states of which only one isolates, and whether that is the new one."""
    old, new = comparison.old, comparison.new
    for owner in sorted(old.own_keys.keys() & new.own_keys.keys()):
        was, now = bool(_places(old, owner, direction)), bool(_places(new, owner, direction))
        if was != now:
            yield owner, now


def _places(state: State, owner: Owner, direction: Direction) -> Sequence[Location]:
    """The policies that isolate a workload's pods, for sure or perhaps."""
    if state.network is None:
        return ()
    places = {
        id(policy): Location(policy.document, ("spec", "podSelector"))
        for pods in state.network.workloads[state.own_keys[owner]]
        if pods.has_policies
        for policy in state.network.selecting(pods, direction).all()
    }
    return tuple(places.values())


def _flip(state: State, owner: Owner, direction: Direction, *, is_isolated: bool) -> Flip:
    """What is open in the state in which the workload is isolated."""
    incoming = direction is Direction.INGRESS
    ends: dict[PortSet, set[End]] = defaultdict(set)
    for (source, destination), ports in state.pairs.items():
        own, other = (destination, source) if incoming else (source, destination)
        if own == owner:
            ends[ports].add(other)
    for block, ports in state.outside.get((owner, incoming), ()):
        ends[ports].add(block)
    still = tuple((ports, frozenset(ends[ports])) for ports in sorted(ends, key=str))
    places = tuple(_places(state, owner, direction))
    return Flip(owner, direction, is_isolated, still, places)
