"""Ports of which some are certainly open and some only possibly: a three-valued set."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from netlint_rules.netset import PROTOCOLS, PortSet
from netlint_rules.record import NamedTuple
from netlint_rules.resources import Workload
from netlint_rules.truth import Truth


class Open(NamedTuple):
    """Ports that are open for sure, and those that may be, which include the former.

    Both hold numbers only, and equal sets are equal objects: a whole protocol is the protocol.
    """

    certain: PortSet
    possible: PortSet

    @property
    def is_nothing(self) -> bool:
        """Whether no port can be open."""
        return not self.possible

    def answer(self, protocol: str, port: int) -> Truth:
        """Whether one port is open."""
        if self.certain.covers(protocol, port):
            return Truth.YES
        return Truth.of(self.possible.covers(protocol, port)) & Truth.UNKNOWN

    def either(self, other: Open) -> Open:
        """What one of the two opens."""
        certain = concrete(self.certain | other.certain)
        return Open(certain, concrete(self.possible | other.possible))

    def both(self, other: Open) -> Open:
        """What both open."""
        certain = concrete(self.certain & other.certain)
        return Open(certain, concrete(self.possible & other.possible))

    def gated(self, answer: Truth) -> Open:
        """What is open where the answer holds, and nothing elsewhere."""
        if answer is Truth.YES:
            return self
        return NOTHING if answer is Truth.NO else Open(PortSet.empty(), self.possible)


NOTHING = Open(PortSet.empty(), PortSet.empty())
EVERYTHING = Open(PortSet.all(), PortSet.all())
UNDECIDED = Open(PortSet.empty(), PortSet.all())


def any_of(opens: Iterable[Open]) -> Open:
    """What at least one of them opens."""
    result = NOTHING
    for each in opens:
        result = result.either(each)
    return result


@lru_cache(maxsize=4096)
def concrete(ports: PortSet) -> PortSet:
    """The numbers in a set, without names that were not resolved."""
    return PortSet.of_intervals({each: ports.intervals(each) for each in PROTOCOLS})


class Listening(NamedTuple):
    """What named ports mean at a destination: `known` says whether these are all that it has."""

    ports: tuple[tuple[str, str, int], ...] = ()
    known: bool = True

    def resolve(self, ports: PortSet) -> Open:
        """The numbers that a rule's ports stand for here; a name that isn't known may be any."""
        certain = concrete(ports.resolve(self.ports))
        if self.known or not ports.names:
            return Open(certain, certain)
        possible = certain
        for protocol in {protocol for protocol, _ in ports.names}:
            possible |= PortSet.protocol(protocol)
        return Open(certain, possible)


def listening(workload: Workload, names: frozenset[tuple[str, str]], *, known: bool) -> Listening:
    """What the named ports of interest, as (protocol, name), mean on a workload's pods."""
    found = {
        (port.name, port.protocol, port.port)
        for port in workload.ports
        if (port.protocol, port.name) in names and port.protocol in PROTOCOLS
    }
    return Listening(tuple(sorted(found)), known or not names)
