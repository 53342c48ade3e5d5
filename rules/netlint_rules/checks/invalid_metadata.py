"""Metadata that the API server refuses: names, labels, annotations, owners, finalizers

Every object's metadata follows the same rules. A name is lower case, with digits, `-` and `.`; the
name of a namespace has no `.`; label keys and values have at most 63 characters.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

Write names in lower case, with `-` for blanks and underscores. Put text that is no label into an
annotation: its value may be any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlint_rules.apivalidation import names
from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.context import Context
from netlint_rules.finding import Finding, Severity
from netlint_rules.refusal import did_you_mean, refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

INVALID = Code(
    "NP705", "invalid-metadata", Severity.ERROR, "a name, a label or the like that isn't valid"
)
_SPEC = """\
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each thing that the API server refuses in the metadata of a policy."""
    for policy, cause in refused(context, namespace, Kind.METADATA):
        yield refusal(context, INVALID, policy, cause, _hint(cause))


def _hint(cause: Cause) -> str:
    if cause.path == ("metadata", "generateName"):
        return "xxxxx stands for the characters that the server adds" if _is_made(cause) else ""
    field = cause.path[1] if len(cause.path) == 2 else ""
    if field in {"name", "namespace"}:
        return did_you_mean(_proposed(str(cause.value or ""), field == "namespace"))
    if cause.path[1:2] == ("labels",) and isinstance(cause.value, str) and " " in cause.value:
        return "any text may stand in an annotation"
    return ""


def _is_made(cause: Cause) -> bool:
    return cause.field == "metadata.name"


def _proposed(name: str, is_namespace: bool) -> str:
    """The name with only characters that it may have, empty where that isn't a valid one."""
    allowed = re.sub("[^a-z0-9-]+" if is_namespace else "[^a-z0-9.-]+", "-", name.lower())
    proposed = allowed.strip("-.")
    is_valid = not (names.label if is_namespace else names.subdomain)(proposed)
    return proposed if is_valid and proposed != name else ""


RULE = Rule(
    name="invalid-metadata",
    title="a name or a label that isn't valid",
    codes=(INVALID,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
    ),
    bad=(
        Example(
            "Upper case and an underscore in a name",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: Allow_DNS}  # <- NP705
"""
            + _SPEC,
        ),
        Example(
            "A dot in the name of a namespace",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
  namespace: shop.example.com  # <- NP705
"""
            + _SPEC,
        ),
        Example(
            "A sentence as a label",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
  namespace: shop
  labels:
    purpose: lets pods resolve names  # <- NP705
"""
            + _SPEC,
        ),
        Example(
            "No name, and a finalizer without a domain",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:  # <- NP705
  namespace: shop
  finalizers:
  - cleanup  # <- NP705
"""
            + _SPEC,
        ),
    ),
    good=(
        Example(
            "A name with dots, a sentence as an annotation, a finalizer with its domain",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow.dns-2
  namespace: shop
  labels: {app.kubernetes.io/part-of: Shop_2.1, empty: ""}
  annotations: {purpose: Lets pods resolve names!}
  finalizers: [example.com/cleanup]
"""
            + _SPEC,
        ),
        Example(
            "A name that the server completes",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {generateName: allow-dns-, namespace: shop}
"""
            + _SPEC,
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
