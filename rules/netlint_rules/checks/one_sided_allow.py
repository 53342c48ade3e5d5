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
from netlint_rules.meant import Peers, PeersOf, PodsIn
from netlint_rules.peers import named
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule, Selection
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
    known = context.workspace.derived(PeersOf())
    table = context.workspace.derived(PodsIn(namespace))
    for policy in policies:
        own = table.matching(policy.subject)
        if own.certain and not (policy.broken or own.possible):
            for selection in policy.selections:
                if selection.peer.pods.equalities():
                    yield from _check_peer(context, known, policy, selection, own.certain)


def _check_peer(
    context: Context, known: Peers, policy: Policy, selection: Selection, own: Sequence[Workload]
) -> Iterator[Finding]:
    meant = known.matching(policy.namespace, selection.peer)
    here = [pod for pod in own if pod.is_subject]
    if not (here and meant.certain) or meant.possible or meant.is_open:
        return
    refusing: dict[int, Policy] = {}
    for pod in meant.certain:
        refused = _refusing(context, known, selection, here, pod)
        if not refused:
            return
        refusing.update((id(each), each) for each in refused)
    if not _is_told_elsewhere(context, policy, selection, meant.certain):
        yield _finding(context, policy, selection, here, meant.certain, list(refusing.values()))


def _refusing(
    context: Context, known: Peers, selection: Selection, here: Sequence[Workload], pod: Workload
) -> Sequence[Policy]:
    """The policies that keep all of `here` and `pod` apart; none if some connection passes."""
    is_free = not (pod.is_subject and context.index.policies.get(pod.namespace))
    if is_free or _is_out_of_sight(context, here, pod):
        return ()
    other = selection.direction.other
    isolation = context.isolation(pod.namespace)
    selecting = isolation.selecting(isolation.subject_of(pod), other)
    if not selecting.certain:
        return ()
    for policy in selecting.all():
        for rule in policy.rules[other]:
            if _may_pass(known, policy, rule, selection, here, pod):
                return ()
    return selecting.certain


def _is_out_of_sight(context: Context, here: Sequence[Workload], pod: Workload) -> bool:
    """Whether the other namespace isn't looked at."""
    if pod.namespace == here[0].namespace:
        return False
    return context.index.view.live or bool(context.index.unmodelled_in(pod.namespace))


def _may_pass(
    known: Peers,
    policy: Policy,
    rule: PolicyRule,
    selection: Selection,
    here: Sequence[Workload],
    pod: Workload,
) -> bool:
    """Whether a rule at the other end may let one of the pods through, or was meant to."""
    matching = [p for p in rule.peers or () if _may_match(known, policy, p, here)]
    if rule.peers is not None and not matching:
        return False
    is_ingress = selection.direction is Direction.INGRESS
    if is_ingress and any(isinstance(peer, PodPeer) for peer in matching):
        return True  # a difference in the ports alone is told at the sender
    if not rule.ports.isdisjoint(selection.rule.ports):
        return True
    if rule.opaque_reasons or selection.rule.opaque_reasons:
        return True
    if not (rule.ports.has_names or selection.rule.ports.has_names):
        return False
    receivers = [each.ports for each in (here if is_ingress else (pod,))]
    return any(
        not rule.ports.resolve(names).isdisjoint(selection.rule.ports.resolve(names))
        for names in receivers
    )


def _may_match(known: Peers, policy: Policy, peer: object, here: Sequence[Workload]) -> bool:
    """Whether a peer may mean one of the pods, or means no pod in view at all."""
    if not isinstance(peer, PodPeer):
        return True
    meant = known.matching(policy.namespace, peer)
    return meant.is_nothing or not meant.pods.isdisjoint(here)


def _is_told_elsewhere(
    context: Context, policy: Policy, selection: Selection, pods: Sequence[Workload]
) -> bool:
    """Whether a patch decides, or rule dns-egress speaks of the pods."""
    servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    return is_patched(policy.document, selection.rule.path) or any(
        servers.is_server(pod.namespace, pod.labels) for pod in pods
    )


def _finding(
    context: Context,
    policy: Policy,
    selection: Selection,
    here: Sequence[Workload],
    there: Sequence[Workload],
    refusing: Sequence[Policy],
) -> Finding:
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
            Location(each.document, ("spec",), f"isolates {other.field} of the other end")
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
