"""An `except` that another rule undoes

`except` takes addresses out of its own `cidr`, and does nothing more. It denies nothing: as soon as
another peer, another rule or another policy for the same pods allows these addresses on the same
ports, they are allowed.

netlint reports an `except` that is undone completely. It is a warning where something wider does
it, and a hint where a rule names the very addresses: somebody may have put the internal ones into
a rule of their own on purpose.

## Why it matters

`0.0.0.0/0 except 169.254.169.254/32` looks as if the metadata server were out of reach. One
`- ports: [{port: 80}]` beside it, for any destination, brings it back.

## How to fix

Give every rule that covers the addresses the same `except`, or narrow the rule that undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from netlint_rules.addresses import AddressSet
from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.isolation import is_uncertain
from netlint_rules.peers import pods_of
from netlint_rules.policy import AddressPeer, Block, Direction, Policy, PolicyRule
from netlint_rules.record import NamedTuple
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import Path
from netlint_rules.traits import Trait

UNDONE = Code(
    "NP310",
    "except-is-not-deny",
    Severity.WARNING,
    "an except has no effect, as another rule allows what it takes out",
)
_SHOWN = 3
_MOST_COMPARED = 16
"""Broader policies looked at: hundreds for the same pods are generated, not read."""


class _Opening(NamedTuple):
    """Addresses that a rule allows on all the ports of the block in question."""

    policy: Policy
    path: Path
    addresses: AddressSet


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for what undoes each except."""
    for policy in context.policies(namespace):
        for block in policy.blocks:
            is_readable = block.peer.excepts and not block.rule.is_partly_unknown
            if is_readable and not is_uncertain(policy):
                yield from _check_block(context, policy, block)


def _check_block(context: Context, policy: Policy, block: Block) -> Iterator[Finding]:
    openings = _openings(context, policy, block)
    if not openings:
        return
    holes = {at: AddressSet.parse(text) for at, text in enumerate(block.peer.excepts)}
    undone = [at for at, hole in holes.items() if hole <= _union(openings)]
    if undone:
        yield _finding(context, policy, block, undone, openings)


def _openings(context: Context, policy: Policy, block: Block) -> list[_Opening]:
    """What rules for the same pods allow of the excepted addresses.

    Nothing where everything is allowed: that is for other rules to say.
    """
    policies = [policy]
    if not policy.document.origin.is_excerpt:
        broader = context.isolation(policy.namespace).broader(policy)
        policies += islice(broader, _MOST_COMPARED)
    openings: list[_Opening] = []
    for other in policies:
        for rule in other.rules[block.direction]:
            if rule.allows_everything:
                return []
            openings += _of_rule(block, other, rule)
    return openings


def _of_rule(block: Block, policy: Policy, rule: PolicyRule) -> Iterator[_Opening]:
    """The openings of one rule, for all the ports of the block."""
    blocks = [peer for peer in rule.peers or () if isinstance(peer, AddressPeer)]
    taken_out = block.peer.whole - block.peer.block if blocks else AddressSet.empty()
    found = [
        _Opening(policy, peer.path, peer.block)
        for peer in blocks
        if not peer.block.isdisjoint(taken_out)
    ]
    if rule.peers is None:
        found = [_Opening(policy, rule.path, AddressSet.everything())]
    if found and block.rule.ports <= rule.ports:
        yield from found


def _union(openings: Sequence[_Opening]) -> AddressSet:
    return AddressSet.union([opening.addresses for opening in openings])


def _finding(
    context: Context,
    policy: Policy,
    block: Block,
    undone: Sequence[int],
    openings: Sequence[_Opening],
) -> Finding:
    excepts = [block.peer.excepts[at] for at in undone]
    holes = [AddressSet.parse(text) for text in excepts]
    involved = [each for each in openings if any(each.addresses & hole for hole in holes)]
    is_ingress = block.direction is Direction.INGRESS
    verb = "can still be reached from" if is_ingress else "can still connect to"
    text = " and ".join(excepts) if len(excepts) <= _SHOWN else f"{len(excepts)} excepted blocks"
    path = (*block.peer.path, "ipBlock", "except")
    return context.finding(
        UNDONE,
        f"{pods_of(context.index, [policy])} {verb} {text}: except only narrows its own block, and "
        "another rule allows these addresses",
        Location(policy.document, path if len(undone) > 1 else (*path, undone[0]), "has no effect"),
        severity=_severity(openings, holes),
        confidence=Confidence.HIGH,
        related=[
            Location(each.policy.document, each.path, "allows what is excepted")
            for each in involved[:_SHOWN]
        ],
    )


def _severity(openings: Sequence[_Opening], holes: Sequence[AddressSet]) -> Severity:
    """A hint where each except is undone by rules that were written for its very addresses."""
    for hole in holes:
        if hole <= _union([each for each in openings if not each.addresses <= hole]):
            return Severity.WARNING
    return Severity.INFO


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
"""
_WORLD = """\
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
        - 169.254.169.254/32
"""
_MARKED = _WORLD.replace("254/32", "254/32  # <- NP310")
_HTTP = "    ports: [{port: 80}]\n"
_OTHER = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: everybody, namespace: shop}
spec:
  podSelector: SUBJECT
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 169.254.0.0/16}}]}]
"""

RULE = Rule(
    name="except-is-not-deny",
    title="an except that another rule undoes",
    codes=(UNDONE,),
    groups=("addresses", "exposure"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Any destination on the same port, in a rule beside it",
            _HEAD + _MARKED + _HTTP + "  - ports: [{port: 80}, {port: 443}]\n",
        ),
        Example(
            "A wider block in the same list",
            _HEAD + _MARKED + "    - ipBlock: {cidr: 169.254.0.0/16}\n",
        ),
        Example(
            "A policy for every pod allows the addresses",
            _HEAD + _MARKED + _HTTP + _OTHER.replace("SUBJECT", "{}"),
        ),
        Example(
            "Two blocks undo it together",
            _HEAD
            + """\
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
        - 192.168.0.0/16
        - 10.0.0.0/8  # <- NP310
  - to:
    - ipBlock: {cidr: 0.0.0.0/4}
    - ipBlock: {cidr: 10.0.0.0/9}
""",
        ),
        Example(
            "The very addresses, in a rule of their own: only a hint",
            _HEAD + _MARKED + _HTTP + "  - to: [{ipBlock: {cidr: 169.254.169.254/32}}]\n",
        ),
    ),
    good=(
        Example(
            "The addresses on another port",
            _HEAD + _WORLD + _HTTP + "  - ports: [{port: 53, protocol: UDP}]\n",
        ),
        Example(
            "One port of all",
            _HEAD + _WORLD + "  - to: [{ipBlock: {cidr: 169.254.0.0/16}}]\n" + _HTTP,
        ),
        Example(
            "One address of those that are taken out",
            _HEAD
            + _WORLD.replace("169.254.169.254/32", "10.0.0.0/8")
            + "  - to: [{ipBlock: {cidr: 10.0.5.7/32}}]\n",
        ),
        Example(
            "A policy for other pods",
            _HEAD + _WORLD + _OTHER.replace("SUBJECT", "{matchLabels: {app: jobs}}"),
        ),
        Example(
            "A policy for some of the pods",
            _HEAD + _WORLD + _OTHER.replace("SUBJECT", "{matchLabels: {app: web, tier: a}}"),
        ),
        Example(
            "Everything is allowed, which allow-all-rule speaks of",
            _HEAD + _WORLD + "  - {}\n",
        ),
        Example(
            "Pods, and any destination in the other direction",
            _HEAD.replace("[Egress]", "[Egress, Ingress]")
            + _WORLD
            + _HTTP
            + "  - to: [{namespaceSelector: {}}]\n  ingress: [{ports: [{port: 80}]}]\n",
        ),
        Example(
            "A port that is filled in later",
            _HEAD + _WORLD + _HTTP.replace("80", '"${PORT}"') + "  - ports: [{port: 80}]\n",
        ),
    ),
    check=check,
    needs=frozenset({Trait.ADDRESSES}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
