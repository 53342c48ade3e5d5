"""An ipBlock whose `cidr` or `except` isn't a CIDR

A CIDR is an IP address, a slash and the length of its prefix: `10.9.8.0/24`, `2001:db8::/64`, and
`10.9.8.7/32` for a single address.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

Add `/32` to a single IPv4 address, `/128` to an IPv6 address. Write a range of addresses as the
CIDRs that make it up. Names of hosts can't stand in a NetworkPolicy: use addresses, or the
policies of a network plugin that knows names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlint_rules.addresses import address_number
from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.apivalidation.cidrs import address_text
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.refusal import refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

INVALID = Code(
    "NP711", "invalid-cidr", Severity.ERROR, "an ipBlock without a valid CIDR", fixable=True
)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
"""
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each text in an ipBlock that the API server can't read as a CIDR."""
    for policy, cause in refused(context, namespace, Kind.CIDR):
        single = _single(str(cause.value or ""))
        hint = f"{single} is the address alone" if single else _hint(str(cause.value or ""))
        yield refusal(context, INVALID, policy, cause, hint, _fix(cause, single))


def _single(text: str) -> str:
    """The CIDR of a single address, empty where the text is none."""
    try:
        version, number = address_number(text)
    except ValueError:
        return ""
    return f"{address_text(version, number)}/{32 if version == 4 else 128}"


def _hint(text: str) -> str:
    if _HOST.fullmatch(text):
        return "a NetworkPolicy knows addresses, not names"
    first, dash, last = text.partition("-")
    if dash and _single(first.strip()) and _single(last.strip()):
        return "write a range of addresses as the CIDRs that make it up"
    return ""


def _fix(cause: Cause, single: str) -> Fix | None:
    if not single:
        return None
    operation = {"op": "replace", "path": json_pointer(cause.path), "value": single}
    return Fix(f"write {single}", Applicability.UNSAFE, (operation,))


RULE = Rule(
    name="invalid-cidr",
    title="an ipBlock without a valid CIDR",
    codes=(INVALID,),
    groups=("validity", "addresses"),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
    ),
    bad=(
        Example(
            "An address, a name, a range, a prefix that is too long, nothing",
            _HEAD
            + """\
    - ipBlock: {cidr: 203.0.113.7}  # <- NP711
    - ipBlock: {cidr: api.example.com}  # <- NP711
    - ipBlock: {cidr: 203.0.113.7-203.0.113.9}  # <- NP711
    - ipBlock: {cidr: 203.0.113.0/33}  # <- NP711
    - ipBlock: {}  # <- NP711
    - ipBlock:
        cidr: 203.0.113.0/24
        except: [203.0.113.7]  # <- NP711
""",
        ),
    ),
    good=(
        Example(
            "CIDRs of both families, one to be filled in",
            _HEAD
            + """\
    - ipBlock: {cidr: 203.0.113.7/32}
    - ipBlock: {cidr: "2001:db8::/64", except: ["2001:db8::7/128"]}
    - ipBlock: {cidr: "${OFFICE}"}
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
