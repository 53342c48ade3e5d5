"""Expectations that policies don't meet: which connections pass, or don't, against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netlint_rules.questions.endpoint import Endpoint
from netlint_rules.questions.expectation import Expectation
from netlint_rules.questions.passages import Passage, asked, passages
from netlint_rules.questions.resolve import NotInViewError, Target, ends, targets
from netlint_rules.questions.wide import passing
from netlint_rules.reach import End, Network, Outside
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth

_MOST = 20_000
"""More pairs of ends than this are looked up in the map of all connections."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What surely goes against the expectation, and what may do so."""

    wrong: tuple[Passage, ...]
    doubtful: tuple[Passage, ...]


def judged(expected: Expectation, network: Network) -> Outcome:
    """How an expectation does in a bundle. Raises EndpointError where it names nothing in view."""
    sources, at = sides(expected, network)
    wrong: list[Passage] = []
    doubtful: list[Passage] = []
    for passage in _passages(expected, sources, at, network):
        answer = passage.every if expected.allows else passage.some
        if answer is Truth.UNKNOWN:
            doubtful.append(passage)
        elif (answer is Truth.YES) is not expected.allows:
            wrong.append(passage)
    return Outcome(tuple(wrong), tuple(doubtful))


def _passages(
    expected: Expectation, sources: Sequence[End], at: Sequence[Target], network: Network
) -> Iterator[Passage]:
    """What is to be judged; of very many pairs that must not pass, those that do or may."""
    if expected.allows or len(sources) * len(at) <= _MOST:
        yield from passages(sources, at, network)
        return
    for source, target in passing(sources, at, network):
        yield from asked(source, target, network)


def sides(expected: Expectation, network: Network) -> tuple[list[End], list[Target]]:
    """What an expectation is about. Raises EndpointError where it names nothing in view."""
    sources = ends(expected.source, network)
    at = targets(expected.destination, expected.ports, network)
    excepted = [end for each in expected.excepts for end in _known(each, network)]
    if not expected.excepts_destination:
        return [left for end in sources for left in _left(end, excepted)], at
    targets_left = [
        Target(left, target.ports) for target in at for left in _left(target.end, excepted)
    ]
    return sources, targets_left


def _known(excepted: Endpoint, network: Network) -> list[End]:
    """What is excepted; an exception that isn't in view excepts nothing."""
    try:
        return ends(excepted, network)
    except NotInViewError:
        return []


def _left(end: End, excepted: Iterable[End]) -> Iterator[End]:
    """What is left of an end without some others."""
    if not isinstance(end, Outside):
        if not any(end is other or end == other for other in excepted):
            yield end
        return
    rest = end.addresses
    for other in excepted:
        if isinstance(other, Outside):
            rest -= other.addresses
    if rest:
        yield Outside(rest, end.node)
