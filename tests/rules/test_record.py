"""Records are dataclasses, made when they are first used."""

from __future__ import annotations

import dataclasses
import pickle
from copy import deepcopy
from typing import Any

import pytest

from netlint_rules.record import NamedTuple, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(slots=True, kw_only=True)
class Named:
    name: str


@dataclass(slots=True, kw_only=True)
class Row(Named):
    count: int = 0
    known: int = field(init=False)


@dataclass(frozen=True, slots=True)
class Lazy:
    value: int
    found: int | None = field(init=False, repr=False, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    value: int


def test_what_is_found_later_has_a_value_at_first() -> None:
    first, *later = (Lazy(number) for number in range(20))
    for each in (first, *later):
        assert each.found is None
        object.__setattr__(each, "found", each.value)
        assert replace(each, value=7).found is None
    with pytest.raises(TypeError):
        Lazy(1, found=2)  # type: ignore[call-arg]


def test_objects_are_made_with_defaults() -> None:
    assert (Point(1).x, Point(1).y, Point(1).tags) == (1, 2, [])
    assert Point(1).tags is not Point(1).tags
    with pytest.raises(TypeError, match="x"):
        Point()  # type: ignore[call-arg]


def test_objects_are_equal_by_what_is_compared() -> None:
    assert Point(1, tags=["a"]) == Point(1)
    assert Point(1) != Point(2)
    assert Point(1).__eq__((1, 2)) is NotImplemented
    assert len({Point(1), Point(1), Point(3)}) == 2
    assert Identity(1) != Identity(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Row(name="a"))


def test_subclasses_have_the_attributes_of_their_base() -> None:
    row = Row(name="a")
    assert (row.name, row.count) == ("a", 0)
    assert not hasattr(row, "known")


def test_slots_hold_no_other_attribute() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_replace_changes_what_is_named() -> None:
    assert replace(Point(1, 5, ["a"]), x=7) == Point(7, 5)
    assert replace(Point(1, 5, ["a"]), x=7).tags == ["a"]


def test_they_are_shown_copied_and_pickled() -> None:
    point = Point(1)
    assert repr(point) == "Point(x=1, y=2)"
    assert pickle.loads(pickle.dumps(point)) == deepcopy(point) == point


def test_the_standard_library_takes_them_for_dataclasses() -> None:
    assert [each.name for each in dataclasses.fields(Row)] == ["name", "count", "known"]
    assert dataclasses.is_dataclass(Point)
    assert dataclasses.replace(Point(1), y=9) == Point(1, 9)


def test_patterns_match_their_attributes() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


@dataclass(slots=True, kw_only=True)
class Measured:
    name: str
    tags: list[str] = field(default_factory=list)
    length: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.length = len(self.name)


def test_later_objects_are_made_as_the_first_ones() -> None:
    for _ in range(20):
        made = Measured(name="abc")
        assert (made.name, made.tags, made.length) == ("abc", [], 3)
        made.tags.append("mine alone")
        assert Point(1, tags=["b"]) == Point(1, 2, ["b"])


@pytest.mark.parametrize(
    "make",
    [
        lambda kind: kind(),
        lambda kind: kind("a"),
        lambda kind: kind(name="a", length=3),
        lambda kind: kind(name="a", other=3),
    ],
)
def test_wrong_arguments_are_refused_of_the_first_object_and_of_later_ones(make: Any) -> None:
    @dataclass(kw_only=True)
    class Kind(Measured):
        pass

    for made in range(20):
        with pytest.raises(TypeError):
            make(Kind)
        assert Kind(name=str(made)).name == str(made)
    with pytest.raises(TypeError):
        Point(1, 2, x=3)  # type: ignore[misc]
    with pytest.raises(TypeError):
        Point(1, 2, [], 4)  # type: ignore[call-arg]


class Pair(NamedTuple):
    """Two of them."""

    left: int
    right: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        return self.left + len(self.right)


class LargerPair(Pair):
    pass


@pytest.mark.parametrize("kind", [Pair, LargerPair])
def test_named_tuples_are_those_of_the_standard_library(kind: type[Pair]) -> None:
    pair = kind(1, right=(2,))
    assert (pair, pair.size) == ((1, (2,)), 2)
    assert pair._replace(left=5)._asdict() == {"left": 5, "right": (2,)}
    assert kind(1) == (1, ())
    assert repr(kind(1)) == f"{kind.__name__}(left=1, right=())"
    copies = pickle.loads(pickle.dumps(pair)), deepcopy(pair)
    assert copies == (pair, pair)
    assert {type(each) for each in copies} == {kind}
    with pytest.raises(TypeError):
        kind()  # type: ignore[call-arg]


def test_named_tuples_keep_what_their_class_says() -> None:
    assert (Pair.__doc__, Pair.__module__, Pair.__qualname__) == ("Two of them.", __name__, "Pair")
    assert Pair._fields == Pair.__match_args__ == ("left", "right")
