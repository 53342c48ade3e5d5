"""What a label selector asks of one label: may it be absent, and which values may it have."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.record import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one label must be.

    `values` are the values allowed, or, where `complement` is set, the only ones not allowed.
    `absent_ok`: an object without the label passes too.
    """

    absent_ok: bool
    values: frozenset[str]
    complement: bool

    @property
    def is_unsatisfiable(self) -> bool:
        """Whether nothing passes, neither a value nor the label's absence."""
        return not (self.absent_ok or self.complement or self.values)

    def admits(self, value: str | None) -> bool:
        """Whether a label with this value passes; None is an absent label."""
        if value is None:
            return self.absent_ok
        return (value in self.values) is not self.complement

    def implies(self, other: Requirement) -> bool:
        """Whether whatever passes here passes there."""
        if self.absent_ok and not other.absent_ok:
            return False
        if self.complement:
            return other.complement and other.values <= self.values
        if other.complement:
            return self.values.isdisjoint(other.values)
        return self.values <= other.values

    def __and__(self, other: Requirement) -> Requirement:
        absent_ok = self.absent_ok and other.absent_ok
        if self.complement and other.complement:
            return Requirement(absent_ok, self.values | other.values, True)
        if self.complement:
            return Requirement(absent_ok, other.values - self.values, False)
        if other.complement:
            return Requirement(absent_ok, self.values - other.values, False)
        return Requirement(absent_ok, self.values & other.values, False)


ANYTHING = Requirement(absent_ok=True, values=frozenset(), complement=True)
"""What passes whatever the label is."""


def exactly(value: str) -> Requirement:
    """The label must be there with this value."""
    return Requirement(False, frozenset((value,)), False)


def terms_of(key: str, requirement: Requirement) -> Iterator[tuple[int, str]]:
    """The terms of one key, each with its place among the kinds of terms."""
    values = sorted(requirement.values)
    listed = ",".join(values)
    if values and not requirement.complement:
        yield (0, f"{key}={listed}") if len(values) == 1 else (1, f"{key} in ({listed})")
        return
    if not requirement.absent_ok:
        yield 2, key
    if not requirement.complement:
        yield 3, f"!{key}"
    if values:
        yield 4, f"{key} notin ({listed})"
