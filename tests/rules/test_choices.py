"""Enumerations do what the standard library's do, as far as netlint asks."""

from __future__ import annotations

import copy
import enum
import json
import pickle
from typing import Any

import pytest

from netlint_rules import choices


class Level(choices.Enum):
    """Told apart by identity."""

    LOW = 0
    HIGH = 1
    TOP = 1

    @property
    def is_low(self) -> bool:
        return self is Level.LOW

    @staticmethod
    def of(value: int) -> Level:
        return Level(value)


class Word(choices.StrEnum):
    """Its members are texts."""

    YES = "yes"
    NO = "no"

    size: int

    def __init__(self, text: str) -> None:
        self.size = len(text)


def shown(made: Any) -> list[object]:
    """What users of an enumeration see of it."""
    return [
        [(each.name, each.value, str(each), f"{each:>5}") for each in made],
        len(made),
        [made(each.value) is each for each in made],
        [made.YES in {made.YES: 1}, made.YES == "yes", made.YES in made, made.YES == "yes"],
        json.dumps({made.YES: [made.NO]}),
        sorted([made.YES, made.NO]),
        repr(made.YES),
        made.__doc__,
    ]


def test_texts_are_as_in_the_standard_library() -> None:
    made: Any = enum.StrEnum
    standard = made("Word", {"YES": "yes", "NO": "no"})
    standard.__doc__ = Word.__doc__
    assert shown(Word) == shown(standard)
    assert isinstance(Word.YES, str)
    assert Word.YES.size == 3


def test_others_are_told_apart_by_identity() -> None:
    levels: Any = Level
    assert list(levels) == [levels.LOW, levels.HIGH]
    assert levels.TOP is levels.HIGH is levels.of(1)
    assert (levels.LOW.is_low, levels.HIGH.is_low) == (True, False)
    assert levels.LOW != 0
    assert len({levels.LOW, levels.HIGH, levels.TOP}) == 2


@pytest.mark.parametrize("member", [Level.LOW, Word.NO])
def test_copies_are_the_same_object(member: object) -> None:
    assert pickle.loads(pickle.dumps(member)) is member
    assert copy.copy(member) is copy.deepcopy(member) is member


@pytest.mark.parametrize("value", ["maybe", 7, None, []])
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a valid Word"):
        Word(value)
