"""Why something passes or doesn't: the policies and rules of a trace, with their places."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_linter.output.places import file_span
from netlint_linter.output.terminal import Pen
from netlint_rules.finding import Location
from netlint_rules.policy import Direction, Policy
from netlint_rules.questions.names import Names
from netlint_rules.reach import Half, Pods, PolicyStep, RuleStep, Trace
from netlint_rules.truth import Truth

_MARKS = {Truth.YES: ("+", "green"), Truth.NO: ("-", "red"), Truth.UNKNOWN: ("?", "yellow")}
_WORDS = {Truth.YES: "open", Truth.NO: "closed", Truth.UNKNOWN: "can't tell"}


def spot(location: Location) -> str:
    """`policies/api.yaml:8`, or the file where no line is known."""
    span = file_span(location)
    return f"{location.file}:{span.line}" if span else location.file


def spot_of(policy: Policy) -> str:
    """Where a policy says which pods it selects."""
    return spot(Location(policy.document, ("spec", "podSelector")))


def policy_name(policy: Policy) -> str:
    """`NetworkPolicy shop/api`."""
    where = "" if policy.namespace.startswith("?") else f"{policy.namespace}/"
    return f"{policy.document.kind} {where}{policy.name}"


def reasons(trace: Trace, port: tuple[str, int], names: Names, pen: Pen) -> Iterator[str]:
    """The lines that say for each direction why a port is open or closed."""
    if trace.same:
        yield "  no policy can keep a pod from itself"
        return
    for half in trace.halves:
        if isinstance(half.subject, Pods):
            yield from _half(half, port, names, pen)


def _half(half: Half, port: tuple[str, int], names: Names, pen: Pen) -> Iterator[str]:
    answer = half.open.answer(*port)
    verb = "leaving" if half.direction is Direction.EGRESS else "entering"
    mark, look = _MARKS[answer]
    head = f"{half.direction.field}, {verb} {names.end(half.subject)}: {_WORDS[answer]}"
    why = f", {names.shorter(half.why, half)}" if half.why else _count(half, answer)
    yield f"  {pen.paint(mark, 'bold', look)} {head}{why}"
    for step in half.steps if answer is not Truth.YES or not half.why else ():
        if answer is Truth.YES:
            for rule in step.rules:
                if rule.answer(*port) is Truth.YES:
                    yield _allowing(rule, names.shorter(rule.reason(*port), half), pen)
        else:
            yield from _policy(step, half, port, names, pen)


def _count(half: Half, answer: Truth) -> str:
    if answer is not Truth.NO:
        return ""
    if len(half.steps) == 1:
        return ", the policy that selects these pods doesn't allow it"
    return f", none of the {len(half.steps)} policies that select these pods allows it"


def _allowing(rule: RuleStep, reason: str, pen: Pen) -> str:
    place = pen.paint(spot(rule.location), "cyan")
    return f"      {place}  {policy_name(rule.policy)} {_field(rule)}: {reason}"


def _policy(
    step: PolicyStep, half: Half, port: tuple[str, int], names: Names, pen: Pen
) -> Iterator[str]:
    text = f"{policy_name(step.policy)} {names.shorter(step.reason, half)}"
    nothing = "" if step.rules else ", allows nothing"
    yield f"      {pen.paint(spot(step.location), 'cyan')}  {text}{nothing}"
    for rule in step.rules:
        mark, look = _MARKS[rule.answer(*port)]
        reason = names.shorter(rule.reason(*port), half)
        place = pen.paint(spot(rule.location), "cyan")
        yield f"        {pen.paint(mark, look)} {place}  {_field(rule)}: {reason}"


def _field(rule: RuleStep) -> str:
    return rule.location.api_path.removeprefix("spec.")
