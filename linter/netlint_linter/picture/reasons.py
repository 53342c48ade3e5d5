"""Why something is open, from the traces of the reachability engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netlint_linter.picture.model import Reason
from netlint_linter.picture.places import DocumentKey, document_id, key_of, place_of
from netlint_rules.policy import Direction
from netlint_rules.reach import Half, Network, Pods, RuleStep, Trace
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth


@dataclass(frozen=True, slots=True)
class Selected:
    """The documents of the policies that select a workload's pods, or may; what they isolate.

    `free` holds the directions in which nothing at all restricts the pods, for sure; `open` also
    those in which a policy allows everything.
    """

    documents: frozenset[DocumentKey]
    isolated: frozenset[Direction]
    free: frozenset[Direction]
    open: frozenset[Direction]


def selected_by(network: Network, pods: Sequence[Pods]) -> Selected:
    """The policies on a workload, all kinds of its pods taken together."""
    stranger = network.stranger
    halves = [trace.egress for each in pods for trace in network.traces(each, stranger)]
    halves += [trace.ingress for each in pods for trace in network.traces(stranger, each)]
    steps = [(half, step) for half in halves for step in half.steps]
    restricted = {half.direction for half in halves if half.steps or not half.open.certain.is_all}
    closed = {half.direction for half in halves if not _allows_everything(half)}
    return Selected(
        frozenset(key_of(step.policy.document) for _, step in steps),
        frozenset(half.direction for half, step in steps if step.selects is Truth.YES),
        frozenset(Direction) - restricted,
        frozenset(Direction) - (restricted & closed),
    )


def _allows_everything(half: Half) -> bool:
    """Whether some policy on the subject takes any peer on any port."""
    return any(
        step.selects is Truth.YES and any(each.rule.allows_everything for each in step.rules)
        for step in half.steps
    )


def reasons_of(traces: Iterable[Trace]) -> tuple[Reason, ...]:
    """The rules that let connections through, egress first, each once."""
    return tuple(dict.fromkeys(reason for trace in traces for reason in _reasons(trace)))


def _reasons(trace: Trace) -> Iterator[Reason]:
    allowing = trace.allowing()
    for half in trace.halves:
        held = {id(step) for step in half.rules()}
        yield from (_rule(half, step) for step in allowing if id(step) in held)
        # That no policy isolates an end is told by the lack of reasons.
        if half.why and not half.why.startswith("no policy"):
            yield Reason(half.direction, half.why)


def _rule(half: Half, step: RuleStep) -> Reason:
    document = step.policy.document
    return Reason(half.direction, _words(step), document_id(document), place_of(step.location))


def _words(step: RuleStep) -> str:
    ports = step.rule.ports
    peers = "" if step.peers else f", any {_noun(step)}"
    doubts = [each.reason for each in step.peers if each.answer is Truth.UNKNOWN]
    doubt = f" (perhaps: {doubts[0]})" if doubts and step.peer is not Truth.YES else ""
    return f"{step.location.api_path}: {ports}{peers}{doubt}"


def _noun(step: RuleStep) -> str:
    direction = Direction.INGRESS if "ingress" in step.rule.path else Direction.EGRESS
    return direction.peer_noun
