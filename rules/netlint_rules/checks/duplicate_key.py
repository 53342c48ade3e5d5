"""The same key twice in one mapping

YAML forbids it, yet most parsers take the last one without a word, and so does `kubectl`. Only an
API server that gets the YAML itself and checks strictly refuses the object, with
`key "podSelector" already set in map`.

## Why it matters

One of the two values is lost. In a policy that is often half of a selector or a whole list of
rules, and which half depends on the tool that reads the file.

## How to fix

Keep one of them, or merge the two: two `ingress:` lists become one list with all the rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Finding, Location, Severity
from netlint_rules.rule import Code, Example, Rule, Scope
from netlint_rules.source.trouble import TroubleKind

DUPLICATE = Code(
    "NP702", "duplicate-key", Severity.ERROR, "a key that stands twice: one value is lost"
)


def check(context: Context, _: str) -> Iterator[Finding]:
    """Report each key that repeats one of the same mapping."""
    for trouble in context.workspace.troubles:
        if trouble.kind is TroubleKind.DUPLICATE_KEY:
            place = Location(trouble.document, trouble.path, exact=trouble.span)
            first = Location(trouble.document, trouble.path, "is set here first", trouble.other)
            yield context.finding(DUPLICATE, trouble.message, place, related=[first])


RULE = Rule(
    name="duplicate-key",
    title="the same key twice",
    codes=(DUPLICATE,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Two lists of rules: the first is lost",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
  ingress:  # <- NP702
  - from: [{podSelector: {matchLabels: {app: admin}}}]
""",
        ),
    ),
    good=(
        Example(
            "One list with both rules; the same key in two mappings is fine",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
  - from: [{podSelector: {matchLabels: {app: admin}}}]
""",
        ),
    ),
    check=check,
    scope=Scope.INPUT,
)
