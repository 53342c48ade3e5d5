"""A rule opens the Service's port instead of the pods'

A Service may listen on another port than its pods: `port: 80` with `targetPort: 8080`. Policies see
a connection after the Service has passed it on, so the port in a rule is that of the container.

netlint says so where no pod that the rule is for declares the port, a Service in front of these
pods has it, and leads elsewhere. Ports of webhooks are what `webhook-ingress` speaks of. Where the
right port is open as well, there is nothing to say.

## Why it matters

The rule opens a port on which nobody listens, and every connection through the Service is dropped.
Only pods that nothing isolates can still be reached.

## How to fix

Write the Service's `targetPort`, by number or by name:

```yaml
    ports:
    - {protocol: TCP, port: 8080}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait
from netlint_rules.unmetports import Forwarding, UnmetPort, is_target_open, unmet_ports

USED = Code(
    "NP242",
    "service-port-used",
    Severity.ERROR,
    "a rule opens the port of a Service, and its pods listen on another",
    fixable=True,
    needs_view=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report numbers that are the port of a Service, and of none of its pods."""
    for found in context.shared(unmet_ports, namespace):
        forwarding = found.forwarding
        if forwarding is None or isinstance(found.single.port, str):
            continue
        if not is_target_open(context, found, forwarding):
            yield _finding(context, found, forwarding)


def _finding(context: Context, found: UnmetPort, forwarding: Forwarding) -> Finding:
    document, single = found.policy.document, found.single
    service, target = forwarding.service, forwarding.port.target
    path = (*single.entry.path, "port")
    replacement = {"op": "replace", "path": json_pointer(path), "value": target}
    severity = Severity.ERROR if found.is_sure else Severity.WARNING
    return context.finding(
        USED,
        f"connections to Service {service.name}:{single.port} are dropped: they arrive at "
        f"{single.protocol} {forwarding.target}, {found.policy.name} opens {single.port}",
        Location(document, path, "is the Service's port"),
        severity=Severity.INFO if document.origin.is_excerpt else severity,
        confidence=Confidence.HIGH,
        related=[
            Location(
                service.document,
                forwarding.port.path,
                f"forwards port {single.port} to {target} of the pods",
            )
        ],
        fix=Fix(f"open {target}, the pods' port", Applicability.UNSAFE, (replacement,)),
    )


RULE = Rule(
    name="service-port-used",
    title="the Service's port in a rule",
    codes=(USED,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.PODS, Trait.SERVICES}),
    doc=__doc__,
    bad=ExamplesOf("service_port_used", "BAD"),
    good=ExamplesOf("service_port_used", "GOOD"),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
    ),
)
