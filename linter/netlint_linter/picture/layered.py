"""Boxes in ranks along their edges, the same way for the same input.

The steps are those of Sugiyama, Tagawa and Toda (1981): break cycles, rank by longest path, order
each rank by its neighbours, then move boxes towards their neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from netlint_rules.record import NamedTuple

_SWEEPS = 12

Edge = tuple[int, int]
Neighbours = Mapping[int, Sequence[int]]


class Size(NamedTuple):
    """Of a box: its extent along the ranks, and within its rank."""

    width: float
    height: float


class Point(NamedTuple):
    """The upper left corner of a box, or a point on a line."""

    x: float
    y: float


class Layout(NamedTuple):
    """Where each box is, and the points that edges over several ranks go through."""

    places: list[Point]
    bends: dict[Edge, list[Point]]
    size: Size


class _Ranked(NamedTuple):
    """Boxes in columns; an edge has a slot of its own in each rank that it passes."""

    columns: list[list[int]]
    chains: dict[Edge, list[int]]

    def links(self) -> tuple[Neighbours, Neighbours]:
        """For each slot those beside it in the rank before, and in the rank after."""
        before: dict[int, list[int]] = defaultdict(list)
        after: dict[int, list[int]] = defaultdict(list)
        for chain in self.chains.values():
            for left, right in pairwise(chain):
                after[left].append(right)
                before[right].append(left)
        return before, after


def layered(boxes: Sequence[Size], edges: Sequence[Edge], gap: float, rank_gap: float) -> Layout:
    """Ranks from left to right. `gap` is between boxes of a rank, `rank_gap` between ranks."""
    forward = _acyclic(len(boxes), edges)
    ranked = _slots(_ranks(len(boxes), forward), forward)
    _order(ranked)
    middles = _middles(ranked, boxes, gap)
    lefts, width = _lefts(ranked, boxes, rank_gap)
    places = [Point(0, 0)] * len(boxes)
    heights = [size.height for size in boxes] + [0.0] * (len(middles) - len(boxes))
    top = min(middles[at] - height / 2 for at, height in enumerate(heights))
    bottom = max(middles[at] + height / 2 for at, height in enumerate(heights))
    for column, left in zip(ranked.columns, lefts, strict=True):
        for at in column:
            if at < len(boxes):
                places[at] = Point(left, middles[at] - boxes[at].height / 2 - top)
    bends = _bends(ranked, middles, lefts, boxes, top)
    turned = {(right, left): points[::-1] for (left, right), points in bends.items()}
    return Layout(places, turned | bends, Size(width, bottom - top))


def _acyclic(count: int, edges: Sequence[Edge]) -> list[Edge]:
    """The edges, those that lead backwards in a sequence with few such edges turned round."""
    left = set(range(count))
    position: dict[int, int] = {}
    while left:
        surplus = dict.fromkeys(sorted(left), 0)
        incoming = set[int]()
        for source, target in edges:
            if source in left and target in left:
                surplus[source] += 1
                surplus[target] -= 1
                incoming.add(target)
        sources = [at for at in surplus if at not in incoming]
        at = sources[0] if sources else max(surplus, key=lambda each: surplus[each])
        position[at] = len(position)
        left.remove(at)
    forward = {(a, b) if position[a] < position[b] else (b, a) for a, b in edges if a != b}
    return sorted(forward, key=lambda edge: (position[edge[0]], position[edge[1]]))


def _ranks(count: int, forward: Sequence[Edge]) -> list[int]:
    """The longest path to each box; boxes without a predecessor stand close to what they reach."""
    ranks = [0] * count
    for source, target in forward:
        ranks[target] = max(ranks[target], ranks[source] + 1)
    targets = {target for _, target in forward}
    for at in range(count):
        reached = [ranks[target] for source, target in forward if source == at]
        if at not in targets and reached:
            ranks[at] = min(reached) - 1
    return ranks


def _slots(ranks: Sequence[int], forward: Sequence[Edge]) -> _Ranked:
    columns: list[list[int]] = [[] for _ in range(max(ranks, default=0) + 1)]
    for at, rank in enumerate(ranks):
        columns[rank].append(at)
    chains = {}
    last = len(ranks)
    for source, target in forward:
        passed = range(ranks[source] + 1, ranks[target])
        chains[source, target] = [source, *range(last, last + len(passed)), target]
        for slot, rank in zip(range(last, last + len(passed)), passed, strict=True):
            columns[rank].append(slot)
        last += len(passed)
    return _Ranked(columns, chains)


def _order(ranked: _Ranked) -> None:
    """Sort each column by the mean place of its neighbours; the best of all sweeps stays."""
    before, after = ranked.links()
    best = [list(column) for column in ranked.columns]
    fewest = _crossings(best, after)
    for sweep in range(_SWEEPS):
        links = after if sweep % 2 else before
        columns = ranked.columns[::-1] if sweep % 2 else ranked.columns
        for fixed, column in pairwise(columns):
            place = {at: number for number, at in enumerate(fixed)}
            own = {at: number for number, at in enumerate(column)}
            column.sort(key=lambda at: _mean([place[to] for to in links.get(at, ())], own[at]))
        crossings = _crossings(ranked.columns, after)
        if crossings < fewest:
            best, fewest = [list(column) for column in ranked.columns], crossings
    ranked.columns[:] = best


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _crossings(columns: Sequence[Sequence[int]], after: Neighbours) -> int:
    count = 0
    for left, right in pairwise(columns):
        place = {at: number for number, at in enumerate(right)}
        ends = [sorted(place[to] for to in after.get(at, ())) for at in left]
        passed: list[int] = []
        for targets in ends:
            count += sum(earlier > target for target in targets for earlier in passed)
            passed += targets
    return count


def _middles(ranked: _Ranked, boxes: Sequence[Size], gap: float) -> dict[int, float]:
    """The middle of each slot within its rank: as near to its neighbours as the order allows."""
    before, after = ranked.links()
    middles: dict[int, float] = {}
    for column in ranked.columns:
        offsets = _offsets(column, boxes, gap)
        middles |= {
            at: offset - offsets[-1] / 2 for at, offset in zip(column, offsets, strict=True)
        }
    for sweep in range(_SWEEPS):
        links = after if sweep % 2 else before
        for column in ranked.columns[::-1] if sweep % 2 else ranked.columns:
            wanted = [
                _mean([middles[to] for to in links.get(at, ())], middles[at]) for at in column
            ]
            offsets = _offsets(column, boxes, gap)
            shifts = _rising([want - offset for want, offset in zip(wanted, offsets, strict=True)])
            middles |= {
                at: shift + offset
                for at, shift, offset in zip(column, shifts, offsets, strict=True)
            }
    return middles


def _offsets(column: Sequence[int], boxes: Sequence[Size], gap: float) -> list[float]:
    """How far the middles of a column's slots are below the first one's, if packed."""
    heights = [boxes[at].height if at < len(boxes) else 0.0 for at in column]
    steps = ((upper + lower) / 2 + gap for upper, lower in pairwise(heights))
    return list(accumulate(steps, initial=0.0))


def _rising(wanted: Sequence[float]) -> list[float]:
    """The rising sequence nearest to the wanted one: neighbours that fall are levelled."""
    blocks: list[tuple[float, int]] = []
    for value in wanted:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, more), (high, count) = blocks.pop(), blocks.pop()
            blocks.append(((high * count + low * more) / (count + more), count + more))
    return [value for value, count in blocks for _ in range(count)]


def _lefts(ranked: _Ranked, boxes: Sequence[Size], rank_gap: float) -> tuple[list[float], float]:
    widths = _widths(ranked, boxes)
    lefts = list(accumulate((width + rank_gap for width in widths), initial=0.0))
    return lefts[:-1], lefts[-1] - rank_gap


def _widths(ranked: _Ranked, boxes: Sequence[Size]) -> list[float]:
    return [max(boxes[at].width for at in column if at < len(boxes)) for column in ranked.columns]


def _bends(
    ranked: _Ranked,
    middles: Mapping[int, float],
    lefts: Sequence[float],
    boxes: Sequence[Size],
    top: float,
) -> dict[Edge, list[Point]]:
    """Where edges enter and leave each rank that they pass."""
    rank_of = {at: rank for rank, column in enumerate(ranked.columns) for at in column}
    widths = _widths(ranked, boxes)
    return {
        edge: [
            Point(lefts[rank_of[slot]] + along, middles[slot] - top)
            for slot in chain[1:-1]
            for along in (0, widths[rank_of[slot]])
        ]
        for edge, chain in ranked.chains.items()
    }
