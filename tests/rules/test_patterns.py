"""Patterns are compiled when they are first used, and used like any other."""

from __future__ import annotations

import re

import pytest

from netlint_rules.patterns import compiled


def test_a_pattern_is_one_of_the_standard_library_when_it_is_used() -> None:
    pattern = compiled("a(b+)", re.I)
    match = pattern.fullmatch("ABB")
    assert match is not None and match[1] == "BB"
    assert pattern.search("c", 0) is None
    assert compiled(rb"\d").sub(b"x", b"a1") == b"ax"


def test_a_wrong_pattern_shows_at_its_first_use() -> None:
    pattern = compiled("(")
    with pytest.raises(re.error):
        pattern.match("a")
