"""A port number in quotes

`port: "80"` is a text, and a text is the name of a container port. The name of a port needs a
letter, so the API server refuses the policy.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing. Helm charts that pass a port
through `quote` make this mistake in every release.

## How to fix

Write the number without quotes: `port: 80`. In a chart, leave out `quote`, or use `int`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.refusal import refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

QUOTED = Code(
    "NP709",
    "quoted-port",
    Severity.ERROR,
    "a port number in quotes: the API server takes it for a name",
    fixable=True,
)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - ports:
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each port whose name is a number."""
    for policy, cause in refused(context, namespace, Kind.QUOTED_PORT):
        fix = _fix(cause)
        hint = "write the number without quotes" if fix else ""
        yield refusal(context, QUOTED, policy, cause, hint, fix)


def _fix(cause: Cause) -> Fix | None:
    digits = str(cause.value).lstrip("0")
    number = int(digits) if 0 < len(digits) < 6 else 0
    if not 1 <= number <= 65535:
        return None
    operation = {"op": "replace", "path": json_pointer(cause.path), "value": number}
    return Fix("write the number without quotes", Applicability.UNSAFE, (operation,))


RULE = Rule(
    name="quoted-port",
    title="a port number in quotes",
    codes=(QUOTED,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Quotes around a number",
            _HEAD
            + """\
    - port: "80"  # <- NP709
    - protocol: UDP
      port: '53'  # <- NP709
""",
        ),
    ),
    good=(
        Example(
            "Numbers, also in other notations, and a name with digits",
            _HEAD
            + """\
    - port: 80
    - port: 0x50
    - port: "http2"
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
