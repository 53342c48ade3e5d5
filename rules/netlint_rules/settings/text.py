"""The text of a configuration: what it holds, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.source.document import Path, Positions

Place = Callable[[Path], tuple[int, int]]
"""Line and column (1-based) of what a path names, or of the nearest thing around it."""


class Mistake(NamedTuple):
    """Something wrong in a configuration; line and column count from 1."""

    line: int
    column: int
    message: str


class MistakesError(ValueError):
    """A configuration with mistakes, in the order of the text."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("; ".join(mistake.message for mistake in self.mistakes))

    def lines(self, file: str) -> tuple[str, ...]:
        """Each mistake with its place first, so that editors and terminals link it."""
        return tuple(f"{file}:{line}:{column}: {text}" for line, column, text in self.mistakes)


@dataclass(frozen=True, slots=True)
class Source:
    """What a configuration holds, and where; `positions` is None where only places are known."""

    body: Any
    place: Place
    positions: Positions | None = None


def from_yaml(data: bytes) -> Source:
    """What a YAML file holds; an empty one is an empty mapping. Raises MistakesError."""
    from netlint_rules.source.broken import BrokenError
    from netlint_rules.source.encoding import normalise
    from netlint_rules.source.lines import Lines
    from netlint_rules.source.pieces import Piece
    from netlint_rules.source.yamltext import parse

    piece = Piece(normalise(data).data)
    try:
        content = parse(piece)
    except BrokenError as broken:
        span = Lines(piece).span(broken.at or 0, broken.at or 0)
        raise MistakesError([Mistake(*span[:2], broken.reason)]) from None
    if content is None:
        return Source({}, lambda _: (1, 1))
    if content.faults:
        raise MistakesError(
            Mistake(*fault.span[:2], f"{fault.path[-1]} is set twice") for fault in content.faults
        )
    positions = content.place.positions

    def place(path: Path) -> tuple[int, int]:
        span = positions.span(path)
        return span[:2] if span else (1, 1)

    return Source(content.value, place, positions)
