"""Running the rules over bundles, in one process or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain

from netlint_linter.processes import CAN_FORK, MOST_PIECES, count
from netlint_rules.context import Workspace
from netlint_rules.engine import Outcome, examine
from netlint_rules.index import ResourceIndex
from netlint_rules.record import NamedTuple, replace
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_linter.settings import Settings
    from netlint_rules.bundle import Bundle
    from netlint_rules.config import Config
    from netlint_rules.facts import Facts
    from netlint_rules.rule import Outline

_PAYS = 500
"""Objects from which on a second process takes more work off than it makes."""
_SHARES = 32
"""Pieces of work for each process: so many that all end at about the same time."""


class _Part(NamedTuple):
    """A bundle, or some of its namespaces."""

    bundle: int
    namespaces: tuple[str, ...] | None = None


class Examination:
    """What rules say of the objects of each bundle. `facts` are those of the whole run.

    Only findings in `files` are wanted, None for all: what a rule says of a namespace is about an
    object in it, so the other namespaces needn't be asked about.
    """

    def __init__(
        self,
        bundles: Sequence[Bundle],
        rules: Sequence[Outline],
        settings: Settings,
        facts: Facts,
        files: Collection[str] | None = None,
    ) -> None:
        self._bundles = bundles
        self._rules = rules
        self._settings = settings
        self._facts = facts
        self._asked = [None if files is None else _namespaces(each, files) for each in bundles]
        self._sliced: dict[int, Workspace] = {}
        self._latest: Workspace | None = None

    def outcomes(self, jobs: int, ahead: Callable[[], object] | None = None) -> list[Outcome]:
        """One outcome for each bundle, the same whatever the number of processes.

        `jobs` 0: as many processes as pay. `ahead` as for workers.shared_out.
        """
        size = sum(map(self._size, range(len(self._bundles))))
        jobs = count(jobs, size, _PAYS)
        if jobs < 2 or not CAN_FORK:
            return [self._examined(_Part(at, asked)) for at, asked in enumerate(self._asked)]
        from netlint_linter.wires import pickled
        from netlint_linter.workers import shared_out

        pieces = list(self._pieces(max(size // min(jobs * _SHARES, MOST_PIECES // 2), 1)))
        documents = (placed.document for bundle in self._bundles for placed in bundle.placed)
        wire = pickled(documents)
        found = shared_out(lambda at: self._all(pieces[at]), len(pieces), jobs, wire, ahead)
        said: list[list[Outcome]] = [[] for _ in self._bundles]
        for part, outcome in zip(chain(*pieces), chain(*found), strict=True):
            said[part.bundle].append(outcome)
        return [each[0] if len(each) == 1 else self._joined(each) for each in said]

    def _size(self, at: int) -> int:
        """About how many objects of a bundle rules are asked about."""
        asked, placed = self._asked[at], self._bundles[at].placed
        return len(placed) if asked is None else sum(each.namespace in asked for each in placed)

    def _all(self, parts: Sequence[_Part]) -> list[Outcome]:
        return [self._examined(part) for part in parts]

    def _examined(self, part: _Part) -> Outcome:
        if part.namespaces is not None and not part.namespaces:
            return Outcome()
        self._latest = None
        space = self._sliced.get(part.bundle) or self._workspace(self._bundles[part.bundle])
        self._latest = space  # outlives this call, see run._BUILT
        return examine(space, self._rules, _present(space.index, part.namespaces))

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
            asked = self._asked[number]
            if self._size(number) > 2 * size:
                # Here, so that the processes share the index.
                space = self._sliced[number] = self._workspace(bundle)
                sizes = Counter(placed.namespace for placed in bundle.placed)
                names = _present(space.index, asked)
                yield from ([_Part(number, some)] for some in _slices(names, sizes, size))
                continue
            small.append(_Part(number, asked))
            weight += self._size(number)
            if weight >= size:
                yield small
                small, weight = [], 0
        if small:
            yield small


def _namespaces(bundle: Bundle, files: Collection[str]) -> tuple[str, ...] | None:
    """The namespaces that objects of the files are in; None for all: some are in none."""
    found: set[str] = set()
    for placed in bundle.placed:
        document = placed.document
        if document.origin.file in files:
            is_namespace = document.kind == "Namespace" and document.group == ""
            found.add(document.name if is_namespace else placed.namespace)
    return None if "" in found else tuple(sorted(found))


def _present(index: ResourceIndex, asked: Collection[str] | None) -> list[str]:
    """The namespaces that rules are asked about, in order."""
    return [name for name in index.names() if asked is None or name in asked]


def _slices(among: Sequence[str], sizes: Mapping[str, int], size: int) -> Iterator[tuple[str, ...]]:
    """The namespaces in order, together in slices of about so many objects."""
    names: list[str] = []
    weight = 0
    for name in among:
        names.append(name)
        weight += sizes[name]
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
