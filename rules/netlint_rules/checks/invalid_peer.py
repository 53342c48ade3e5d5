"""An entry of `from` or `to` that names no peer, or too many

Each entry is either an `ipBlock`, or a `podSelector`, or a `namespaceSelector`, or these two
selectors together. A selector whose value is null counts as absent.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

- Every pod of the policy's namespace: `podSelector: {}`.
- Every pod of every namespace: `namespaceSelector: {}`.
- Any source or destination, outside the cluster too: leave out `from` or `to`.
- Pods and addresses: two entries, each with a hyphen of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.policy import Policy
from netlint_rules.refusal import refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

INVALID = Code(
    "NP710",
    "invalid-peer",
    Severity.ERROR,
    "an entry of from or to that names no peer, or pods and addresses at once",
    fixable=True,
)
_SELECTORS = ("podSelector", "namespaceSelector")
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each entry that the API server refuses."""
    for policy, cause in refused(context, namespace, Kind.PEER):
        given = policy.document.at(cause.path)
        peer = given if isinstance(given, dict) else {}
        if peer.get("ipBlock") is not None:
            hint = "give the ipBlock an entry of its own"
            yield refusal(context, INVALID, policy, cause, hint, _apart(cause, peer["ipBlock"]))
        else:
            yield refusal(context, INVALID, policy, cause, _hint(policy, cause, peer))


def _hint(policy: Policy, cause: Cause, peer: Mapping[str, object]) -> str:
    empty = [field for field in _SELECTORS if field in peer]
    if empty:
        return f"{empty[0]} without a value counts as absent: `{empty[0]}: {{}}` selects all"
    field = cause.path[-2]
    return (
        f"`podSelector: {{}}` is every pod of {policy.document.namespace or 'the namespace'},"
        f" and a rule without `{field}` allows any peer"
    )


def _apart(cause: Cause, block: object) -> Fix:
    entries = json_pointer(cause.path[:-1])
    operations: tuple[Mapping[str, object], ...] = (
        {"op": "remove", "path": f"{json_pointer(cause.path)}/ipBlock"},
        {"op": "add", "path": f"{entries}/-", "value": {"ipBlock": block}},
    )
    return Fix("give the ipBlock an entry of its own", Applicability.UNSAFE, operations)


RULE = Rule(
    name="invalid-peer",
    title="no peer, or too many in one entry",
    codes=(INVALID,),
    groups=("validity",),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
    bad=(
        Example(
            "Entries without a peer: empty, null, a selector that is null",
            _HEAD
            + """\
    - {}  # <- NP710
    - null  # <- NP710
    - podSelector:  # <- NP710
""",
        ),
        Example(
            "Pods and addresses in one entry",
            _HEAD
            + """\
    - podSelector: {}  # <- NP710
      ipBlock: {cidr: 203.0.113.0/24}
""",
        ),
    ),
    good=(
        Example(
            "One kind of peer in each entry, the two selectors together, a peer to be filled in",
            _HEAD
            + """\
    - podSelector: {}
    - ipBlock: {cidr: 203.0.113.0/24}
    - podSelector: {}
      namespaceSelector: {}
    - "${PEER}"
""",
        ),
        Example(
            "A rule without entries allows any source",
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - ports: [{port: 443}]
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
