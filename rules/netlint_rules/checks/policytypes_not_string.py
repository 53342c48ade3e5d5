"""An entry of policyTypes that is a mapping, not a word

`- Ingress:` with a colon makes the entry a mapping, and what is indented below becomes a part of
it. The API server refuses the object: it can't read a mapping as a policy type.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing. In a pipeline that goes
on after errors nobody notices.

## How to fix

List the bare words, and put the rules beside `policyTypes`:

```yaml
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.apivalidation.cause import Kind
from netlint_rules.context import Context
from netlint_rules.dialects.kubernetes import is_mapping_in_types, mappings_in_types
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.policy import Direction, Policy
from netlint_rules.record import replace
from netlint_rules.refusal import refused, retold
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

NOT_STRING = Code(
    "NP704",
    "policytypes-not-string",
    Severity.ERROR,
    "a colon makes a policy type a mapping, and the API server refuses the policy",
    fixable=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each policy with a mapping among its policyTypes, at the first one."""
    for policy, cause in refused(context, namespace, Kind.WRONG_TYPE):
        if is_mapping_in_types(cause):
            words = "an entry of policyTypes is a mapping, it must be Ingress or Egress alone"
            fix = _fix(policy, mappings_in_types(policy.document.body))
            found = retold(context, NOT_STRING, policy, cause, words, fix)
            note = "the colon makes this a mapping"
            yield replace(found, primary=found.primary.with_note(note))


def _fix(policy: Policy, entries: Mapping[int, Mapping[str, object]]) -> Fix:
    """Keep the words, and move the rules that were written below them to the spec."""
    types = [direction.value for direction in Direction if direction in policy.directions]
    operations: list[Mapping[str, object]] = [
        {"op": "replace", "path": "/spec/policyTypes", "value": types}
    ]
    for entry in entries.values():
        nested = [value for value in entry.values() if isinstance(value, dict)]
        for holder in (entry, *nested):
            for direction in Direction:
                if isinstance(holder.get(direction.field), list):
                    path = f"/spec/{direction.field}"
                    value = holder[direction.field]
                    operations.append({"op": "add", "path": path, "value": value})
    title = "list the bare words, and put the rules beside policyTypes"
    return Fix(title, Applicability.UNSAFE, tuple(operations))


RULE = Rule(
    name="policytypes-not-string",
    title="a policy type with a colon",
    codes=(NOT_STRING,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "The rules are indented below the type",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-db-access, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes:
  - Ingress:  # <- NP704
    ingress:
    - from: [{podSelector: {matchLabels: {db-access: "true"}}}]
""",
        ),
        Example(
            "The rules are a part of the type",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-db-access, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes:
  - Egress
  - Ingress:  # <- NP704
      ingress: [{}]
""",
        ),
    ),
    good=(
        Example(
            "Bare words, and the rules beside them",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-db-access, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {db-access: "true"}}}]
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
