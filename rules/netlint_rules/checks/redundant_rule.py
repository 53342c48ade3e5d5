"""A rule or a policy that adds nothing to another

Policies only add up. A rule whose peers and ports another rule of the same policy allows already
changes nothing, nor does one that a policy for the same pods, or for more of them, holds as well. A
policy is redundant as a whole where that is true of all its rules, and other policies isolate the
same pods in the same directions.

Nothing is said of policies without rules: a deny-all is there for what it stops. Nor of rules with
`except`: where these are undone, `except-is-not-deny` says so.

## Why it matters

It does no harm today. But whoever removes one of the two rules to close a connection finds that it
stays open, and whoever reads the policies has to compare them to know.

## How to fix

Remove the rule. Keep it if both are meant to stand on their own, for instance in charts that are
installed separately.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.inclusion import Outer, is_within
from netlint_rules.isolation import is_uncertain
from netlint_rules.peers import pods_of
from netlint_rules.policy import AddressPeer, Direction, Policy, PolicyRule
from netlint_rules.record import NamedTuple
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import json_pointer

REDUNDANT = Code(
    "NP207",
    "redundant-rule",
    Severity.INFO,
    "another rule allows all that this one allows",
    fixable=True,
)
SHADOWED = Code(
    "NP208",
    "shadowed-policy",
    Severity.INFO,
    "other policies do all that this one does",
)
_MOST_COMPARED = 16
"""Policies that one is compared with: hundreds for the same pods are generated, not read."""


class _Cover(NamedTuple):
    """A rule, with the rule of a policy that allows all of it."""

    rule: PolicyRule
    policy: Policy
    by: PolicyRule


class _Outers:
    """Rules by what they open, for each policy and direction once: many are compared with it."""

    def __init__(self) -> None:
        self._known: dict[int, Outer] = {}

    def of(self, rules: Sequence[PolicyRule]) -> Outer:
        """The rules of a policy in a direction, which live as long as this."""
        known = self._known.get(id(rules))
        if known is None:
            known = self._known[id(rules)] = Outer(rules)
        return known

    def are_apart(self, above: Sequence[Policy], direction: Direction) -> bool:
        """Whether no rule of the last policy is within another: true of most, and quickly told."""
        own = above[-1].rules[direction]
        if not own or len(own) == len(above) == 1:
            return True
        others = [self.of(each.rules[direction]) for each in above[:-1] if each.rules[direction]]
        return self.of(own).is_apart_from(others)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Compare the rules of each policy with each other, and with those of broader policies."""
    outers = _Outers()
    for policy in context.policies(namespace):
        if is_uncertain(policy) or not any(policy.rules.values()):
            continue
        above = _above(context, policy)
        for direction in policy.directions:
            if not outers.are_apart(above, direction):
                yield from _check_policy(context, policy, above, outers)
                break


def _above(context: Context, policy: Policy) -> Sequence[Policy]:
    """The policies that may make one redundant: the broader ones, and the last is itself.

    Documentation shows alternatives, so its policies are not compared with each other; nor are
    two of one name, which replace each other.
    """
    if policy.document.origin.is_excerpt:
        return [policy]
    broader = context.isolation(policy.namespace).broader(policy)
    others = (other for other in broader if other.name != policy.name)
    return [*islice(others, _MOST_COMPARED), policy]


def _wins(above: Policy, policy: Policy) -> bool:
    """Whether a policy makes another redundant where both do the same."""
    is_strict = not above.subject.implies(policy.subject)
    return above is not policy and (is_strict or _place(above) < _place(policy))


def _place(policy: Policy) -> tuple[str, str, int]:
    """An order of policies that doesn't depend on that of the files."""
    return policy.name, policy.document.origin.file, policy.document.index


def _check_policy(
    context: Context, policy: Policy, above: Sequence[Policy], outers: _Outers
) -> Iterator[Finding]:
    covers = {
        direction: list(_covers(context, policy, direction, above, outers))
        for direction in policy.directions
    }
    if _is_shadowed(policy, above, covers):
        yield _shadowed(context, policy, chain.from_iterable(covers.values()))
        return
    for direction, found in covers.items():
        for cover in found:
            yield _redundant(context, policy, direction, cover)


def _covers(
    context: Context,
    policy: Policy,
    direction: Direction,
    above: Sequence[Policy],
    outers: _Outers,
) -> Iterator[_Cover]:
    """The redundant rules of a policy in a direction, each with what makes it so."""
    openings = [
        (other, rules, outers.of(rules)) for other in above if (rules := other.rules[direction])
    ]
    for at, rule in enumerate(policy.rules[direction]):
        if not _has_excepts(rule):
            candidates = (
                _Cover(rule, other, by)
                for other, rules, opening in openings
                for position in opening.candidates(rule)
                if (by := rules[position]) is not rule
                and not by.allows_everything
                and is_within(context.index, policy.namespace, rule, by)
                and (
                    _wins(other, policy)
                    or (other is policy and position < at)
                    or not is_within(context.index, policy.namespace, by, rule)
                )
            )
            yield from islice(candidates, 1)


def _has_excepts(rule: PolicyRule) -> bool:
    return any(isinstance(peer, AddressPeer) and peer.excepts for peer in rule.peers or ())


def _is_shadowed(
    policy: Policy, above: Sequence[Policy], covers: Mapping[Direction, Sequence[_Cover]]
) -> bool:
    """Whether others allow all that the policy does, and isolate all that it isolates."""
    return all(
        len({id(cover.rule) for cover in found if cover.policy is not policy})
        == len(policy.rules[direction])
        and any(_wins(other, policy) and other.isolates(direction) for other in above)
        for direction, found in covers.items()
    )


def _redundant(context: Context, policy: Policy, direction: Direction, cover: _Cover) -> Finding:
    by = "another rule of it" if cover.policy is policy else f"policy {cover.policy.name}"
    operation = {"op": "remove", "path": json_pointer(cover.rule.path)}
    return context.finding(
        REDUNDANT,
        f"this {direction.field} rule of {policy.name} adds nothing: {by} allows all of it",
        Location(policy.document, cover.rule.path, "adds nothing"),
        related=[Location(cover.policy.document, cover.by.path, "allows all of it")],
        fix=Fix("remove the rule", Applicability.SAFE, (operation,)),
    )


def _shadowed(context: Context, policy: Policy, covers: Iterable[_Cover]) -> Finding:
    places = {id(cover.by): (cover.policy, cover.by.path) for cover in covers}
    names = sorted({other.name for other, _ in places.values()})
    return context.finding(
        SHADOWED,
        f"{policy.name} adds nothing for {pods_of(context.index, [policy])}: "
        f"{' and '.join(names)} {'does' if len(names) == 1 else 'do'} all of it",
        Location(policy.document, ("metadata", "name"), "can be deleted"),
        related=[
            Location(other.document, path, "allows what this policy allows")
            for other, path in places.values()
        ],
    )


RULE = Rule(
    name="redundant-rule",
    title="a rule that adds nothing",
    codes=(REDUNDANT, SHADOWED),
    groups=("style",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("redundant_rule", "BAD"),
    good=ExamplesOf("redundant_rule", "GOOD"),
    check=check,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation",
    ),
)
