"""How long a reflector waits for what."""

from __future__ import annotations

import random

from netlint_rules.record import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, and the number of objects on a page.

    `watch`: the API server ends a watch after so long, at random so that watches don't end
    together. `slack`: silence beyond that is a dead connection. `first`: the patience for single
    answers, and between objects of a streaming list. `retry`: the shortest and the longest wait
    after an error. `absent`: until a kind that is forbidden or missing is asked for again.

    Pages are small because one is decoded at a stretch: 50 pods of 4 KB take about 2 ms.
    """

    watch: tuple[int, int] = (240, 300)
    slack: float = 5.0
    first: float = 15.0
    retry: tuple[float, float] = (0.5, 30.0)
    absent: float = 60.0
    page: int = 50

    def watch_seconds(self) -> int:
        """The length of the next watch."""
        return random.randint(*self.watch)

    def jittered(self, seconds: float) -> float:
        """Between half and all of it."""
        return seconds * random.uniform(0.5, 1.0)


class Backoff:
    """Twice as long after each failure, at random so that replicas don't come back together."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._failures = 0

    def reset(self) -> None:
        """Something went well."""
        self._failures = 0

    def next(self, at_least: float = 0.0) -> float:
        """The seconds to wait now."""
        shortest, longest = self._timing.retry
        wait = min(shortest * 2.0**self._failures, longest)
        self._failures = min(self._failures + 1, 16)
        return max(self._timing.jittered(wait), at_least)
