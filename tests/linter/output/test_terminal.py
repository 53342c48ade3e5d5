"""Widths and wrapping, over all texts."""

from __future__ import annotations

import sys
import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netlint_linter.output.terminal import counted, one_line, printable, width, wrap

ANYTHING = st.text(st.characters(codec=None, categories=None, max_codepoint=sys.maxunicode))


@given(st.text("ab 猫é\t\n", max_size=200), st.integers(1, 40), st.integers(1, 40))
def test_wrapping_keeps_every_word_and_the_widths(text: str, first: int, rest: int) -> None:
    lines = wrap(text, first, rest)
    assert " ".join(lines).split() == text.split()
    for number, line in enumerate(lines):
        assert width(line) <= (rest if number else first) or " " not in line


@given(st.text("ab ", max_size=100), st.integers(4, 20))
def test_wrapping_fills_each_line(text: str, room: int) -> None:
    lines = wrap(text, room, room)
    for line, following in pairwise(lines):
        assert width(f"{line} {following.split(' ')[0]}") > room


@given(ANYTHING)
def test_printable_text_has_no_control_characters_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)
    shown.encode()


def test_exactly_control_and_direction_characters_are_replaced() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    directions = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    hidden = {
        char
        for char in every
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(char) in directions
    }
    hidden |= set("\u061c\u200e\u200f\ufeff\ufffe\uffff")
    assert {char for char in every if printable(char) != char} == hidden


def test_ordinary_text_stays_as_it_is() -> None:
    text = "naïve 猫 👩\u200d💻 {team: ops} „x“"
    assert printable(text) == text


def test_one_line_joins_lines() -> None:
    assert one_line("mapping values\n  are not allowed\there\x00") == (
        "mapping values are not allowed here␀"
    )


def test_widths() -> None:
    assert [width(text) for text in ("abc", "猫", "é", "e\u0301", "🐳", "")] == [3, 2, 1, 1, 2, 0]


def test_counts() -> None:
    counts = [counted(number, "policy", "policies") for number in (0, 1, 2, 1234)]
    assert counts == ["0 policies", "1 policy", "2 policies", "1,234 policies"]
