"""A CIDR that can be read in two ways, or isn't in its usual form

`10.0.0.5/24` may mean the network `10.0.0.0/24` or the address `10.0.0.5/32`. Leading zeros are
decimal for some programs and octal for others. An IPv4 address in IPv6 clothes,
`::ffff:10.0.0.5`, is one family here and the other there. From 1.36 the API server refuses these;
before, it takes the network, and from 1.33 it warns.

## Why it matters

What the author meant and what the network plugin does may differ. And from 1.36 the policy can't be
created any more: not in a new cluster, and not after it was deleted. An existing policy may be
changed, for CIDRs that were in it before are let pass. IPv6 addresses in unusual spelling are
accepted everywhere, and hard to find.

## How to fix

Write the network, or the address with `/32` (`/128` for IPv6). IPv6 addresses are written in
lower case with the longest run of zeros as `::`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.apivalidation.cause import Kind
from netlint_rules.apivalidation.cidrs import Cidr, messages, parse, warnings
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.policy import AddressPeer, Policy
from netlint_rules.refusal import refusal, refused
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import Path, format_path, json_pointer
from netlint_rules.traits import Trait

LOOSE = Code(
    "NP713",
    "cidr-noncanonical",
    Severity.ERROR,
    "a CIDR that can be read in two ways, or isn't in its usual form",
    fixable=True,
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


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report what a strict server refuses, and in accepted policies what any server warns of."""
    for policy, cause in refused(context, namespace, Kind.LOOSE_CIDR):
        cidr = parse(str(cause.value))
        assert cidr is not None
        hint = f"did you mean {_choices(cidr)}?"
        yield refusal(context, LOOSE, policy, cause, hint, _fix(cause.path, cidr, refused=True))
    for policy in context.policies(namespace):
        if not policy.broken and Trait.CIDRS in policy.traits:
            yield from _warned(context, policy)


def _warned(context: Context, policy: Policy) -> Iterator[Finding]:
    for path, text in _cidrs(policy):
        for warning in warnings(text):
            cidr = parse(text)
            if cidr is not None and not is_patched(policy.document, path):
                is_refused = messages(cidr, strict=True)
                later = (
                    "; from Kubernetes 1.36 no policy can be created with it" if is_refused else ""
                )
                message = f"{format_path(path)}: {warning}{later}"
                yield context.finding(
                    LOOSE,
                    message,
                    Location(policy.document, path),
                    severity=Severity.WARNING,
                    fix=_fix(path, cidr, refused=False),
                )


def _cidrs(policy: Policy) -> Iterator[tuple[Path, str]]:
    for rules in (policy.rules, policy.inert):
        for rule in (each for found in rules.values() for each in found):
            for peer in rule.peers or ():
                if isinstance(peer, AddressPeer):
                    yield (*peer.path, "ipBlock", "cidr"), peer.cidr
                    for at, text in enumerate(peer.excepts):
                        yield (*peer.path, "ipBlock", "except", at), text


def _choices(cidr: Cidr) -> str:
    """The network, and the single address where the text may mean that."""
    if cidr.number == cidr.base:
        return cidr.network
    bits = 32 if cidr.is_mapped or cidr.version == 4 else 128
    return f"{cidr.network} or {cidr.address}/{bits}"


def _fix(path: Path, cidr: Cidr, *, refused: bool) -> Fix:
    """The network that servers before 1.36 take it for; octal readers see another one."""
    is_same = not (refused or cidr.has_leading_zeros or cidr.is_mapped)
    operation = {"op": "replace", "path": json_pointer(path), "value": cidr.network}
    applicability = Applicability.SAFE if is_same else Applicability.UNSAFE
    return Fix(f"write {cidr.network}", applicability, (operation,))


RULE = Rule(
    name="cidr-noncanonical",
    title="a CIDR with bits beyond its prefix or in an unusual form",
    codes=(LOOSE,),
    groups=("validity", "addresses"),
    since="0.1.0",
    doc=__doc__,
    references=("https://kep.k8s.io/4858",),
    bad=(
        Example(
            "From 1.36 the API server refuses them",
            _HEAD
            + """\
    - ipBlock: {cidr: 203.0.113.5/24}  # <- NP713
    - ipBlock: {cidr: 203.000.113.0/24}  # <- NP713
    - ipBlock: {cidr: "::ffff:203.0.113.0/120"}  # <- NP713
    - ipBlock:
        cidr: 198.51.100.0/24
        except: [198.51.100.9/25]  # <- NP713
""",
        ),
        Example(
            "Before, it warns, as of this IPv6 address today",
            _HEAD
            + """\
    - ipBlock: {cidr: 203.0.113.5/24}  # <- NP713
    - ipBlock: {cidr: "2001:DB8::/64"}  # <- NP713
""",
            {"cluster": {"kube-version": "1.35"}},
        ),
    ),
    good=(
        Example(
            "Networks and single addresses",
            _HEAD
            + """\
    - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.5/32]}
    - ipBlock: {cidr: "2001:db8::/64"}
    - ipBlock: {cidr: 0.0.0.0/0}
    - ipBlock: {cidr: "::/0"}
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.CIDRS}),
)
