"""How source lines, underlines and notes are laid out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from netlint_linter.output.excerpt import Frame, Mark, excerpt
from netlint_linter.output.terminal import Pen
from netlint_rules.source.document import Span

# Four columns are the frame's.
ROOM = 46
FRAME = Frame(Pen(colour=False, width=ROOM + 4), 1)


def lay_out(text: str, *marks: Mark, context: Sequence[int] = ()) -> list[str]:
    lines = text.split("\n")

    def line_at(number: int) -> str | None:
        return lines[number - 1] if number <= len(lines) else None

    return excerpt(FRAME, line_at, marks, context)


def mark(line: int, start: int, end: int, note: str = "", stroke: str = "^") -> Mark:
    """The characters from `start` to before `end`, counted from 0."""
    return Mark(Span(line, start + 1, line, end + 1), note, stroke, ())


def test_neighbouring_lines_follow_each_other() -> None:
    assert lay_out("a: 1\nb: 2", mark(1, 0, 1), mark(2, 3, 4)) == [
        "1 │ a: 1",
        "  │ ^",
        "2 │ b: 2",
        "  │    ^",
    ]


@pytest.mark.parametrize(("last", "between"), [(2, []), (3, ["2 │ b"]), (4, ["  ·"]), (5, ["  ·"])])
def test_one_line_between_is_shown_and_more_are_left_out(last: int, between: list[str]) -> None:
    rows = lay_out("a\nb\nc\nd\ne", mark(last, 0, 1), context=[1])
    assert rows == ["1 │ a", *between, f"{last} │ {'abcde'[last - 1]}", "  │ ^"]


def test_two_marks_on_a_line_have_a_row_each() -> None:
    rows = lay_out("from: [a, b]", mark(1, 7, 8, "this"), mark(1, 10, 11, "or that", "-"))
    assert rows == [
        "1 │ from: [a, b]",
        "  │        ^ this",
        "  │           - or that",
    ]


def test_a_note_stands_beside_its_range_while_it_fits() -> None:
    fits = "n" * (ROOM - 2)
    assert lay_out("a", mark(1, 0, 1, fits))[1:] == [f"  │ ^ {fits}"]
    assert lay_out("a", mark(1, 0, 1, f"{fits} x"))[1:] == [f"  │ ^ {fits}", "  │   x"]
    assert lay_out("a", mark(1, 0, 1, f"{fits}n"))[1:] == [f"  │ ^ {fits}n"]


def test_a_short_note_stands_beside_a_range_at_the_edge() -> None:
    line = "x" * ROOM
    assert lay_out(line, mark(1, 35, 40, "right"))[1:] == [f"  │ {' ' * 35}^^^^^ right"]
    assert lay_out(line, mark(1, 36, 41, "below"))[1:] == [
        f"  │ {' ' * 36}^^^^^",
        "  │ below",
    ]


def test_a_long_note_goes_below_a_range_at_the_edge() -> None:
    note = "isolates egress, and no policy that selects these pods allows it"
    assert lay_out("x" * ROOM, mark(1, 0, 20, note))[1:] == [
        "  │ ^^^^^^^^^^^^^^^^^^^^",
        "  │ isolates egress, and no policy that selects",
        "  │ these pods allows it",
    ]
    wide = Frame(Pen(colour=False, width=84), 1)
    rows = excerpt(wide, {1: "x" * 80}.get, [mark(1, 70, 80, note)], ())
    assert rows[1:] == [
        f"  │ {' ' * 70}^^^^^^^^^^",
        f"  │ {' ' * 20}isolates egress, and no policy that selects these pods",
        f"  │ {' ' * 20}allows it",
    ]
    rows = excerpt(wide, {1: "x" * 80}.get, [mark(1, 10, 60, note)], ())
    assert rows[2].startswith(f"  │ {' ' * 10}isolates")


@pytest.mark.parametrize(
    ("length", "shown"), [(ROOM, "x" * ROOM), (ROOM + 1, "x" * (ROOM - 1) + "…")]
)
def test_a_line_is_cut_only_where_it_does_not_fit(length: int, shown: str) -> None:
    assert lay_out("x" * length, mark(1, 0, 1)) == [f"1 │ {shown}", "  │ ^"]


def test_a_range_that_ends_near_the_edge_stays_where_it_is() -> None:
    line = "x" * 200
    assert lay_out(line, mark(1, 40, ROOM - 1)) == [
        f"1 │ {'x' * (ROOM - 1)}…",
        f"  │ {' ' * 40}^^^^^",
    ]
    assert lay_out(line, mark(1, 40, ROOM)) == [
        f"1 │ …{'x' * (ROOM - 2)}…",
        f"  │ {' ' * 13}^^^^^^",
    ]


def test_a_long_line_is_cut_around_its_range() -> None:
    line = "x" * 3000 + " part " + "y" * 3000
    assert lay_out(line, mark(1, 3001, 3005, "this")) == [
        f"1 │ …{'x' * 11} part {'y' * 27}…",
        f"  │ {' ' * 13}^^^^ this",
    ]


def test_a_range_wider_than_the_line_shows_its_start() -> None:
    assert lay_out("key: " + "x" * 200, mark(1, 5, 205)) == [
        f"1 │ key: {'x' * (ROOM - 6)}…",
        f"  │      {'^' * (ROOM - 6)}",
    ]


def test_a_second_range_out_of_view_is_marked_at_the_edge() -> None:
    line = "x" * 100
    second = mark(1, 2, 9, "and that", "-")
    assert lay_out(line, mark(1, 80, 90), second)[2] == "  │  - and that"
    second = mark(1, 90, 95, "", "-")
    assert lay_out(line, mark(1, 0, 9), second)[2] == f"  │ {' ' * (ROOM - 1)}-"


def test_wide_characters_are_cut_by_their_columns() -> None:
    assert lay_out("猫" * 40 + "犬", mark(1, 40, 41)) == [
        "1 │ …" + "猫" * 12 + "犬",
        "  │ " + " " * 25 + "^^",
    ]
    assert lay_out("猫" * 40, mark(1, 0, 1)) == ["1 │ " + "猫" * 22 + "…", "  │ ^^"]


def test_lines_that_are_not_at_hand_count_as_left_out() -> None:
    marks = [mark(1, 0, 1), mark(3, 0, 1)]
    rows = excerpt(FRAME, {1: "a", 3: "c"}.get, marks, ())
    assert rows == ["1 │ a", "  │ ^", "  ·", "3 │ c", "  │ ^"]
