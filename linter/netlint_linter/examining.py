"""Running the rules over bundles, in one process or several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from netlint_linter.processes import CAN_FORK, MOST_PIECES, count
from netlint_rules.context import Workspace
from netlint_rules.engine import Outcome, examine
from netlint_rules.index import ResourceIndex
from netlint_rules.record import replace

if TYPE_CHECKING:
    from netlint_linter.settings import Settings
    from netlint_rules.bundle import Bundle
    from netlint_rules.config import Config
    from netlint_rules.facts import Facts
    from netlint_rules.rule import Outline

_PAYS = 500
"""Objects from which on a second process takes more work off than it makes."""
_SHARES = 8
"""Pieces of work for each process: so many that all end at about the same time."""


class _Part(NamedTuple):
    """A bundle, or some of its namespaces."""

    bundle: int
    namespaces: tuple[str, ...] | None = None


class Examination:
    """What rules say of the objects of each bundle. `facts` are those of the whole run."""

    def __init__(
        self, bundles: Sequence[Bundle], rules: Sequence[Outline], settings: Settings, facts: Facts
    ) -> None:
        self._bundles = bundles
        self._rules = rules
        self._settings = settings
        self._facts = facts
        self._sliced: dict[int, Workspace] = {}

    def outcomes(self, jobs: int) -> list[Outcome]:
        """One outcome for each bundle, the same whatever the number of processes.

        `jobs` 0: as many processes as pay.
        """
        size = sum(len(bundle.placed) for bundle in self._bundles)
        jobs = count(jobs, size, _PAYS)
        if jobs < 2 or not CAN_FORK:
            parts = [_Part(number) for number in range(len(self._bundles))]
            return [self._examined(part) for part in parts]
        from netlint_linter.workers import shared_out

        pieces = list(self._pieces(max(size // min(jobs * _SHARES, MOST_PIECES // 2), 1)))
        documents = (placed.document for bundle in self._bundles for placed in bundle.placed)
        found = shared_out(lambda at: self._all(pieces[at]), len(pieces), jobs, documents)
        said: list[list[Outcome]] = [[] for _ in self._bundles]
        for part, outcome in zip(chain(*pieces), chain(*found), strict=True):
            said[part.bundle].append(outcome)
        return [each[0] if len(each) == 1 else self._joined(each) for each in said]

    def _all(self, parts: Sequence[_Part]) -> list[Outcome]:
        return [self._examined(part) for part in parts]

    def _examined(self, part: _Part) -> Outcome:
        space = self._sliced.get(part.bundle) or self._workspace(self._bundles[part.bundle])
        return examine(space, self._rules, part.namespaces)

    def _joined(self, slices: Sequence[Outcome]) -> Outcome:
        """What the rules say of a bundle, in the order of being asked about all of it at once."""
        order = {rule.name: number for number, rule in enumerate(self._rules)}
        findings = chain.from_iterable(each.findings for each in slices)
        errors = chain.from_iterable(each.errors for each in slices)
        return Outcome(
            tuple(sorted(findings, key=lambda finding: order[finding.rule])),
            tuple(sorted(errors, key=lambda error: order[error.rule])),
        )

    def _workspace(self, bundle: Bundle) -> Workspace:
        return workspace_of(bundle, self._settings.config, self._facts)

    def _pieces(self, size: int) -> Iterator[list[_Part]]:
        """Bundles of together about so many objects, and slices of larger ones."""
        small: list[_Part] = []
        weight = 0
        for number, bundle in enumerate(self._bundles):
            if len(bundle.placed) > 2 * size:
                # Here, so that the processes share the index.
                space = self._sliced[number] = self._workspace(bundle)
                yield from ([_Part(number, names)] for names in _slices(space.index, size))
                continue
            small.append(_Part(number))
            weight += len(bundle.placed)
            if weight >= size:
                yield small
                small, weight = [], 0
        if small:
            yield small


def _slices(index: ResourceIndex, size: int) -> Iterator[tuple[str, ...]]:
    """The namespaces in order, together in slices of about so many objects."""
    names: list[str] = []
    weight = 0
    for name in index.names():
        names.append(name)
        weight += len(index.policies.get(name, ())) + len(index.workloads.get(name, ()))
        weight += len(index.services.get(name, ()))
        if weight >= size:
            yield tuple(names)
            names, weight = [], 0
    if names:
        yield tuple(names)


def workspace_of(bundle: Bundle, config: Config, facts: Facts) -> Workspace:
    """A bundle with what is different in its cluster."""
    if bundle.spec is not None and bundle.spec.cluster:
        config = replace(config, cluster=replace(config.cluster, **bundle.spec.cluster))
    return Workspace(ResourceIndex.build(bundle.placed, config, facts), config, facts)
