"""Three-valued answers: what is only partly in view can be neither true nor false."""

from __future__ import annotations

from collections.abc import Iterable

from netlint_rules.choices import Enum


class Truth(Enum):
    """Yes, no, or not decidable from what is in view."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @staticmethod
    def of(value: bool) -> Truth:
        """A certain answer."""
        return Truth.YES if value else Truth.NO

    def __and__(self, other: Truth) -> Truth:
        return self if self.value <= other.value else other

    def __or__(self, other: Truth) -> Truth:
        return self if self.value >= other.value else other

    @staticmethod
    def any(answers: Iterable[Truth]) -> Truth:
        """YES where one is, else UNKNOWN where one is, else NO."""
        result = Truth.NO
        for answer in answers:
            if answer is Truth.YES:
                return answer
            result |= answer
        return result
