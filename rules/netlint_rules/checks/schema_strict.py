"""A field that doesn't exist, or a value of the wrong type

The API server knows exactly which fields a NetworkPolicy has. `kubectl apply` asks it to be
strict, so an unknown field or a value of another type is refused; other tools drop the field
and go on.

## Why it matters

A policy that is refused protects nothing. A misspelt `podselector` that is dropped is worse: an
absent podSelector selects every pod of the namespace.

## How to fix

Spell the field as the message suggests (case matters), and move misplaced ones: `ports` stands
beside `from`, not inside it. Quote label values that YAML reads as numbers or booleans: `"1.10"`,
`"true"`, `"on"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.dialects.kubernetes import is_mapping_in_types
from netlint_rules.dialects.schema import Problem, ProblemKind, problems
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.policy import Policy
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import format_path

UNKNOWN_FIELD = Code(
    "NP701", "unknown-field", Severity.ERROR, "a field that a NetworkPolicy doesn't have"
)
WRONG_TYPE = Code(
    "NP703", "wrong-type", Severity.ERROR, "a value of a type that the field can't hold"
)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report every departure from the schema, but for what a rule of its own speaks of."""
    broken = (policy for policy in context.index.policies.get(namespace, ()) if policy.broken)
    for policy in broken:
        for problem in problems(policy.document.body):
            if not is_mapping_in_types(policy.document.body, problem.path):
                yield _finding(context, policy, problem)


def _finding(context: Context, policy: Policy, problem: Problem) -> Finding:
    place = Location(policy.document, problem.path)
    name = f"the API server refuses {policy.name or 'this policy'}"
    if problem.kind is ProblemKind.WRONG_TYPE:
        message = (
            f"{name}: {format_path(problem.path)} must be {_article(problem.expected[0])}, "
            f"not {_article(problem.found)}"
        )
        return context.finding(WRONG_TYPE, message, place)
    message = f'{name}: unknown field "{format_path(problem.path)}"{_hint(problem)}'
    return context.finding(UNKNOWN_FIELD, message, place)


def _hint(problem: Problem) -> str:
    from difflib import get_close_matches

    by_lower = {field.lower(): field for field in problem.expected}
    close = get_close_matches(problem.found.lower(), by_lower, n=1, cutoff=0.7)
    if close:
        return f" (did you mean {by_lower[close[0]]}?)"
    return f" (known here: {', '.join(problem.expected)})" if len(problem.expected) < 6 else ""


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


RULE = Rule(
    name="schema-strict",
    title="an unknown field or a wrong type",
    codes=(UNKNOWN_FIELD, WRONG_TYPE),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "A misspelt podSelector: case matters",
            _HEAD
            + """\
  podselector: {matchLabels: {app: api}}  # <- NP701
  ingress: []
""",
        ),
        Example(
            "Ports inside a peer",
            _HEAD
            + """\
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from:
    - podSelector: {}
      ports: [{port: 80}]  # <- NP701
""",
        ),
        Example(
            "One rule instead of a list of rules",
            _HEAD
            + """\
  podSelector: {matchLabels: {app: api}}
  ingress: {from: []}  # <- NP703
""",
        ),
        Example(
            "YAML reads a version as a number",
            _HEAD
            + """\
  podSelector: {matchLabels: {version: 1.10}}  # <- NP703
  ingress: []
""",
        ),
        Example(
            "One type instead of a list of types",
            _HEAD
            + """\
  podSelector: {}
  policyTypes: Ingress  # <- NP703
""",
        ),
    ),
    good=(
        Example(
            "Every field of a policy",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
  labels: {version: "1.10", "on": "yes", empty: null}
  annotations: {note: "80"}
spec:
  podSelector:
    matchLabels: {app: api}
    matchExpressions: [{key: tier, operator: In, values: [a, b]}]
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.7/32]}
    - namespaceSelector: {}
      podSelector: {matchLabels: null}
    ports: [{protocol: TCP, port: 8000, endPort: 8010}, {port: http}, null]
  egress:
  - to: null
""",
        ),
        Example(
            "A placeholder stands for any value",
            _HEAD
            + """\
  podSelector: {matchLabels: {app: "${APP}"}}
  ingress:
  - ports: [{port: "${PORT}", endPort: "${LAST}"}]
""",
        ),
    ),
    check=check,
)
