"""Why ports are open or closed between two ends: every policy and rule that has a say.

`Trace` is the answer for all ports at once; `netlint_rules.reach.verdict` asks it about one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.finding import Location
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.reach.ends import End
from netlint_rules.reach.open import EVERYTHING, UNDECIDED, Open, any_of
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth


@dataclass(frozen=True, slots=True)
class PeerStep:
    """Whether one peer of a rule is the other end, and why."""

    location: Location
    answer: Truth
    reason: str


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule of a policy that isolates the subject.

    `peers` is empty where the rule takes any peer. `at_peer` is what the rule opens if its peer
    matches, whether it does or not; `open` is what it opens for this connection.
    """

    policy: Policy
    rule: PolicyRule
    peers: tuple[PeerStep, ...]
    peer: Truth
    at_peer: Open

    @property
    def open(self) -> Open:
        """The ports that the rule opens for this connection."""
        return self.at_peer.gated(self.peer)

    @property
    def location(self) -> Location:
        """The rule's place."""
        return Location(self.policy.document, self.rule.path)

    def answer(self, protocol: str, port: int) -> Truth:
        """Whether the rule allows the connection on a port."""
        return self.open.answer(protocol, port)

    def reason(self, protocol: str, port: int) -> str:
        """Why the rule allows the connection on a port, or doesn't."""
        if self.peer is Truth.NO:
            return "; ".join(dict.fromkeys(step.reason for step in self.peers))
        wanted = f"{protocol} {port}"
        if self.answer(protocol, port) is Truth.NO:
            return f"opens {self.rule.ports}, not {wanted}"
        doubts = [step.reason for step in self.peers if step.answer is Truth.UNKNOWN]
        if self.peer is Truth.UNKNOWN:
            return "; ".join(dict.fromkeys(doubts))
        if self.answer(protocol, port) is Truth.UNKNOWN:
            if not self.rule.ports:
                return "its ports can't be read"
            return f"opens {self.rule.ports}, which may hold {wanted}"
        named = next((step.reason for step in self.peers if step.answer is Truth.YES), "any peer")
        return f"{named}, {self.rule.ports}"


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One policy that selects the subject in a direction, or may do so; `reason` says why so."""

    policy: Policy
    selects: Truth
    reason: str
    rules: tuple[RuleStep, ...]

    @property
    def location(self) -> Location:
        """Where the policy says which pods it selects."""
        return Location(self.policy.document, ("spec", "podSelector"))

    @property
    def open(self) -> Open:
        """What its rules open together."""
        return any_of(step.open for step in self.rules)


@dataclass(frozen=True, slots=True)
class Half:
    """One direction: what the policies on `subject` say of connections with `peer`.

    `steps` has the policies that isolate the subject. Where they don't decide, `why` says what
    does; it is empty otherwise.
    """

    direction: Direction
    subject: End
    peer: End
    steps: tuple[PolicyStep, ...]
    open: Open
    why: str = ""

    def rules(self) -> Iterator[RuleStep]:
        """The rules of all its policies."""
        for step in self.steps:
            yield from step.rules


@dataclass(frozen=True, slots=True)
class Trace:
    """Both directions of connections from `source` to `destination`, and what both let through.

    `same`: the two are one pod, and no policy applies.
    """

    source: End
    destination: End
    egress: Half
    ingress: Half
    same: bool = False

    @property
    def open(self) -> Open:
        """The ports that are open from end to end."""
        return EVERYTHING if self.same else self.egress.open.both(self.ingress.open)

    @property
    def halves(self) -> tuple[Half, Half]:
        """Egress and ingress."""
        return self.egress, self.ingress

    def allowing(self) -> list[RuleStep]:
        """The rules by which something gets through: none where neither end is isolated."""
        through = self.open
        return [
            step
            for half in self.halves
            for step in half.rules()
            if not step.open.both(through).is_nothing
        ]


def united(steps: Sequence[PolicyStep]) -> Open:
    """What policies leave open together; everything if they needn't select the subject at all."""
    certain = [step for step in steps if step.selects is Truth.YES]
    if certain:
        doubtful = any_of(step.open for step in steps if step.selects is not Truth.YES)
        return any_of(step.open for step in certain).either(doubtful.gated(Truth.UNKNOWN))
    result = EVERYTHING
    for step in steps:
        result = result.both(step.open)
    return Open(result.certain, UNDECIDED.possible)
