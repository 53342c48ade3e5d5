"""A port, a range or a protocol that the API server refuses

A port is a number from 1 to 65535 or the name of a container port: at most 15 lower-case letters,
digits and hyphens, with a letter among them. A range needs both numbers: `port` is the first,
`endPort` the last. The protocols are TCP, UDP and SCTP.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

- Every port: leave out `port`, or the whole of `ports` for every port and protocol.
- Several ports: one entry each, or `port: 8000` with `endPort: 8010`.
- ICMP can't be allowed by a NetworkPolicy; whether it is blocked depends on the network plugin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlint_rules.apivalidation import names
from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.apivalidation.ports import PROTOCOLS
from netlint_rules.context import Context
from netlint_rules.finding import Finding, Severity
from netlint_rules.policy import Policy
from netlint_rules.refusal import corrected, did_you_mean, meant, refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait

PORT = Code("NP707", "invalid-port", Severity.ERROR, "a port or a range that doesn't exist")
PROTOCOL = Code(
    "NP708",
    "invalid-protocol",
    Severity.ERROR,
    "a protocol other than TCP, UDP and SCTP",
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
_ANY = frozenset({"any", "all", "*", ""})
_RANGE = re.compile(r"(\d+) ?[-:] ?(\d+)", re.ASCII)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each port and each protocol that the API server refuses, but for quoted numbers."""
    for policy, cause in refused(context, namespace, Kind.PORT):
        hint = _end_hint(policy, cause) if cause.path[-1] == "endPort" else _port_hint(cause)
        yield refusal(context, PORT, policy, cause, hint)
    for policy, cause in refused(context, namespace, Kind.PROTOCOL):
        word = str(cause.value)
        proposed = meant(word, PROTOCOLS, 0.6)
        hint = did_you_mean(proposed) or _protocol_hint(word)
        yield refusal(context, PROTOCOL, policy, cause, hint, corrected(cause, proposed))


def _end_hint(policy: Policy, cause: Cause) -> str:
    if "specified" in cause.message:
        return "a range needs `port`, its first number"
    if "greater" in cause.message:
        return f"endPort is {policy.document.at(cause.path)}, the server prints the port"
    return ""


def _port_hint(cause: Cause) -> str:
    value = cause.value
    if isinstance(value, int):
        return "leave out `port` to allow every port" if value in {0, -1} else ""
    name = str(value)
    if name.lower() in _ANY:
        return "leave out `port` to allow every port"
    if match := _RANGE.fullmatch(name):
        return f"a range is `port: {match[1]}` with `endPort: {match[2]}`"
    if "," in name:
        return "give each port an entry of its own"
    lower = name.lower().replace("_", "-")
    return did_you_mean("" if names.port_name(lower) else lower)


def _protocol_hint(word: str) -> str:
    if word.lower() in _ANY:
        return "without `ports` every port and protocol is allowed"
    if word.lower().startswith("icmp"):
        return "a NetworkPolicy can't speak of ICMP"
    return ""


RULE = Rule(
    name="invalid-port",
    title="a port or a protocol that isn't valid",
    codes=(PORT, PROTOCOL),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports",
    ),
    bad=(
        Example(
            "Numbers out of range, and a range that ends before it begins",
            _HEAD
            + """\
    - port: 0  # <- NP707
    - port: 70000  # <- NP707
    - port: 8080
      endPort: 8000  # <- NP707
""",
        ),
        Example(
            "Names that aren't names, and ranges without their first number",
            _HEAD
            + """\
    - port: 8000-8010  # <- NP707
    - port: HTTP  # <- NP707, NP707
    - port: metrics-of-the-api  # <- NP707
    - endPort: 9000  # <- NP707
    - port: http
      endPort: 9000  # <- NP707
""",
        ),
        Example(
            "Protocols",
            _HEAD
            + """\
    - protocol: tcp  # <- NP708
      port: 80
    - protocol: ICMP  # <- NP708
""",
        ),
    ),
    good=(
        Example(
            "A number, a name, a range, a range of one port, a protocol alone",
            _HEAD
            + """\
    - port: 443
    - port: http-2
      protocol: UDP
    - {port: 8000, endPort: 8010}
    - {port: 65535, endPort: 65535}
    - protocol: SCTP
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
