"""What passes between two endpoints: one answer for each kind of pods or addresses at the ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netlint_rules.netset import PortSet
from netlint_rules.questions.resolve import Target
from netlint_rules.reach import End, Network, Open, Pods, Trace
from netlint_rules.reach.open import any_of
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth

_USUAL = ("TCP", 443)


@dataclass(frozen=True, slots=True)
class Passage:
    """Connections from some pods or addresses to others; `ports` is what was asked, None for any.

    `traces` are one for each IP version that policies tell apart: any of them will do.
    """

    source: End
    destination: End
    ports: PortSet | None
    traces: tuple[Trace, ...]

    @property
    def open(self) -> Open:
        """The ports that both directions let through."""
        return any_of(each.open for each in self.traces)

    def trace(self, port: tuple[str, int]) -> Trace:
        """Why a port is open or not: of the traces the one that lets most through."""
        return max(self.traces, key=lambda each: each.open.answer(*port).value)

    @property
    def through(self) -> Open:
        """The open ports among those that were asked about."""
        found = self.open
        return found if self.ports is None else found.both(Open(self.ports, self.ports))

    @property
    def every(self) -> Truth:
        """Whether all ports are open; any port, where none was asked for."""
        if self.ports is None:
            return self.some
        found = self.open
        if self.ports <= found.certain:
            return Truth.YES
        return Truth.of(self.ports <= found.possible) & Truth.UNKNOWN

    @property
    def some(self) -> Truth:
        """Whether at least one port is open."""
        found = self.through
        if found.certain:
            return Truth.YES
        return Truth.of(bool(found.possible)) & Truth.UNKNOWN

    def open_port(self) -> tuple[str, int]:
        """A port that is open, or may be, to show why."""
        found = self.through
        return first_port(found.certain or found.possible) or self.shut_port()

    def shut_port(self) -> tuple[str, int]:
        """A port that isn't open for sure, to show why: one that the pods declare, if any."""
        found = self.open
        asked = PortSet.all() if self.ports is None else self.ports
        for left in (asked - found.possible, asked - found.certain):
            for declared in _declared(self.destination):
                if left.covers(*declared):
                    return declared
            port = _USUAL if left.covers(*_USUAL) else first_port(left)
            if port:
                return port
        return _USUAL


def passages(
    sources: Sequence[End], targets: Sequence[Target], network: Network
) -> Iterator[Passage]:
    """Every pair of ends, but addresses with addresses, on which no policy has a say.

    Pods with themselves are left out too, unless they are all that is asked about.
    """
    single = len(sources) == len(targets) == 1
    pairs = ((source, target) for source in sources for target in targets)
    for source, target in pairs:
        if single or not _same(source, target.end):
            yield from asked(source, target, network)


def asked(source: End, target: Target, network: Network) -> Iterator[Passage]:
    """One pair of ends, at least one of which are pods."""
    if isinstance(source, Pods) or isinstance(target.end, Pods):
        found = network.traces(source, target.end)
        yield Passage(source, target.end, target.ports, tuple(found))


def _same(one: End, other: End) -> bool:
    return isinstance(one, Pods) and isinstance(other, Pods) and one.workload is other.workload


def united(answers: Iterable[Truth]) -> Truth | None:
    """The answer that all share; None where they differ, or where there are none."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def first_port(ports: PortSet) -> tuple[str, int] | None:
    """A port of a set."""
    return next(((protocol, first) for protocol, first, _ in ports.ranges()), None)


def _declared(end: End) -> Iterator[tuple[str, int]]:
    if isinstance(end, Pods):
        yield from ((port.protocol, port.port) for port in end.workload.ports)
