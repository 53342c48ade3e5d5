"""A policy that means a Service instead of pods

Policies select pods by the labels of the pods. A Service has labels of its own, which may differ
from its `spec.selector`; a podSelector with these matches nothing. And a Service without selector,
such as one of `type: ExternalName`, has no pods at all: what is behind it is outside the cluster,
where only an `ipBlock` reaches.

netlint says so where no pod in view matches the selector and a Service of the same namespace does:
by its labels, or, without selector, by its name.

## Why it matters

The rule looks right beside the Service's manifest, and allows nothing. As the policy's own
podSelector it means that the policy applies to nothing.

## How to fix

Use the labels in the Service's `spec.selector`. For something outside the cluster allow its
addresses:

```yaml
  egress:
  - to:
    - ipBlock: {cidr: 203.0.113.10/32}
    ports: [{port: 5432}]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from netlint_rules.context import Context
from netlint_rules.dangling import Dangling, peers, subjects
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.resources import Service, mapping_at
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.selector import Selector
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

SERVICE = Code(
    "NP225",
    "service-as-peer",
    Severity.WARNING,
    "a selector has the labels of a Service instead of those of its pods",
    fixable=True,
)
EXTERNAL = Code(
    "NP226",
    "external-service-as-peer",
    Severity.WARNING,
    "a podSelector can't reach a Service for something outside the cluster",
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report selectors that no pod in view has, but a Service beside it."""
    for found in chain(context.shared(subjects, namespace), context.shared(peers, namespace)):
        if found.service is not None:
            yield _finding(context, found, found.service)


def _finding(context: Context, found: Dangling, service: Service) -> Finding:
    document = found.policy.document
    return context.finding(
        EXTERNAL if service.selector is None else SERVICE,
        f"{_effect(found)}: {_why(found, service)}",
        Location(document, found.path, "matches no pod"),
        severity=Severity.INFO if document.origin.is_excerpt else Severity.WARNING,
        confidence=Confidence.HIGH,
        related=[Location(service.document, ("metadata", "name"), "is what was probably meant")],
        fix=_fix(found, service),
    )


def _why(found: Dangling, service: Service) -> str:
    if service.selector is None:
        external = mapping_at(service.document.body, ("spec",)).get("externalName")
        if isinstance(external, str):
            return f"Service {service.name} stands for {external}, outside the cluster"
        return f"Service {service.name} has no selector, and thus no pods behind it"
    pods = Selector.of(service.selector)
    return f"{found.selector} is on Service {service.name}, its pods have {pods}"


def _effect(found: Dangling) -> str:
    if found.direction is None:
        return f"{found.policy.name} applies to no pod"
    return f"an {found.direction.field} peer of {found.policy.name} selects no pod"


def _fix(found: Dangling, service: Service) -> Fix | None:
    if service.selector is None:
        return None
    value = {"matchLabels": dict(service.selector)}
    operation = {"op": "replace", "path": json_pointer(found.path), "value": value}
    return Fix("select the pods behind the Service", Applicability.UNSAFE, (operation,))


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
"""
_EGRESS = """\
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
"""
_DATABASE = """\
---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop, labels: {service: database}}
spec: {selector: {app: postgres}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: shop}
spec: {template: {metadata: {labels: {app: postgres}}}}
"""
_OUTSIDE = """\
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop, labels: {team: money}}
spec: {type: ExternalName, externalName: billing.example.com}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
"""

RULE = Rule(
    name="service-as-peer",
    title="a policy that means a Service",
    codes=(SERVICE, EXTERNAL),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.SERVICES}),
    doc=__doc__,
    bad=(
        Example(
            "The label of a Service as a destination",
            _POLICY
            + _EGRESS
            + "    - podSelector: {matchLabels: {service: database}}  # <- NP225\n"
            + _DATABASE,
        ),
        Example(
            "The label of a Service as the policy's own selector",
            _POLICY + "  podSelector: {matchLabels: {service: database}}  # <- NP225\n" + _DATABASE,
        ),
        Example(
            "The name of an external Service",
            _POLICY
            + _EGRESS
            + "    - podSelector: {matchLabels: {app: billing}}  # <- NP226\n"
            + _OUTSIDE,
        ),
        Example(
            "The label of an external Service",
            _POLICY
            + _EGRESS
            + "    - podSelector: {matchLabels: {team: money}}  # <- NP226\n"
            + _OUTSIDE,
        ),
    ),
    good=(
        Example(
            "The labels of the pods",
            _POLICY + _EGRESS + "    - podSelector: {matchLabels: {app: postgres}}\n" + _DATABASE,
        ),
        Example(
            "The pods behind the Service aren't in view",
            _POLICY
            + _EGRESS
            + "    - podSelector: {matchLabels: {service: database}}\n"
            + _DATABASE.replace("{app: postgres}, ports", "{app: other}, ports"),
        ),
        Example(
            "The Service selects its pods by the same label",
            _POLICY
            + _EGRESS
            + "    - podSelector: {matchLabels: {service: database}}\n"
            + _DATABASE.replace("{app: postgres}, ports", "{service: database}, ports"),
        ),
        Example(
            "A Service in another namespace",
            _POLICY
            + _EGRESS
            + "    - podSelector: {matchLabels: {service: database}}\n"
            + _DATABASE.replace("namespace: shop", "namespace: data")
            + _OUTSIDE,
        ),
    ),
    check=check,
    alone=True,
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
    ),
)
