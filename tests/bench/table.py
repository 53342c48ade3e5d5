"""The lines that a benchmark prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_NAME, _FIGURE, _LIMIT = 55, 14, 9


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, the most that it should be (None: for information), and what it was made of."""

    name: str
    figure: float | str
    limit: float | None = None
    made_of: str = ""

    @property
    def mark(self) -> str:
        """`ok`, `OVER`, or nothing where there is no figure or no budget."""
        if self.limit is None or isinstance(self.figure, str):
            return ""
        return "ok" if self.figure <= self.limit else "OVER"

    def __str__(self) -> str:
        figure = self.figure if isinstance(self.figure, str) else f"{self.figure:.2f}"
        limit = "" if self.limit is None else f"{self.limit:g}"
        line = f"  {self.mark:5}{self.name:{_NAME}}{figure:>{_FIGURE}}{limit:>{_LIMIT}}"
        return f"{line}  {self.made_of}".rstrip()


def heading(title: str) -> str:
    """A section's first line."""
    columns = f"{'measured':>{_FIGURE + 1}}{'at most':>{_LIMIT}}"
    return f"\n{title:{_NAME + 6}}{columns}"


def verdict(rows: Iterable[Row]) -> str:
    """Which budgets are met, in a sentence or two."""
    marked = [row for row in rows if row.mark]
    over = [f"{row.name.strip()} ({row.figure:.2f})" for row in marked if row.mark == "OVER"]
    met = f"{len(marked) - len(over)} of {len(marked)} budgets are met."
    return f"{met} Missed: {'; '.join(over)}." if over else met


def milliseconds(seconds: float) -> str:
    """A duration, in the unit that start-up is thought of."""
    return f"{seconds * 1000:,.0f} ms"


def megabytes(size: float) -> str:
    """A size in 10^6 bytes."""
    return f"{size / 1e6:,.1f} MB"
