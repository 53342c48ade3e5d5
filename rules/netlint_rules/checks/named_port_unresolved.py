"""A named port that no pod has

A port name in a rule stands for the container ports of that name, with the same protocol, on the
pods at the receiving end: those that the policy selects for ingress, those that the peers select
for egress. A name that none of them declares opens nothing. The name of a Service's port doesn't
count, and addresses in an `ipBlock` have no names at all.

netlint says so where these pods are in view.

## Why it matters

A number that nobody declares may still be right, since declaring ports is optional. A name that
nobody declares never is: the rule is accepted, and every connection is dropped.

## How to fix

Name the container port in the pod template, or write the name or the number that it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.nearmiss import nearest
from netlint_rules.peers import named
from netlint_rules.policy import AddressPeer, Direction, Policy, SinglePort
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.source.placeholders import is_placeholder
from netlint_rules.traits import Trait
from netlint_rules.unmetports import UnmetPort, unmet_ports

UNRESOLVED = Code(
    "NP244",
    "named-port-unresolved",
    Severity.ERROR,
    "a named port opens nothing: no destination has it",
    fixable=True,
    needs_view=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report names that no pod at the receiving end declares."""
    for found in context.shared(unmet_ports, namespace):
        if isinstance(found.single.port, str) and not is_placeholder(found.single.port):
            yield _finding(context, found)
    for policy in context.policies(namespace):
        for single in policy.single_ports:
            if isinstance(single.port, str) and _is_for_addresses(policy, single):
                yield _address(context, policy, single)


def _is_for_addresses(policy: Policy, single: SinglePort) -> bool:
    peers = single.rule.peers
    is_read = not policy.broken and not is_patched(policy.document, single.rule.path)
    return (
        is_read
        and single.direction is Direction.EGRESS
        and peers is not None
        and all(isinstance(peer, AddressPeer) for peer in peers)
    )


def _address(context: Context, policy: Policy, single: SinglePort) -> Finding:
    return context.finding(
        UNRESOLVED,
        f"{policy.name} opens nothing with port {single.port}: addresses have no named ports",
        Location(policy.document, (*single.entry.path, "port"), "is a name, not a number"),
    )


def _finding(context: Context, found: UnmetPort) -> Finding:
    document, single = found.policy.document, found.single
    hint, fix = _repair(found)
    # In a live cluster the pods with the new port may come after the policy.
    is_sure = found.is_sure and not context.index.view.live
    severity = Severity.ERROR if is_sure else Severity.WARNING
    return context.finding(
        UNRESOLVED,
        f"{found.policy.name} opens nothing with port {single.port}: {named(found.pods)} has no "
        f"{single.protocol} port of that name{hint}",
        Location(document, (*single.entry.path, "port"), "is no port of these pods"),
        severity=Severity.INFO if document.origin.is_excerpt else severity,
        confidence=Confidence.CERTAIN if is_sure else Confidence.HIGH,
        fix=fix,
    )


def _repair(found: UnmetPort) -> tuple[str, Fix | None]:
    """What was probably meant, as the end of the message and as a fix."""
    single = found.single
    path = json_pointer((*single.entry.path, "port"))
    others = sorted(protocol for name, protocol in found.names if name == single.port)
    if others:
        # Without `protocol`, `replace` would have nothing to replace.
        field = json_pointer((*single.entry.path, "protocol"))
        change = {"op": "add", "path": field, "value": others[0]}
        return f", but one for {others[0]}", _fix(f"write protocol {others[0]}", change)
    near = nearest(
        str(single.port), [name for name, protocol in found.names if protocol == single.protocol]
    )
    forwarding = found.forwarding
    target = near if forwarding is None else forwarding.port.target
    if target is None:
        return "", None
    hint = (
        f", but {near}"
        if forwarding is None
        else f": it is that of Service {forwarding.service.name}"
    )
    return hint, _fix(f"write port {target}", {"op": "replace", "path": path, "value": target})


def _fix(title: str, operation: Mapping[str, object]) -> Fix:
    return Fix(title, Applicability.UNSAFE, (operation,))


RULE = Rule(
    name="named-port-unresolved",
    title="a named port that no pod has",
    codes=(UNRESOLVED,),
    groups=("correctness",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("named_port_unresolved", "BAD"),
    good=ExamplesOf("named_port_unresolved", "GOOD"),
    check=check,
    alone=True,
    needs=frozenset({Trait.PORT_NAME}),
    references=(
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
    ),
)
