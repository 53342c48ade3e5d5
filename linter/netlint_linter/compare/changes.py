"""What differs in who reaches whom between two states of a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from netlint_linter.compare.matching import Match
from netlint_linter.views import View
from netlint_rules.addresses import AddressSet
from netlint_rules.bundle import group_key
from netlint_rules.isolation import labels_match
from netlint_rules.netset import PortSet
from netlint_rules.questions.names import Names
from netlint_rules.reach import Exposure, Network, Owner
from netlint_rules.reach.unseen import unseen
from netlint_rules.record import NamedTuple
from netlint_rules.selector import Selector
from netlint_rules.truth import Truth

End = Owner | AddressSet
Pieces = list[tuple[AddressSet, PortSet]]
"""Disjoint addresses with the ports that are open for them."""


class Change(NamedTuple):
    """Ports that are open now and weren't, and the reverse, between the same two ends."""

    source: End
    destination: End
    opened: PortSet
    closed: PortSet


class Exposed(NamedTuple):
    """A workload that more can reach: `by` says who, the internet or every namespace.

    `is_sure`: nothing that can't be read may keep these ports closed.
    """

    workload: Owner
    by: str
    ports: PortSet
    is_sure: bool


class State:
    """One state of a bundle; owners have the same names in both, whatever folders are called."""

    def __init__(self, view: View | None) -> None:
        self.view = view
        self.network = Network(view.index, view.config.cluster, view.facts) if view else None
        self._map = self.network.map() if self.network else None

    @cached_property
    def own_keys(self) -> Mapping[Owner, Owner]:
        """The owners by their names in comparisons, where folders may have other names."""
        unknown = {owner.namespace for owner in self._owners() if owner.namespace.startswith("?")}
        alone = next(iter(unknown)) if len(unknown) == 1 else ""
        return {
            owner._replace(namespace=group_key("")) if owner.namespace == alone else owner: owner
            for owner in self._owners()
        }

    def _owners(self) -> Iterable[Owner]:
        return self._map.workloads if self._map else ()

    @cached_property
    def pairs(self) -> Mapping[tuple[Owner, Owner], PortSet]:
        """The ports that may be open between workloads."""
        return self._connections[0]

    @cached_property
    def outside(self) -> Mapping[tuple[Owner, bool], Pieces]:
        """The ports that may be open for addresses, by workload; True for what comes in."""
        return self._connections[1]

    @cached_property
    def _connections(
        self,
    ) -> tuple[Mapping[tuple[Owner, Owner], PortSet], Mapping[tuple[Owner, bool], Pieces]]:
        keys = {owner: key for key, owner in self.own_keys.items()}
        pairs: dict[tuple[Owner, Owner], PortSet] = {}
        outside: dict[tuple[Owner, bool], Pieces] = {}
        for each in self._map.connections() if self._map else ():
            match each.source, each.destination:
                case Owner() as source, Owner() as destination:
                    pairs[keys[source], keys[destination]] = each.possible
                case Owner() as source, AddressSet() as block:
                    outside.setdefault((keys[source], False), []).append((block, each.possible))
                case AddressSet() as block, Owner() as destination:
                    outside.setdefault((keys[destination], True), []).append((block, each.possible))
        return pairs, outside

    @cached_property
    def exposures(self) -> Mapping[Owner, Exposure]:
        """What is open around each workload."""
        keys = {owner: key for key, owner in self.own_keys.items()}
        found = self._map.exposures() if self._map else ()
        return {keys[each.workload]: each for each in found}

    @property
    def names(self) -> Names | None:
        """The names of its workloads."""
        return Names.of(self.view.index) if self.view else None


class Comparison:
    """Two states of a bundle, and what differs between them."""

    def __init__(self, match: Match) -> None:
        self.name = match.name
        _add_unseen([view for view in (match.old, match.new) if view])
        self.old, self.new = State(match.old), State(match.new)

    @cached_property
    def changes(self) -> Sequence[Change]:
        """Every change between workloads that both states have, and with addresses."""
        return tuple(each for each in self._everything if not self._is_onesided(each))

    @cached_property
    def arrivals(self) -> Sequence[Change]:
        """What is open from and to workloads that weren't there before."""
        return tuple(each for each in self._everything if self._is_onesided(each))

    @cached_property
    def added(self) -> Sequence[Owner]:
        """Workloads that only the new state has."""
        return sorted(self.new.own_keys.keys() - self.old.own_keys.keys())

    @cached_property
    def gone(self) -> Sequence[Owner]:
        """Workloads that only the old state has."""
        return sorted(self.old.own_keys.keys() - self.new.own_keys.keys())

    @cached_property
    def exposed(self) -> Sequence[Exposed]:
        """New exposure to the internet or to every namespace."""
        return tuple(
            Exposed(owner, *widened)
            for owner, now in self.new.exposures.items()
            for widened in _widened(self.old.exposures.get(owner), now)
        )

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.changes or self.added or self.gone or self.exposed)

    @cached_property
    def _onesided(self) -> frozenset[End]:
        """Workloads that only one state has."""
        return frozenset([*self.added, *self.gone])

    def _is_onesided(self, change: Change) -> bool:
        return change.source in self._onesided or change.destination in self._onesided

    @cached_property
    def _everything(self) -> Sequence[Change]:
        return tuple(self._all())

    def _all(self) -> Iterator[Change]:
        old, new = self.old.pairs, self.new.pairs
        for pair in sorted(old.keys() | new.keys()):
            before, after = (side.get(pair, PortSet.empty()) for side in (old, new))
            if before != after:
                yield Change(pair[0], pair[1], *_differences(before, after))
        yield from self._with_addresses()

    def _with_addresses(self) -> Iterator[Change]:
        old, new = self.old.outside, self.new.outside
        for owner, comes_in in sorted(old.keys() | new.keys()):
            key = (owner, comes_in)
            for block, opened, closed in _differing(old.get(key, []), new.get(key, [])):
                if comes_in:
                    yield Change(block, owner, opened, closed)
                else:
                    yield Change(owner, block, opened, closed)


def _add_unseen(views: Sequence[View]) -> None:
    """Add the pods that policies of either state speak of and that neither has in view.

    So folders that hold policies alone can be compared, and what is allowed to pods elsewhere.
    """
    found = {(each.namespace, each.name): each for view in views for each in unseen(view.index)}
    for workload in found.values():
        where, selector = workload.namespace, Selector.of(workload.labels)
        known = [each for view in views for each in view.index.workloads.get(where, ())]
        if not any(labels_match(selector, each) is Truth.YES for each in known):
            for view in views:
                view.index.workloads[where].append(workload)


@lru_cache
def _differences(before: PortSet, after: PortSet) -> tuple[PortSet, PortSet]:
    """The ports that are more, and those that are fewer."""
    return after - before, before - after


def _widened(before: Exposure | None, now: Exposure) -> Iterator[tuple[str, PortSet, bool]]:
    for by, field in (("the internet", "internet"), ("every namespace", "namespaces")):
        known = getattr(before, field).possible if before else PortSet.empty()
        ports = getattr(now, field).possible - known
        if ports:
            yield by, ports, ports <= getattr(now, field).certain


def _differing(old: Pieces, new: Pieces) -> Iterator[tuple[AddressSet, PortSet, PortSet]]:
    """The addresses for which other ports are open than before, with opened and closed ports."""
    found: dict[tuple[PortSet, PortSet], AddressSet] = {}
    for block, before in _whole(old):
        for other, after in _whole(new):
            if before != after and not block.isdisjoint(other):
                key = _differences(before, after)
                found[key] = found.get(key, AddressSet.empty()) | block & other
    for (opened, closed), block in found.items():
        yield block, opened, closed


def _whole(pieces: Pieces) -> Pieces:
    """The pieces, with no ports for the rest of all addresses."""
    rest = AddressSet.everything()
    for block, _ in pieces:
        rest -= block
    return [*pieces, (rest, PortSet.empty())] if rest else pieces
