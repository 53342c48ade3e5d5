"""Makes traces: what every policy says of the connections between two ends."""

from __future__ import annotations

from netlint_rules.finding import Location
from netlint_rules.isolation import is_uncertain
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.reach.ends import ANY_NODE, End, Outside, Pods
from netlint_rules.reach.match import is_node, listening_at, match, matches_rule, opened
from netlint_rules.reach.open import EVERYTHING, UNDECIDED, Listening
from netlint_rules.reach.trace import Half, PeerStep, PolicyStep, RuleStep, Trace, united
from netlint_rules.reach.words import called, why_peer, why_selected
from netlint_rules.reach.world import World
from netlint_rules.record import replace
from netlint_rules.truth import Truth


def traces(world: World, source: End, destination: End) -> list[Trace]:
    """Both directions of connections between two ends, for every port.

    One trace for each IP version that both have, as ipBlocks may tell them apart; mostly one.
    """
    shared = source.addresses.families & destination.addresses.families
    if len(shared) < 2 or is_range(source) or is_range(destination):
        return [_trace(world, source, destination)]
    return [
        _trace(world, _of_version(source, version), _of_version(destination, version))
        for version in sorted(shared)
    ]


def is_range(end: End) -> bool:
    """Whether it is addresses of which each is an end: pods and nodes use one that suits."""
    return isinstance(end, Outside) and not end.node


def _of_version(end: End, version: int) -> End:
    return replace(end, addresses=end.addresses.of_version(version))


def _trace(world: World, source: End, destination: End) -> Trace:
    at = listening_at(world, destination)
    egress = _half(world, Direction.EGRESS, source, destination, at)
    ingress = _half(world, Direction.INGRESS, destination, source, at)
    return Trace(source, destination, egress, ingress, _is_same(source, destination))


def _is_same(source: End, destination: End) -> bool:
    """Whether the two are one pod: of a controller's several pods any two may be meant."""
    if not (isinstance(source, Pods) and isinstance(destination, Pods)):
        return False
    return source.workload is destination.workload and source.workload.kind == "Pod"


def _half(world: World, direction: Direction, subject: End, peer: End, at: Listening) -> Half:
    if not isinstance(subject, Pods) or not subject.has_policies:
        return Half(direction, subject, peer, (), EVERYTHING, _unpoliced(subject))
    if world.cni is not None and world.cni.enforces == "no":
        why = f"{world.cni.title} enforces no policies"
        return Half(direction, subject, peer, (), EVERYTHING, why)
    steps = _steps(world, direction, subject, peer, at)
    near = same_node(subject, peer) if direction is Direction.INGRESS else Truth.NO
    if near is Truth.YES:
        why = "a node always reaches its own pods"
        return Half(direction, subject, peer, steps, EVERYTHING, why)
    unread = world.index.unmodelled_in(subject.workload.namespace)
    if unread:
        why = f"netlint can't read {unread[0].kind} {unread[0].name}"
        return Half(direction, subject, peer, steps, UNDECIDED, why)
    if not steps:
        why = f"no policy isolates {direction.field} of {called(subject)}"
        return Half(direction, subject, peer, (), EVERYTHING, why)
    found = united(steps)
    if near is Truth.UNKNOWN and found != EVERYTHING:
        why = "pods that run on this node are always open to it"
        return Half(direction, subject, peer, steps, found._replace(possible=UNDECIDED[1]), why)
    return Half(direction, subject, peer, steps, found)


def _unpoliced(subject: End) -> str:
    if isinstance(subject, Pods):
        return f"{called(subject)} is in its node's network, where policies have no effect"
    return f"no policy in view is for {called(subject)}"


def same_node(subject: Pods, peer: End) -> Truth:
    """Whether the peer is the node that the pods run on, or a pod in its network."""
    if not is_node(peer):
        return Truth.NO
    if subject.node and peer.node and peer.node != ANY_NODE:
        return Truth.of(subject.node == peer.node)
    return Truth.UNKNOWN


def _steps(
    world: World, direction: Direction, subject: Pods, peer: End, at: Listening
) -> tuple[PolicyStep, ...]:
    selecting = world.selecting(subject.workload, direction)
    answers = [(policy, Truth.YES) for policy in selecting.certain]
    answers += [(policy, Truth.UNKNOWN) for policy in selecting.possible]
    return tuple(
        PolicyStep(
            policy,
            answer,
            _why_selects(policy, subject, answer),
            tuple(_step(world, policy, rule, peer, at) for rule in policy.rules[direction]),
        )
        for policy, answer in answers
    )


def _why_selects(policy: Policy, subject: Pods, answer: Truth) -> str:
    if policy.broken:
        return "the API server would refuse it"
    if is_uncertain(policy):
        return "a patch changes it"
    pods = "every pod" if policy.subject.matches_all else f"pods {policy.subject}"
    return f"selects {pods}" if answer is Truth.YES else why_selected(policy.subject, subject)


def _step(world: World, policy: Policy, rule: PolicyRule, peer: End, at: Listening) -> RuleStep:
    own = policy.namespace
    steps = []
    for each in rule.peers or ():
        answer = match(world, own, each, peer)
        place = Location(policy.document, each.path)
        steps.append(PeerStep(place, answer, why_peer(world, own, each, peer, answer)))
    answer = matches_rule(world, own, rule, peer)
    return RuleStep(policy, rule, tuple(steps), answer, opened(rule, at))
