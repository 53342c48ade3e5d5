"""Whether the policies of a pod let the API server connect to one of its ports."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from netlint_rules.apiserver import Admission, ApiServer
from netlint_rules.backends import Backend
from netlint_rules.isolation import Isolation, rules
from netlint_rules.policy import Direction, OpaquePeer, Peer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.resources import is_patched
from netlint_rules.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """How far the API server gets to a backend.

    `policies` certainly isolate the backend, the one that selects by the most labels first.
    `openings` are those of their rules whose ports hold the backend's port.
    """

    backend: Backend
    admission: Admission
    policies: tuple[Policy, ...]
    openings: tuple[tuple[Policy, PolicyRule], ...]

    @property
    def peers(self) -> tuple[Peer, ...]:
        """The peers to which the port is open."""
        return tuple(peer for _, rule in self.openings for peer in rule.peers or ())


def judge(
    isolation: Isolation, server: ApiServer, backend: Backend, strangers: Collection[Policy] = ()
) -> Judgement | None:
    """The verdict on one backend; None where nothing can be said.

    `strangers` are policies for other pods, whatever labels these might carry besides.

    That is so where no policy certainly isolates the pods, where a patch changes one of their
    policies, and where what isn't certain (a policy that may select them, a port or a peer that
    can't be read) would let the API server in further.
    """
    selecting = isolation.selecting(backend.subject, Direction.INGRESS)
    is_changed = any(is_patched(policy.document, ("spec",)) for policy in selecting.all())
    if is_changed or not selecting.certain:
        return None
    policies = sorted(selecting.certain, key=lambda policy: -len(policy.subject.requirements))
    openings = tuple(
        (policy, rule)
        for policy, rule in rules(policies, Direction.INGRESS)
        if backend.opened_by(rule) is Truth.YES
    )
    hopes = (
        rule
        for policy, rule in rules(tuple(selecting.all()), Direction.INGRESS)
        if policy not in strangers and backend.opened_by(rule) is not Truth.NO
    )
    where = isolation.namespace
    admission = admitted(server, (rule for _, rule in openings), where, unreadable=False)
    if admission < admitted(server, hopes, where):
        return None
    return Judgement(backend, admission, tuple(policies), openings)


def admitted(
    server: ApiServer, openings: Iterable[PolicyRule], namespace: str, *, unreadable: bool = True
) -> Admission:
    """How far rules of a namespace let the API server in; what is `unreadable` may count too."""
    peers: list[Peer] = []
    for rule in openings:
        if rule.peers is None:
            return Admission.ALWAYS
        peers += (peer for peer in rule.peers if unreadable or not isinstance(peer, OpaquePeer))
    return server.admission(peers, namespace)
