"""Boxes in ranks: nothing overlaps, edges lead to the right, and the same input gives the same."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from netlint_linter.picture.layered import Layout, Point, Size, layered

GAP, RANK_GAP = 10, 40
COUNTS = st.integers(2, 9)
SIZES = st.builds(Size, st.integers(5, 90), st.integers(5, 60))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Size], list[tuple[int, int]]]:
    boxes = draw(st.lists(SIZES, min_size=2, max_size=9))
    ends = st.integers(0, len(boxes) - 1)
    edges = draw(st.lists(st.tuples(ends, ends), max_size=16, unique=True))
    return boxes, [(a, b) for a, b in edges if a != b]


def laid(boxes: list[Size], *edges: tuple[int, int]) -> Layout:
    return layered(boxes, edges, GAP, RANK_GAP)


def apart(one: tuple[Point, Size], two: tuple[Point, Size]) -> bool:
    (a, a_size), (b, b_size) = one, two
    return (
        a.x + a_size.width <= b.x
        or b.x + b_size.width <= a.x
        or a.y + a_size.height + GAP <= b.y + 0.001
        or b.y + b_size.height + GAP <= a.y + 0.001
    )


@given(graphs())
def test_boxes_keep_their_distance_within_the_size(
    graph: tuple[list[Size], list[tuple[int, int]]],
) -> None:
    boxes, edges = graph
    found = laid(boxes, *edges)
    placed = list(zip(found.places, boxes, strict=True))
    assert all(apart(one, two) for one, two in combinations(placed, 2))
    for place, size in placed:
        assert -0.001 <= place.x <= found.size.width - size.width + 0.001
        assert -0.001 <= place.y <= found.size.height - size.height + 0.001
    assert found == laid(boxes, *edges)


@given(graphs())
def test_bends_pass_beside_the_boxes(graph: tuple[list[Size], list[tuple[int, int]]]) -> None:
    boxes, edges = graph
    found = laid(boxes, *edges)
    for bend in [point for edge in edges for point in found.bends[edge]]:
        for place, size in zip(found.places, boxes, strict=True):
            inside_x = place.x + 0.001 < bend.x < place.x + size.width - 0.001
            inside_y = place.y - 0.001 < bend.y < place.y + size.height + 0.001
            assert not (inside_x and inside_y)


def test_a_chain_leads_to_the_right_and_an_edge_over_it_goes_round() -> None:
    boxes = [Size(50, 20)] * 3
    found = laid(boxes, (0, 1), (1, 2), (0, 2))
    assert [place.x for place in found.places] == [0, 90, 180]
    enter, leave = found.bends[0, 2]
    assert (enter.x, leave.x) == (90, 140) and enter.y == leave.y
    assert found.bends[0, 1] == []


def test_a_cycle_is_broken_at_one_edge() -> None:
    found = laid([Size(50, 20)] * 3, (0, 1), (1, 2), (2, 0))
    xs = [place.x for place in found.places]
    assert sum(xs[a] > xs[b] for a, b in ((0, 1), (1, 2), (2, 0))) == 1


def test_two_columns_are_ordered_without_crossings() -> None:
    found = laid([Size(50, 20)] * 6, (0, 5), (1, 4), (2, 3))
    ys = [place.y for place in found.places]
    order = sorted(range(3), key=lambda at: ys[at])
    assert [5 - at for at in order] == sorted(range(3, 6), key=lambda at: ys[at])


def test_no_edges_is_one_rank() -> None:
    assert laid([Size(5, 5), Size(5, 5)]).size == Size(5, 20)
