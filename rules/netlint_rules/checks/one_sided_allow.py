"""A connection that one end allows and the other refuses

Where the sender is isolated for egress and the receiver for ingress, policies at both ends must
allow a connection. A rule that names the pods at the other end is void while no policy there names
the sender.

netlint unites the policies at the other end, and reports a peer if none of the pods that the rule
is for gets through to any of the pods that the peer names, on any of its ports. It is a hint unless
everything is in view. In a live cluster it is one too, for the second policy may come after the
first, and only pairs within a namespace are looked at. DNS is what `dns-egress` speaks of.

## Why it matters

Each policy looks right by itself, so the search for the dropped connection takes long.

## How to fix

Add the rule at the other end: `ingress` with `from` for the receiver, `egress` with `to` for the
sender, with the same ports. If the connection isn't needed, remove this entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.context import Context
from netlint_rules.dns.servers import ServersOf
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.meant import Meant, Peers, PeersOf, TablesOf
from netlint_rules.peers import named
from netlint_rules.policy import Direction, Peer, PodPeer, Policy, PolicyRule, Selection
from netlint_rules.record import NamedTuple
from netlint_rules.resources import Workload, is_patched
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.traits import Trait

ONE_SIDED = Code(
    "NP420",
    "one-sided-allow",
    Severity.WARNING,
    "a connection is allowed at one end and refused at the other",
    needs_view=True,
)
_SHOWN = 3


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at each peer that names pods from the other end."""
    policies = context.index.policies.get(namespace)
    if not policies or context.index.unmodelled_in(namespace):
        return
    tables = context.workspace.derived(TablesOf())
    known = context.workspace.derived(PeersOf(tables))
    table = tables.of(context.index, namespace)
    others = _OtherEnds(context, known, namespace)
    for policy in policies:
        own = table.matching(policy.subject)
        if own.subjects and not (policy.broken or own.possible):
            for selection in policy.selections:
                if selection.peer.pods.equalities():
                    meant = known.matching(namespace, selection.peer)
                    refusing = _refusing(others, selection, own.subjects, meant)
                    if refusing and not _is_told_elsewhere(context, policy, selection, meant):
                        yield _finding(context, policy, selection, own, meant, refusing)


def _refusing(
    others: _OtherEnds, selection: Selection, here: Sequence[Workload], meant: Meant
) -> Sequence[Policy]:
    """The policies that keep all of `here` and the pods meant apart; none if one connects."""
    if meant.possible or meant.is_open:
        return ()
    refusing: dict[int, Policy] = {}
    for pod in meant.certain:
        other = others.facing(pod, selection.direction)
        if other is None or _may_pass(other, selection, here):
            return ()
        refusing.update((id(each), each) for each in other.isolating)
    return list(refusing.values())


class _Opening(NamedTuple):
    """A rule at the other end, and the pods that a peer of it may mean; None where all may be.

    `is_by_labels`: the peer is of pods, wherever they are.
    """

    pods: frozenset[Workload] | None
    is_by_labels: bool
    rule: PolicyRule


class _OtherEnd(NamedTuple):
    """Pods that policies isolate for one direction, and what these let through."""

    pod: Workload
    isolating: Sequence[Policy]
    openings: Sequence[_Opening]


class _OtherEnds:
    """What policies let through at the other ends of a namespace's connections, found out once."""

    def __init__(self, context: Context, known: Peers, namespace: str) -> None:
        self._context, self._known, self._namespace = context, known, namespace
        self._ends: dict[tuple[Workload, Direction], _OtherEnd | None] = {}
        self._openings: dict[int, Sequence[_Opening]] = {}

    def facing(self, pod: Workload, direction: Direction) -> _OtherEnd | None:
        """What these pods are to rules of a direction; None where all may pass, or none can say."""
        key = pod, direction
        if key not in self._ends:
            self._ends[key] = self._end(pod, direction.other)
        return self._ends[key]

    def _end(self, pod: Workload, direction: Direction) -> _OtherEnd | None:
        context = self._context
        is_free = not (pod.is_subject and context.index.policies.get(pod.namespace))
        if is_free or self._is_out_of_sight(pod.namespace):
            return None
        isolation = context.isolation(pod.namespace)
        selecting = isolation.selecting(isolation.subject_of(pod), direction)
        if not selecting.certain:
            return None
        openings: list[_Opening] = []
        for policy in selecting.all():
            if policy.rules[direction]:
                openings += self._opened(policy, policy.rules[direction])
        return _OtherEnd(pod, selecting.certain, openings)

    def _is_out_of_sight(self, namespace: str) -> bool:
        """Whether the other namespace isn't looked at."""
        if namespace == self._namespace:
            return False
        return self._context.index.view.live or bool(self._context.index.unmodelled_in(namespace))

    def _opened(self, policy: Policy, rules: Sequence[PolicyRule]) -> Sequence[_Opening]:
        known = self._openings.get(id(rules))
        if known is None:
            known = self._openings[id(rules)] = [
                self._opening(policy.namespace, peer, rule)
                for rule in rules
                for peer in rule.peers or (None,)
            ]
        return known

    def _opening(self, namespace: str, peer: Peer | None, rule: PolicyRule) -> _Opening:
        if not isinstance(peer, PodPeer):
            return _Opening(None, False, rule)
        meant = self._known.matching(namespace, peer)
        return _Opening(None if meant.is_nothing else meant.pods, True, rule)


def _may_pass(other: _OtherEnd, selection: Selection, here: Sequence[Workload]) -> bool:
    """Whether a rule at the other end may let one of the pods through, or was meant to."""
    matching = [
        each for each in other.openings if each.pods is None or not each.pods.isdisjoint(here)
    ]
    receivers: Sequence[Workload] = (other.pod,)
    if selection.direction is Direction.INGRESS:
        receivers = here
        for opening in matching:
            if opening.is_by_labels:
                return True  # a difference in the ports alone is told at the sender
    wanted = selection.rule
    for opening in matching:
        if opening.rule.ports is wanted.ports:
            return True  # quick, and mostly so: equal sets of ports are one object
    return any(_may_meet(opening.rule, wanted, receivers) for opening in matching)


def _may_meet(rule: PolicyRule, wanted: PolicyRule, receivers: Sequence[Workload]) -> bool:
    """Whether both rules may open the same port of some pods."""
    if not rule.ports.isdisjoint(wanted.ports):
        return True
    if rule.opaque_reasons or wanted.opaque_reasons:
        return True
    if not (rule.ports.has_names or wanted.ports.has_names):
        return False
    return any(
        not rule.ports.resolve(pod.ports).isdisjoint(wanted.ports.resolve(pod.ports))
        for pod in receivers
    )


def _is_told_elsewhere(
    context: Context, policy: Policy, selection: Selection, meant: Meant
) -> bool:
    """Whether a patch decides, or rule dns-egress speaks of the pods."""
    servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    return is_patched(policy.document, selection.rule.path) or any(
        servers.is_server(pod.namespace, pod.labels) for pod in meant.certain
    )


def _finding(
    context: Context,
    policy: Policy,
    selection: Selection,
    own: Meant,
    meant: Meant,
    refusing: Sequence[Policy],
) -> Finding:
    here, there = own.subjects, meant.certain
    other = selection.direction.other
    is_egress = selection.direction is Direction.EGRESS
    sender, receiver = (here, there) if is_egress else (there, here)
    ends = {pod.namespace for pod in (*here, *there)}
    complete = all(map(context.index.complete, ends)) and not context.index.view.live
    is_sure = complete and not policy.document.origin.is_excerpt
    return context.finding(
        ONE_SIDED,
        f"{named(sender)} can't reach {named(receiver)} on {selection.rule.ports}: this peer "
        f"allows it, no {other.field} rule at the other end does",
        Location(policy.document, selection.peer.path, "allows the connection"),
        severity=Severity.WARNING if is_sure else Severity.INFO,
        confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM,
        related=[
            Location(
                each.document, ("spec", "podSelector"), f"isolates {other.field} of the other end"
            )
            for each in refusing[:_SHOWN]
        ],
    )


RULE = Rule(
    name="one-sided-allow",
    title="a connection allowed at one end only",
    codes=(ONE_SIDED,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.PODS}),
    doc=__doc__,
    bad=ExamplesOf("one_sided_allow", "BAD"),
    good=ExamplesOf("one_sided_allow", "GOOD"),
    check=check,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation",
    ),
)
