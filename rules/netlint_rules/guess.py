"""Guesses what a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str:
    """` (did you mean x?)`, or nothing where no known word is near."""
    match = nearest(word, known)
    return f" (did you mean {match}?)" if match else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like it, empty where none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=0.6)), "")
