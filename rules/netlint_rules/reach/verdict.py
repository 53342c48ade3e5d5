"""The answer to one question: may a source connect to a destination on a port."""

from __future__ import annotations

from netlint_rules.reach.ends import Destination, End
from netlint_rules.reach.trace import Half, RuleStep, Trace
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether connections pass from `source` to `destination` on a port, and why.

    `trace` is None where the question falls into `parts`: one for each workload behind a Service,
    or for each part of an address range that policies treat alike. `answer` is that of all parts
    where they agree; `mixed` says that they don't, and `answer` is UNKNOWN then. `why` says what
    no trace shows: that a Service has no such port, for instance.
    """

    source: End
    destination: Destination
    protocol: str
    port: int
    answer: Truth
    trace: Trace | None = None
    parts: tuple[Verdict, ...] = ()
    why: str = ""

    @property
    def mixed(self) -> bool:
        """Whether the parts differ."""
        return len({part.answer for part in self.parts}) > 1 or any(p.mixed for p in self.parts)

    def allowing(self) -> list[RuleStep]:
        """The rules that allow it, or may do so, in both directions."""
        if self.trace is None:
            return [step for part in self.parts for step in part.allowing()]
        return [
            step
            for half in self.trace.halves
            for step in half.rules()
            if step.answer(self.protocol, self.port) is not Truth.NO
        ]

    def closed(self) -> list[Half]:
        """The directions that don't let it through for sure."""
        if self.trace is None:
            return [half for part in self.parts for half in part.closed()]
        return [
            half
            for half in self.trace.halves
            if half.open.answer(self.protocol, self.port) is not Truth.YES and not self.trace.same
        ]


def united(answers: list[Truth]) -> Truth:
    """The answer that all parts share; UNKNOWN where they don't, or where there are none."""
    return answers[0] if len(set(answers)) == 1 else Truth.UNKNOWN
