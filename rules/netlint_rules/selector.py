"""Label selectors as an exact algebra over an infinite domain of label values.

A LabelSelector is a conjunction, so each key has one `Requirement`, and everything else follows
from set operations on these.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import lru_cache
from types import MappingProxyType

from netlint_rules.record import dataclass, field
from netlint_rules.requirement import ANYTHING, Requirement, exactly, terms_of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Selector:
    """A label selector. Two valid ones are equal exactly when they match the same labels.

    `invalid`: the API server refuses the selector, so it matches nothing here. All invalid ones
    are equal, and equal to no valid one.

    `_pinned` holds the keys that must have one given value, `_rest` every other constrained key:
    nearly all selectors are plain matchLabels, which need no `Requirement` to be matched.
    """

    _pinned: dict[str, str]
    _rest: dict[str, Requirement]
    invalid: bool = False
    _hash: int = field(init=False)

    @staticmethod
    def parse(body: object) -> Selector:
        """The selector of a decoded LabelSelector; None selects everything. Never raises.

        Invalid is what can't be decoded strictly (a number as a value, an unknown field) and what
        has no meaning (an unknown operator, `In` without values). The syntax of keys and values
        isn't looked at.
        """
        if body is None:
            return EVERYTHING
        try:
            if isinstance(body, dict) and len(body) == 1:
                labels = body.get("matchLabels")
                if isinstance(labels, dict) and len(labels) == 1:
                    ((key, value),) = labels.items()
                    if isinstance(value, str):
                        return _with_label(key, value)
            return _decode(body)
        except ValueError:
            return _INVALID

    @staticmethod
    def of(labels: Mapping[str, str]) -> Selector:
        """The selector of the objects that carry all these labels."""
        return Selector(dict(labels), _NO_MORE)

    @property
    def requirements(self) -> Mapping[str, Requirement]:
        """The requirement of each constrained key; empty where the selector is invalid."""
        return MappingProxyType(self._all())

    @property
    def keys(self) -> Set[str]:
        """The constrained keys."""
        return self._pinned.keys() | self._rest.keys()

    @property
    def is_unsatisfiable(self) -> bool:
        """Whether no labels match: contradictory, or invalid."""
        if self._rest:
            return any(each.is_unsatisfiable for each in self._rest.values())
        return self.invalid

    @property
    def matches_all(self) -> bool:
        """Whether all labels match."""
        return not (self._pinned or self._rest or self.invalid)

    @property
    def is_plain(self) -> bool:
        """Whether it asks for nothing but given values of some labels: the quick common case."""
        return not self._rest

    def equalities(self) -> Mapping[str, str]:
        """The keys that must have exactly one value, with that value."""
        return self._pinned

    def is_refuted(self, labels: Mapping[str, str]) -> bool:
        """Whether a label that is there has another value than it must have: quick, and often."""
        for key, value in self._pinned.items():  # noqa: SIM110 - any() takes twice the time
            if labels.get(key, value) != value:
                return True
        return False

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with these labels is selected."""
        for key, value in self._pinned.items():
            if labels.get(key) != value:
                return False
        for key, each in self._rest.items():
            if not each.admits(labels.get(key)):
                return False
        return not self.invalid

    def implies(self, other: Selector) -> bool:
        """Whether `other` matches everything that this selector matches."""
        pinned = self._pinned
        if (self._rest or self.invalid) and self.is_unsatisfiable:
            return True
        for key, value in other._pinned.items():
            if pinned.get(key) != value:
                return False
        if other._rest:
            return all(self._on(key).implies(each) for key, each in other._rest.items())
        return not other.invalid

    def overlaps(self, other: Selector) -> bool:
        """Whether some labels match both."""
        for key, value in self._pinned.items():
            if other._pinned.get(key, value) != value:
                return False
        if self._rest or other._rest:
            return not (self & other).is_unsatisfiable
        return not (self.invalid or other.invalid)

    def __and__(self, other: Selector) -> Selector:
        if self.invalid or other.invalid:
            return _INVALID
        requirements = self._all()
        for key, requirement in other._all().items():
            _require(requirements, key, requirement)
        return _normal(requirements)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Selector):
            return NotImplemented
        if self.invalid or other.invalid:
            return self.invalid and other.invalid
        if self._pinned == other._pinned and self._rest == other._rest:
            return True
        return self.is_unsatisfiable and other.is_unsatisfiable

    def __hash__(self) -> int:
        """Kept once it was asked for: selectors are looked up far more often than made."""
        try:
            return self._hash
        except AttributeError:
            terms = frozenset(self._pinned.items()), frozenset(self._rest.items())
            made = hash(self.invalid if self.is_unsatisfiable else terms)
            object.__setattr__(self, "_hash", made)
            return made

    def __str__(self) -> str:
        """As `kubectl get -l` takes it, in an order of its own; empty for everything."""
        if self.invalid:
            return "<invalid selector>"
        terms = [term for key, each in self._all().items() for term in terms_of(key, each)]
        return ",".join(text for _, text in sorted(terms))

    def __repr__(self) -> str:
        return f"Selector({str(self)!r})"

    def _all(self) -> dict[str, Requirement]:
        return {key: exactly(value) for key, value in self._pinned.items()} | self._rest

    def _on(self, key: str) -> Requirement:
        value = self._pinned.get(key)
        return self._rest.get(key, ANYTHING) if value is None else exactly(value)


_NO_MORE: dict[str, Requirement] = {}
"""What nearly all selectors ask for besides values of some labels."""
EVERYTHING = Selector({}, _NO_MORE)
_INVALID = Selector({}, _NO_MORE, invalid=True)

_FIELDS = frozenset({"key", "operator", "values"})
_OPERATORS = {  # absent_ok, complement
    "In": (False, False),
    "NotIn": (True, True),
    "Exists": (False, True),
    "DoesNotExist": (True, False),
}


def _decode(body: object) -> Selector:
    if not isinstance(body, dict):
        raise ValueError("not a mapping")
    if not body:
        return EVERYTHING
    labels = body.get("matchLabels")
    if len(body) != ("matchLabels" in body) + ("matchExpressions" in body):
        raise ValueError("unknown field")
    expressions = _list(body.get("matchExpressions"))
    pinned = _match_labels(labels)
    if not expressions:
        return Selector(pinned, _NO_MORE)
    requirements = {key: exactly(value) for key, value in pinned.items()}
    for expression in expressions:
        _require(requirements, *_match_expression(expression))
    return _normal(requirements)


@lru_cache(maxsize=4096)
def _with_label(key: str, value: str) -> Selector:
    """A selector that all policies share: most ask for one label, one of few in use."""
    return Selector(_match_labels({key: value}), _NO_MORE)


def _match_labels(labels: object) -> dict[str, str]:
    if labels is None:
        return {}
    if not isinstance(labels, dict):
        raise ValueError("not a mapping")
    pinned = dict(labels)
    for key, value in labels.items():
        if value.__class__ is not str or key.__class__ is not str:
            pinned[_text(key)] = _text(value)
    if "" in pinned:
        raise ValueError("a value without a key")
    return pinned


def _match_expression(body: object) -> tuple[str, Requirement]:
    if not (isinstance(body, dict) and body.keys() <= _FIELDS):
        raise ValueError("not an expression")
    key, operator = _text(body.get("key")), _text(body.get("operator"))
    if not key or operator not in _OPERATORS:
        raise ValueError("no key, or an unknown operator")
    values = frozenset(_text(value) for value in _list(body.get("values")))
    if bool(values) != (operator in ("In", "NotIn")):
        raise ValueError("values missing, or not taken by the operator")
    absent_ok, complement = _OPERATORS[operator]
    return key, Requirement(absent_ok, values, complement)


def _text(value: object) -> str:
    """A string; the API server decodes null as an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _list(body: object) -> list[object]:
    if body is None:
        return []
    if not isinstance(body, list):
        raise ValueError("not a list")
    return body


def _require(requirements: dict[str, Requirement], key: str, requirement: Requirement) -> None:
    present = requirements.get(key)
    requirements[key] = requirement if present is None else present & requirement


def _normal(requirements: dict[str, Requirement]) -> Selector:
    pinned: dict[str, str] = {}
    rest: dict[str, Requirement] = {}
    for key, each in requirements.items():
        if len(each.values) == 1 and not (each.absent_ok or each.complement):
            (pinned[key],) = each.values
        else:
            rest[key] = each
    return Selector(pinned, rest)
