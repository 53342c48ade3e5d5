"""A field that doesn't exist, or a value of the wrong type

The API server knows exactly which fields a NetworkPolicy has. `kubectl apply` asks it to be
strict, so an unknown field or a value of another type is refused; other tools drop the field
and go on. A wrong type ends the decoding, so it is reported alone, the first one by the names of
the fields; what else is wrong shows when it is mended.

## Why it matters

A policy that is refused protects nothing. A misspelt `podselector` that is dropped is worse: an
absent podSelector selects every pod of the namespace.

## How to fix

Spell the field as the message suggests (case matters), and move misplaced ones: `ports` stands
beside `from`, not inside it. Quote label values that YAML reads as numbers or booleans: `"1.10"`,
`"true"`, `"on"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlint_rules.apivalidation.cause import Cause, Kind, field_path
from netlint_rules.apivalidation.cidrs import parse
from netlint_rules.apivalidation.decoding import fields_at, fits, shapes_along
from netlint_rules.apivalidation.shapes import ListOf, Time
from netlint_rules.context import Context
from netlint_rules.dialects.kubernetes import is_mapping_in_types
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.policy import Policy
from netlint_rules.refusal import meant, refused, retold
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import Path, json_pointer
from netlint_rules.source.scalars import plain_value
from netlint_rules.traits import Trait

UNKNOWN_FIELD = Code(
    "NP701",
    "unknown-field",
    Severity.ERROR,
    "a field that a NetworkPolicy doesn't have",
    fixable=True,
)
WRONG_TYPE = Code(
    "NP703",
    "wrong-type",
    Severity.ERROR,
    "a value of a type that the field can't hold",
    fixable=True,
)
_LAST_WORD = re.compile(r"[\w.+-]+$")
_WHOLE = {
    "int32": "a whole number from 1 to 65535",
    "int64": "a whole number of at most 64 bits",
}
_STATUS: Path = ("status",)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report the first wrong type, else every unknown field, as the server does."""
    for policy, cause in refused(context, namespace, Kind.WRONG_TYPE):
        if not is_mapping_in_types(cause):
            yield retold(context, WRONG_TYPE, policy, cause, *_wrong_type(policy, cause))
    for policy, cause in refused(context, namespace, Kind.UNKNOWN_FIELD):
        name = str(cause.path[-1])
        known = tuple(fields_at(cause.path[:-1]))
        proposed = meant(name, known)
        words = f"{cause.message}{_hint(cause, proposed, known)}"
        yield retold(
            context, UNKNOWN_FIELD, policy, cause, words, _renamed(policy, cause, proposed)
        )


def _wrong_type(policy: Policy, cause: Cause) -> tuple[str, Fix | None]:
    if "unsupported value" in cause.message:
        return f"{cause.field}: JSON has no infinity and no NaN; put it in quotes", None
    *_, shape = shapes_along(cause.path)
    found = _json_type(cause.value)
    if found == "number" and shape.go in _WHOLE:
        return f"{cause.field} must be {_WHOLE[shape.go]}, not {cause.value}", None
    is_time = isinstance(shape, Time) and isinstance(cause.value, str)
    given = f'"{cause.value}"' if is_time else _article(found)
    words = f"{cause.field} must be {_article(shape.noun)}, not {given}"
    if shape.noun == "string" and found in {"number", "boolean"}:
        return f"{words}; put it in quotes", _quoted(policy, cause)
    if isinstance(shape, ListOf) and fits(cause.value, shape.item):
        return f"{words}; begin it with a hyphen", _replaced(cause, [cause.value])
    if shape.go == "v1.NetworkPolicyPort" and found in {"number", "string"}:
        return f"{words}; write port: {cause.value}", _replaced(cause, {"port": cause.value})
    if shape.go == "v1.NetworkPolicyPeer" and isinstance(cause.value, str) and parse(cause.value):
        entry = {"ipBlock": {"cidr": cause.value}}
        return f"{words}; write ipBlock: {{cidr: {cause.value}}}", _replaced(cause, entry)
    return words, None


def _replaced(cause: Cause, value: object) -> Fix:
    title = "make it the only item of a list" if isinstance(value, list) else "name its field"
    operation = {"op": "replace", "path": json_pointer(cause.path), "value": value}
    return Fix(title, Applicability.UNSAFE, (operation,))


def _quoted(policy: Policy, cause: Cause) -> Fix | None:
    """The number or boolean as text, just as it is written: `1.10`, not 1.1."""
    span, positions = policy.document.span(cause.path), policy.document.positions
    line = positions.line(span.line) if positions is not None and span is not None else None
    written = _LAST_WORD.search((line or "")[: span.end_column - 1 if span else 0])
    if written is None or plain_value(written[0]) != cause.value:
        return None
    operation = {"op": "replace", "path": json_pointer(cause.path), "value": written[0]}
    return Fix("put it in quotes", Applicability.SAFE, (operation,))


def _hint(cause: Cause, proposed: str, known: tuple[str, ...]) -> str:
    if cause.path == _STATUS:
        return " (it is no field since 1.28; remove it)"
    home = _home(cause.path)
    if home is not None:
        return f" (it belongs {f'in {field_path(home)}' if home else 'at the top'})"
    if proposed:
        return f" (did you mean {proposed}?)"
    return f" (known here: {', '.join(known)})" if 0 < len(known) < 6 else ""


def _home(path: Path) -> Path | None:
    """Where a field of that name exists: one level down, further up, or in the metadata."""
    around, name = path[:-1], str(path[-1])
    for field in fields_at(around):
        if name in {*fields_at((*around, field)), *fields_at((*around, field, 0))}:
            return (*around, field)
    homes: list[Path] = [around[:length] for length in reversed(range(len(around)))]
    if around == ("spec",):
        homes.append(("metadata",))
    return next((home for home in homes if name in set(fields_at(home))), None)


def _renamed(policy: Policy, cause: Cause, proposed: str) -> Fix | None:
    """Give the value to the field that was meant, unless that has one; a status is left over."""
    if cause.path == _STATUS:
        removal = {"op": "remove", "path": "/status"}
        return Fix("remove the status", Applicability.UNSAFE, (removal,))
    around = policy.document.at(cause.path[:-1])
    if not proposed or not isinstance(around, dict) or proposed in around:
        return None
    target = json_pointer((*cause.path[:-1], proposed))
    operation = {"op": "move", "from": json_pointer(cause.path), "path": target}
    return Fix(f"rename the field to {proposed}", Applicability.UNSAFE, (operation,))


def _json_type(value: object) -> str:
    """The name of a JSON value's type, as people say it."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
        case _:
            return "mapping"


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
            "Half a port",
            _HEAD
            + """\
  podSelector: {}
  ingress:
  - ports:
    - {protocol: TCP, port: 80.5}  # <- NP703
""",
        ),
        Example(
            "A status: the type lost it in 1.28",
            _HEAD
            + """\
  podSelector: {}
status: {}  # <- NP701
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
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
