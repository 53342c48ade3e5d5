"""Expectations that don't hold, in words, with the places that decide about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netlint_rules.addresses import AddressSet
from netlint_rules.finding import Location
from netlint_rules.questions.expectation import Expectation
from netlint_rules.questions.names import Names
from netlint_rules.questions.passages import Passage
from netlint_rules.reach import End, Half, Outside, Pods
from netlint_rules.truth import Truth

_SHOWN = 3
_MOST_PLACES = 12


def sentence(expected: Expectation, wrong: Sequence[Passage], names: Names) -> str:
    """`shop/web and 2 more reach shop/db on all ports`; `shop/api doesn't reach …`."""
    sources = _named([each.source for each in wrong], names)
    targets = _named([each.destination for each in wrong], names)
    is_one = len(sources) == 1 and ", " not in sources[0]
    verb = "reaches" if is_one else "reach"
    if expected.allows:
        verb = "doesn't reach" if is_one else "don't reach"
        ports = "any port" if wrong[0].ports is None else str(wrong[0].ports)
    else:
        ports = str(wrong[0].through.certain)
    same = all(each.through == wrong[0].through for each in wrong)
    on = f" on {ports}" if same or expected.allows else ""
    return f"{_listed(sources)} {verb} {_listed(targets)}{on}"


def _named(ends: Iterable[End], names: Names) -> list[str]:
    """Every end once, addresses together and first."""
    block = AddressSet.empty()
    texts: dict[str, None] = {}
    for end in ends:
        if isinstance(end, Outside) and not end.node:
            block |= end.addresses
        else:
            texts[names.end(end)] = None
    return [*([names.end(block)] if block else []), *texts]


def _listed(texts: Sequence[str]) -> str:
    if len(texts) <= _SHOWN:
        return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
    return f"{', '.join(texts[: _SHOWN - 1])} and {len(texts) - _SHOWN + 1} more"


def places(expected: Expectation, wrong: Iterable[Passage], names: Names) -> list[Location]:
    """The rules that let through, or the policies that block, each once."""
    found: dict[tuple[int, object], Location] = {}
    for passage in wrong:
        for place in _deciding(expected, passage, names):
            found.setdefault((id(place.document), place.path), place)
        if len(found) >= _MOST_PLACES:
            break
    return list(found.values())


def _deciding(expected: Expectation, passage: Passage, names: Names) -> Iterator[Location]:
    port = passage.shut_port() if expected.allows else passage.open_port()
    for half in reversed(passage.trace(port).halves):
        if not isinstance(half.subject, Pods):
            continue
        answer = half.open.answer(*port)
        if not expected.allows and answer is not Truth.NO:
            yield from _letting_through(half, port, names)
        elif expected.allows and answer is not Truth.YES:
            yield from _blocking(half, names)


def _letting_through(half: Half, port: tuple[str, int], names: Names) -> Iterator[Location]:
    for step in half.rules():
        if step.answer(*port) is not Truth.NO:
            yield step.location.with_note(f"allows {step.rule.ports}")
    if half.why and isinstance(half.subject, Pods):
        document = half.subject.workload.document
        if document is not None:
            yield Location(document, ("metadata", "name"), names.shorter(half.why, half))


def _blocking(half: Half, names: Names) -> Iterator[Location]:
    for step in half.steps:
        note = f"isolates {half.direction.field} of {names.end(half.subject)}"
        yield step.location.with_note(f"{note} and doesn't allow this")


def why_unknown(passage: Passage, names: Names) -> str:
    """What keeps the answer from being yes or no."""
    port = passage.open_port()
    pair = f"{names.end(passage.source)} → {names.end(passage.destination)}"
    for half in passage.trace(port).halves:
        if half.open.answer(*port) is Truth.UNKNOWN:
            reason = half.why or next(_doubts(half, port), "")
            return f"{names.shorter(reason, half)} ({pair})"
    return pair


def _doubts(half: Half, port: tuple[str, int]) -> Iterator[str]:
    for step in half.steps:
        if step.selects is Truth.UNKNOWN:
            yield f"{step.policy.name}: {step.reason}"
        for rule in step.rules:
            if rule.answer(*port) is Truth.UNKNOWN:
                yield f"{step.policy.name}: {rule.reason(*port)}"
