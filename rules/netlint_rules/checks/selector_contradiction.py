"""A selector that nothing can match, or that matches more than it says

All conditions of a selector must hold at once. `matchLabels: {app: a}` beside an expression
`app In [b]` can hold for no pod. The API server accepts it, and the policy or the peer selects
nothing.

With `--pedantic`, netlint also points out `NotIn` on a label that need not be there: it matches
whatever lacks the label. And it mentions values that are listed twice.

## Why it matters

A policy that selects no pod protects none. A peer that selects nothing allows nobody, and the
connections that it was written for fail. `NotIn` goes the other way: `tier NotIn [frontend]` lets
in every pod that nobody has labelled yet.

## How to fix

Merge the conditions on one label into one, or make two policies (or two peers) of it: alternatives
are separate entries. With `NotIn`, add an `Exists` on the same key where the label must be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.policy import PodPeer, Policy
from netlint_rules.record import NamedTuple
from netlint_rules.resources import NAMESPACE_NAME, is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.selector import Selector
from netlint_rules.source.document import Path, json_pointer
from netlint_rules.traits import Trait

CONTRADICTION = Code(
    "NP205",
    "selector-contradiction",
    Severity.ERROR,
    "the conditions of a selector contradict each other, so it selects nothing",
)
SURPRISE = Code(
    "NP206",
    "selector-surprise",
    Severity.INFO,
    "a selector matches what lacks the label, or lists a value twice",
    fixable=True,
)


class _Place(NamedTuple):
    """A selector with the path where it is written, and what it selects."""

    selector: Selector
    path: Path
    noun: str


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the selectors with expressions."""
    for policy in context.policies(namespace):
        for place in _selectors(policy):
            if not (policy.broken or is_patched(policy.document, place.path)):
                yield from _check_selector(context, policy, place)


def _selectors(policy: Policy) -> Iterator[_Place]:
    """The selectors of a policy that are more than plain labels."""
    if not policy.subject.is_plain:
        yield _Place(policy.subject, ("spec", "podSelector"), "pods")
    for rules in policy.rules.values():
        for rule in rules:
            for peer in rule.peers or ():
                if isinstance(peer, PodPeer):
                    yield from _peer_selectors(peer)


def _peer_selectors(peer: PodPeer) -> Iterator[_Place]:
    if not peer.pods.is_plain:
        yield _Place(peer.pods, (*peer.path, "podSelector"), "pods")
    if peer.namespaces is not None and not peer.namespaces.is_plain:
        yield _Place(peer.namespaces, (*peer.path, "namespaceSelector"), "namespaces")


def _check_selector(context: Context, policy: Policy, place: _Place) -> Iterator[Finding]:
    if place.selector.is_unsatisfiable:
        yield _contradiction(context, policy, place)
        return
    written = policy.document.at((*place.path, "matchExpressions"))
    for at, expression in enumerate(written if isinstance(written, list) else ()):
        path = (*place.path, "matchExpressions", at)
        yield from _check_expression(context, policy, place, path, expression)


def _contradiction(context: Context, policy: Policy, place: _Place) -> Finding:
    requirements = place.selector.requirements.items()
    key = next(key for key, each in requirements if each.is_unsatisfiable)
    effect = f"{policy.name} applies to no pod"
    if len(place.path) > 2:
        effect = f"no {place.noun} match this peer of {policy.name}"
    return context.finding(
        CONTRADICTION,
        f"{effect}: the conditions on label {key} contradict each other",
        Location(policy.document, place.path, "matches nothing"),
    )


def _check_expression(
    context: Context, policy: Policy, place: _Place, path: Path, expression: dict[str, object]
) -> Iterator[Finding]:
    key, values = str(expression.get("key")), expression.get("values")
    listed = list(map(str, values)) if isinstance(values, list) else []
    twice = sorted({value for value in listed if listed.count(value) > 1})
    if twice:
        message = f"{policy.name} lists {', '.join(twice)} twice among the values of label {key}"
        place_of_values = Location(policy.document, (*path, "values"), "lists a value twice")
        yield context.finding(SURPRISE, message, place_of_values)
    is_loose = place.selector.requirements[key].absent_ok and key != NAMESPACE_NAME
    if expression.get("operator") == "NotIn" and is_loose:
        yield context.finding(
            SURPRISE,
            f"{place.noun} without the label {key} match too: NotIn doesn't ask for it",
            Location(policy.document, path, "matches where the label is missing"),
            fix=_requiring(place, key),
        )


def _requiring(place: _Place, key: str) -> Fix:
    operation = {
        "op": "add",
        "path": json_pointer((*place.path, "matchExpressions", "-")),
        "value": {"key": key, "operator": "Exists"},
    }
    return Fix(f"ask for the label {key} to be there", Applicability.UNSAFE, (operation,))


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
"""
_SUBJECT = "  podSelector: {matchLabels: {app: web}}\n"

RULE = Rule(
    name="selector-contradiction",
    title="a selector that contradicts itself",
    codes=(CONTRADICTION, SURPRISE),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.EXPRESSIONS}),
    doc=__doc__,
    bad=(
        Example(
            "One value in matchLabels, others in an expression",
            _HEAD
            + """\
  podSelector:  # <- NP205
    matchLabels: {app: web}
    matchExpressions: [{key: app, operator: In, values: [api, db]}]
""",
        ),
        Example(
            "A peer's label that must be there and must not",
            _HEAD
            + _SUBJECT
            + """\
  ingress:
  - from:
    - podSelector:  # <- NP205
        matchExpressions:
        - {key: tier, operator: Exists}
        - {key: tier, operator: DoesNotExist}
""",
        ),
        Example(
            "Namespaces of a team, and not of that team",
            _HEAD
            + _SUBJECT
            + """\
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:  # <- NP205
        matchLabels: {team: shop}
        matchExpressions: [{key: team, operator: NotIn, values: [shop]}]
""",
        ),
        Example(
            "NotIn lets in what lacks the label: only a hint",
            _HEAD
            + _SUBJECT
            + """\
  ingress:
  - from:
    - podSelector:
        matchExpressions:
        - {key: tier, operator: NotIn, values: [frontend]}  # <- NP206
""",
        ),
        Example(
            "A value that is listed twice: only a hint",
            _HEAD
            + """\
  podSelector:
    matchExpressions:
    - key: app
      operator: In
      values: [web, api, web]  # <- NP206
""",
        ),
    ),
    good=(
        Example(
            "Conditions that can hold together",
            _HEAD
            + """\
  podSelector:
    matchLabels: {app: web}
    matchExpressions:
    - {key: app, operator: In, values: [web, api]}
    - {key: tier, operator: DoesNotExist}
""",
        ),
        Example(
            "NotIn on a label that must be there",
            _HEAD
            + _SUBJECT
            + """\
  ingress:
  - from:
    - podSelector:
        matchExpressions:
        - {key: tier, operator: Exists}
        - {key: tier, operator: NotIn, values: [frontend]}
""",
        ),
        Example(
            "Every namespace has the label with its name",
            _HEAD
            + _SUBJECT
            + """\
  ingress:
  - from:
    - namespaceSelector:
        matchExpressions:
        - {key: kubernetes.io/metadata.name, operator: NotIn, values: [default]}
    - ipBlock: {cidr: 203.0.113.0/24}
  - {}
""",
        ),
        Example(
            "A selector that the API server refuses",
            _HEAD
            + """\
  podSelector:
    matchLabels: {app: web}
    matchExpressions: [{key: app, operator: In, values: []}]
""",
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
)
