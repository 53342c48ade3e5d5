"""A label selector that the API server refuses

Keys and values in a selector follow the rules for labels: at most 63 characters, letters, digits,
`-`, `_` and `.`; a key may have a DNS name and a slash before it. `In` and `NotIn` need `values`,
`Exists` and `DoesNotExist` may have none.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

Write the operator in its exact case. Selectors know no wildcards and no regular expressions: list
the values after `In`, or ask with `Exists` for any value.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.apivalidation.selectors import OPERATORS
from netlint_rules.context import Context
from netlint_rules.finding import Finding, Severity
from netlint_rules.refusal import corrected, did_you_mean, meant, refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

INVALID = Code(
    "NP706",
    "invalid-selector",
    Severity.ERROR,
    "a key, a value or an operator that a label selector can't have",
    fixable=True,
)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  policyTypes: [Ingress]
"""
_OTHER_WORDS = {
    "=": "In",
    "==": "In",
    "equals": "In",
    "!=": "NotIn",
    "notequals": "NotIn",
    "notexists": "DoesNotExist",
}


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each thing that the API server refuses in a selector."""
    for policy, cause in refused(context, namespace, Kind.SELECTOR):
        if cause.path[-1] == "operator":
            word = str(cause.value)
            proposed = _OTHER_WORDS.get(word.lower()) or meant(word, OPERATORS)
            hint, fix = did_you_mean(proposed), corrected(cause, proposed)
            yield refusal(context, INVALID, policy, cause, hint, fix)
        else:
            yield refusal(context, INVALID, policy, cause, _hint(cause))


def _hint(cause: Cause) -> str:
    if isinstance(cause.value, str) and "*" in cause.value:
        return "selectors know no wildcards; the operator Exists matches every value"
    if cause.path[-1] != "values":
        return ""
    if cause.message.startswith("Required"):
        return "Exists asks for any value"
    return "use In to ask for these values"


RULE = Rule(
    name="invalid-selector",
    title="a label selector that isn't valid",
    codes=(INVALID,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
    bad=(
        Example(
            "A wildcard as a value",
            _HEAD
            + """\
  podSelector:
    matchLabels:
      app: api-*  # <- NP706
""",
        ),
        Example(
            "Operators: a wrong case, values missing, values too many",
            _HEAD
            + """\
  podSelector:
    matchExpressions:
    - key: app
      operator: in  # <- NP706
      values: [api]
    - {key: tier, operator: NotIn}  # <- NP706
    - key: track
      operator: Exists
      values: [canary]  # <- NP706
""",
        ),
        Example(
            "A comparison as a key",
            _HEAD
            + """\
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector:
        matchExpressions:
        - key: team=web  # <- NP706
          operator: Exists
""",
        ),
    ),
    good=(
        Example(
            "Every operator, a key with a domain, an empty value, a value to be filled in",
            _HEAD
            + """\
  podSelector:
    matchLabels: {app.kubernetes.io/name: api, track: "", tier: "${TIER}"}
    matchExpressions:
    - {key: app, operator: In, values: [api, API_2.1]}
    - {key: app, operator: NotIn, values: [web]}
    - {key: tier, operator: Exists}
    - {key: debug, operator: DoesNotExist, values: []}
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
