"""Keys that are written without a value, and so allow or select anything."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.choices import Enum
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.source.commented import is_commented_out
from netlint_rules.source.document import Path


class Empty(Enum):
    """How a key is empty: all its entries are comments, nothing stands there, or `[]`."""

    COMMENTED = "has only comments below it"
    NULL = "has no value"
    LIST = "is an empty list"


@dataclass(frozen=True, slots=True)
class EmptyKey:
    """A key `from`, `to` or `ports` that lists nothing."""

    path: Path
    empty: Empty

    @property
    def name(self) -> str:
        """The key."""
        return str(self.path[-1])


def empty_keys(policy: Policy, direction: Direction, rule: PolicyRule) -> Iterator[EmptyKey]:
    """The keys of a rule that list nothing, the peers first."""
    written = policy.document.at(rule.path)
    if isinstance(written, dict):
        for key in (direction.peers_field, "ports"):
            if key in written and not written[key]:
                yield EmptyKey((*rule.path, key), _how(policy, (*rule.path, key), written[key]))


def is_slip(policy: Policy, direction: Direction, rule: PolicyRule) -> bool:
    """Whether a rule that allows much is unfinished: an empty item, or keys without a value.

    Rules allow-all-rule and peers-null-or-empty report these, and others leave them to them.
    """
    is_blank = policy.document.at(rule.path) is None
    keys = empty_keys(policy, direction, rule)
    return is_blank or any(key.empty is not Empty.LIST for key in keys)


def lacks_value(selector: object) -> bool:
    """Whether a written selector is null, or has keys and no value behind any."""
    if not isinstance(selector, dict):
        return selector is None
    return bool(selector) and [*selector.values()].count(None) == len(selector)


def _how(policy: Policy, path: Path, value: object) -> Empty:
    if is_commented_out(policy.document, path):
        return Empty.COMMENTED
    return Empty.NULL if value is None else Empty.LIST
