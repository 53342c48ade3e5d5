"""What a reviewer reads of a comparison: new exposure first, then what opened, changed, closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from netlint_linter.answers.grouping import Crowd
from netlint_linter.compare.blocks import Block, blocks
from netlint_linter.compare.causes import Causes
from netlint_linter.compare.changes import Change, Comparison, End, Exposed
from netlint_linter.compare.flips import Flip, Open, flips
from netlint_linter.output.terminal import counted
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.questions.names import Names
from netlint_rules.reach import Owner
from netlint_rules.record import dataclass

_PARTS = 4

SECTIONS = {
    "New exposure": "!",
    "Opened": "+",
    "Changed": "~",
    "Closed": "-",
    "New workloads": "+",
    "Removed workloads": "-",
}
"""The titles of a report's sections in their order, with the sign before each line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs: who and on which ports, and why."""

    text: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One bundle's differences in words; `opened` and `closed` count connections."""

    name: str
    exposure: tuple[Line, ...]
    opened: tuple[Line, ...]
    changed: tuple[Line, ...]
    closed: tuple[Line, ...]
    added: tuple[Line, ...]
    gone: tuple[Line, ...]
    counts: str

    def sections(self) -> Iterator[tuple[str, str, tuple[Line, ...]]]:
        """Title, sign and lines of every section that has some."""
        found = self.exposure, self.opened, self.changed, self.closed, self.added, self.gone
        for (title, sign), lines in zip(SECTIONS.items(), found, strict=True):
            if lines:
                yield title, sign, lines


def report(comparison: Comparison, causes: Causes) -> Report:
    """A comparison in words."""
    words = _Words(comparison, causes)
    found, changes = flips(comparison)
    opened = [change for change in changes if not change.closed]
    closed = [change for change in changes if not change.opened]
    changed = [change for change in changes if change.opened and change.closed]
    return Report(
        comparison.name,
        tuple(words.exposure(comparison.exposed)),
        (*words.flips(found, isolated=False), *words.lines(opened)),
        tuple(words.lines(changed)),
        (*words.flips(found, isolated=True), *words.lines(closed)),
        tuple(words.added(comparison)),
        tuple(words.gone(comparison)),
        summary(comparison),
    )


def summary(comparison: Comparison) -> str:
    """`2 connections opened, 1 changed, 3 closed, 1 new workload`."""
    changes = comparison.changes
    parts = [
        (sum(not change.closed for change in changes), "opened"),
        (sum(bool(change.opened and change.closed) for change in changes), "changed"),
        (sum(not change.opened for change in changes), "closed"),
    ]
    texts = [f"{count:,} {word}" for count, word in parts if count]
    if texts:
        first = "connection" if texts[0].startswith("1 ") else "connections"
        number, _, word = texts[0].partition(" ")
        texts[0] = f"{number} {first} {word}"
    for owners, word in ((comparison.added, "new"), (comparison.gone, "removed")):
        if owners:
            texts.append(counted(len(owners), f"{word} workload"))
    return ", ".join(texts)


class _Words:
    """Says changes shortly, with the names of both states."""

    def __init__(self, comparison: Comparison, causes: Causes) -> None:
        self._causes = causes
        old, new = comparison.old.own_keys.keys(), comparison.new.own_keys.keys()
        self._names = Names.among(old | new)
        self._crowd = Crowd.of(self._names, new)
        self._common = Crowd.of(self._names, old & new)

    def exposure(self, exposed: Iterable[Exposed]) -> Iterator[Line]:
        """`shop/web: the internet and every namespace reach TCP 8080`."""
        by_who: dict[tuple[Owner, PortSet, bool], list[str]] = defaultdict(list)
        for each in exposed:
            by_who[each.workload, each.ports, each.is_sure].append(each.by)
        groups: dict[tuple[PortSet, bool, tuple[str, ...]], list[Owner]] = defaultdict(list)
        for (owner, ports, is_sure), by in by_who.items():
            groups[ports, is_sure, tuple(by)].append(owner)
        for (ports, is_sure, whom), owners in groups.items():
            verb = "reach" if len(whom) > 1 else "reaches"
            verb = f"newly {verb}" if is_sure else "may newly reach"
            who = " and ".join(whom)
            yield Line(f"{who} {verb} {self._crowd.described(owners)} on {ports}")

    def flips(self, found: Iterable[Flip], *, isolated: bool) -> Iterator[Line]:
        """A line for workloads that are isolated now, or not any more, with the same left open."""
        groups: dict[tuple[Direction, Open], list[Flip]] = defaultdict(list)
        for flip in found:
            if flip.is_isolated is isolated:
                groups[flip.direction, flip.open].append(flip)
        for (direction, still), alike in groups.items():
            whom = self._common.described([flip.owner for flip in alike])
            left = self._still(direction, still)
            if isolated:
                places = self._causes.places_after(place for flip in alike for place in flip.places)
                yield Line(f"{whom}: {direction.field} is now isolated, {left}", f"({places})")
            else:
                was = f"; before, {left}"
                yield Line(f"{whom}: no policy isolates {direction.field} any more{was}")

    def _still(self, direction: Direction, still: Open) -> str:
        """`only shop/api passes on TCP 5432`."""
        if not still:
            return "nothing passes"
        word = "from" if direction is Direction.INGRESS else "to"
        parts = [f"{word} {self._common.described(ends)} on {ports}" for ports, ends in still]
        if len(parts) > _PARTS:
            parts = [*parts[:_PARTS], f"{len(parts) - _PARTS} more"]
        return f"open only {', '.join(parts)}"

    def lines(self, changes: Sequence[Change]) -> Iterator[Line]:
        """A line for each block of changes that are alike."""
        for block in blocks(changes):
            yield Line(f"{self._ends(block)}: {_ports(block)}", self._causes.of(block))

    def _ends(self, block: Block) -> str:
        sources, targets = block.sources, block.destinations
        start = self._common.described(sources, but=_single(targets))
        return f"{start} → {self._common.described(targets, but=_single(sources))}"

    def added(self, comparison: Comparison) -> Iterator[Line]:
        """What new workloads reach, and what reaches them; one line for those that are alike."""
        groups: dict[str, list[Owner]] = defaultdict(list)
        for owner in comparison.added:
            groups[self._around(owner, comparison.arrivals)].append(owner)
        for around, owners in groups.items():
            yield Line(f"{self._crowd.described(owners)}{around}")

    def _around(self, owner: Owner, changes: Iterable[Change]) -> str:
        sources, targets = [], []
        for change in changes:
            if change.destination == owner:
                sources.append(change.source)
            elif change.source == owner:
                targets.append(change.destination)
        reached = f"reached from {self._crowd.described(sources, but=owner)}" if sources else ""
        reaches = f"reaches {self._crowd.described(targets, but=owner)}" if targets else ""
        text = ", ".join(filter(None, (reached, reaches)))
        return f": {text or 'closed in both directions'}"

    def gone(self, comparison: Comparison) -> Iterator[Line]:
        """The workloads that aren't there any more, in one line."""
        if comparison.gone:
            yield Line(self._crowd.described(comparison.gone, shown=12))


def _single(ends: Collection[End]) -> Owner | None:
    """The workload, if it is one alone."""
    end = next(iter(ends))
    return end if len(ends) == 1 and isinstance(end, Owner) else None


def _ports(block: Block) -> str:
    if block.opened and block.closed:
        return f"{block.opened} instead of {block.closed}"
    return str(block.opened or block.closed)
