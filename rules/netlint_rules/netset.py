"""Port sets in a canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netlint_rules.intervals import (
    Intervals,
    Operation,
    are_disjoint,
    both,
    combine,
    contains,
    either,
    is_within,
    only_first,
)
from netlint_rules.lazy import cached_property
from netlint_rules.record import NamedTuple, dataclass

PROTOCOLS = ("TCP", "UDP", "SCTP")
_PLACES = {protocol: place for place, protocol in enumerate(PROTOCOLS)}
LAST_PORT = 65535


class _Ports(NamedTuple):
    """The ports of one protocol. `others`: so are all named ports but those in `names`."""

    numbers: Intervals = ()
    names: frozenset[str] = frozenset()
    others: bool = False

    def combine(self, operation: Operation, other: _Ports) -> _Ports:
        if self == other:
            return self if operation(True, True) else _NONE
        others = operation(self.others, other.others)
        return _Ports(
            combine(operation, self.numbers, other.numbers),
            frozenset(
                name
                for name in self.names | other.names
                if operation(self.has_name(name), other.has_name(name)) is not others
            ),
            others,
        )

    def is_within(self, other: _Ports) -> bool:
        if not is_within(self.numbers, other.numbers):
            return False
        if self.others:
            return other.others and other.names <= self.names
        return all(map(other.has_name, self.names))

    def isdisjoint(self, other: _Ports) -> bool:
        if self is _NONE or other is _NONE:
            return True
        if self.others and other.others:
            return False
        finite = other if self.others else self
        shared = any(self.has_name(name) and other.has_name(name) for name in finite.names)
        return not shared and are_disjoint(self.numbers, other.numbers)

    def has_name(self, name: str) -> bool:
        return (name in self.names) is not self.others

    def resolve(self, ports: Iterable[tuple[str, int]]) -> _Ports:
        """With the numbers that the named ports in the set stand for, and without finite names."""
        numbers = self.numbers
        for name, port in ports:
            if self.has_name(name) and 1 <= port <= LAST_PORT:
                numbers = combine(either, numbers, ((port, port),))
        return _Ports(numbers, frozenset(), self.others)

    def describe(self, protocol: str) -> list[str]:
        if self.others:
            holes = " and ".join(_WHOLE.combine(only_first, self)._items())
            return [f"all {protocol} ports" + (f" except {holes}" if holes else "")]
        return [f"{protocol} {item}" for item in self._items()]

    def _items(self) -> list[str]:
        ranges = [f"{first}-{last}" if first < last else str(first) for first, last in self.numbers]
        return ranges + sorted(self.names)


_NONE = _Ports()
_WHOLE = _Ports(((1, LAST_PORT),), frozenset(), others=True)


@dataclass(frozen=True)
class PortSet:
    """Ports of TCP, UDP and SCTP: numbers from 1 to 65535, and named ports not yet resolved.

    A named port is an element of its own beside the numbers: a whole protocol contains it, the
    interval 1-65535 doesn't. Which numbers it stands for differs from pod to pod (`resolve`).
    Protocols other than the three raise ValueError everywhere.
    """

    _parts: tuple[_Ports, ...]

    @staticmethod
    def empty() -> PortSet:
        """No port."""
        return _EMPTY

    @staticmethod
    def all() -> PortSet:
        """Every port of every protocol."""
        return _ALL

    @staticmethod
    def of(protocol: str, first: int, last: int | None = None) -> PortSet:
        """One port, or those from `first` to `last`; ValueError unless 1 <= first <= last."""
        last = first if last is None else last
        if not 1 <= first <= last <= LAST_PORT:
            raise ValueError(f"no port range within 1-{LAST_PORT}: {first}-{last}")
        return _only(protocol, _Ports(((first, last),)))

    @staticmethod
    def of_intervals(numbers: Mapping[str, Intervals]) -> PortSet:
        """The ports with these numbers, by protocol; all numbers of one are the whole protocol."""
        found = (numbers.get(protocol, ()) for protocol in PROTOCOLS)
        return PortSet(tuple(_WHOLE if each == _WHOLE.numbers else _Ports(each) for each in found))

    @staticmethod
    def protocol(protocol: str) -> PortSet:
        """Every port of one protocol."""
        return _only(protocol, _WHOLE)

    @staticmethod
    def named(protocol: str, name: str) -> PortSet:
        """The containerPorts of that name and protocol, whatever their numbers are."""
        return _only(protocol, _Ports(names=frozenset((name,))))

    @property
    def is_all(self) -> bool:
        """Whether it is every port of every protocol."""
        return self == _ALL

    @cached_property
    def has_names(self) -> bool:
        """Whether it has named ports: such mean other numbers from pod to pod."""
        return any(part.names or part.others for part in self._parts)

    @cached_property
    def has_sctp(self) -> bool:
        """Whether it has ports of SCTP, which few policies name."""
        return self._parts[_PLACES["SCTP"]] != _NONE

    @cached_property
    def spans(self) -> tuple[tuple[str, int | str, int | str], ...]:
        """Its `ranges`, and its `names` as ranges of themselves alone."""
        names = ((protocol, name, name) for protocol, name in sorted(self.names))
        return (*self.ranges(), *names)

    @cached_property
    def points(self) -> tuple[tuple[str, int | str], ...] | None:
        """Its ports and names one by one; None where it has a range of ports."""
        if any(first != last for _, first, last in self.spans):
            return None
        return tuple((protocol, port) for protocol, port, _ in self.spans)

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """The named ports as (protocol, name), without those that a whole protocol contains."""
        if not any(part.names for part in self._parts):
            return frozenset()
        return frozenset(
            (protocol, name)
            for protocol, part in zip(PROTOCOLS, self._parts, strict=True)
            if not part.others
            for name in part.names
        )

    @cached_property
    def single(self) -> tuple[str, int | str] | None:
        """Protocol and number, or name, where the set is one port."""
        found: tuple[str, int | str] | None = None
        for protocol, part in zip(PROTOCOLS, self._parts, strict=True):
            if part != _NONE:
                elements: set[int | str] = {number for ends in part.numbers for number in ends}
                elements |= part.names
                if found or part.others or len(elements) != 1:
                    return None
                found = (protocol, elements.pop())
        return found

    def intervals(self, protocol: str) -> tuple[tuple[int, int], ...]:
        """The port numbers of one protocol as sorted (first, last), both inclusive."""
        return self._parts[_place(protocol)].numbers

    def ranges(self) -> list[tuple[str, int, int]]:
        """The port numbers as sorted (protocol, first, last), both inclusive."""
        return [
            (protocol, first, last)
            for protocol, part in zip(PROTOCOLS, self._parts, strict=True)
            for first, last in part.numbers
        ]

    def covers(self, protocol: str, port: int) -> bool:
        """Whether this port number is in the set. Named ports cover nothing until resolved."""
        return contains(self._parts[_place(protocol)].numbers, port)

    def resolve(self, container_ports: Iterable[tuple[str, str, int]]) -> PortSet:
        """The set on a pod with these containerPorts, each given as (name, protocol, port).

        Every containerPort with a name and protocol in the set adds its number. Names that the
        pod doesn't have vanish.
        """
        if not self.has_names:
            return self
        ports = tuple(container_ports)
        return PortSet(
            tuple(
                part.resolve((name, port) for name, its, port in ports if its == protocol)
                for protocol, part in zip(PROTOCOLS, self._parts, strict=True)
            )
        )

    def isdisjoint(self, other: PortSet) -> bool:
        """Whether no port is in both."""
        return all(map(_Ports.isdisjoint, self._parts, other._parts))

    def __or__(self, other: PortSet) -> PortSet:
        return self._combine(either, other)

    def __and__(self, other: PortSet) -> PortSet:
        return self._combine(both, other)

    def __sub__(self, other: PortSet) -> PortSet:
        return self._combine(only_first, other)

    def __le__(self, other: PortSet) -> bool:
        return all(map(_Ports.is_within, self._parts, other._parts))

    def __bool__(self) -> bool:
        return self != _EMPTY

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept: policies share their sets, which are looked up far more often than made."""
        return hash(self._parts)

    def __str__(self) -> str:
        if self.is_all:
            return "all ports"
        items = [
            item
            for protocol, part in zip(PROTOCOLS, self._parts, strict=True)
            for item in part.describe(protocol)
        ]
        return ", ".join(items) or "no ports"

    def _combine(self, operation: Operation, other: PortSet) -> PortSet:
        return PortSet(
            tuple(
                mine.combine(operation, theirs)
                for mine, theirs in zip(self._parts, other._parts, strict=True)
            )
        )


_EMPTY = PortSet((_NONE,) * len(PROTOCOLS))
_ALL = PortSet((_WHOLE,) * len(PROTOCOLS))


def _place(protocol: str) -> int:
    if protocol not in _PLACES:
        raise ValueError(f"unknown protocol {protocol!r}, expected {', '.join(PROTOCOLS)}")
    return _PLACES[protocol]


def _only(protocol: str, ports: _Ports) -> PortSet:
    place = _place(protocol)
    return PortSet((*_EMPTY._parts[:place], ports, *_EMPTY._parts[place + 1 :]))
