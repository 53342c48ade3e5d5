"""An ingress rule for a port that the pods don't declare

A rule opens a port by number, and no pod that the policy selects declares it, nor does a Service
lead there. Declaring container ports is optional, so this is no proof: only pods that do declare
ports are looked at, and it is a hint. What `service-port-used` says is not said again.

Ports that a service mesh opens in its sidecars are left out: these containers are in no manifest.

## Why it matters

Either the number is wrong and the connection that was meant is dropped, or the rule is left over
and opens a port that the next version of the program may use.

## How to fix

Correct the number, remove it, or declare the port in the pod template.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.isolation import labels_match
from netlint_rules.peers import named
from netlint_rules.policy import Direction
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.selector import Selector
from netlint_rules.traits import Trait
from netlint_rules.truth import Truth
from netlint_rules.unmetports import UnmetPort, is_target_open, unmet_ports

UNEXPOSED = Code(
    "NP243",
    "port-unexposed",
    Severity.INFO,
    "a rule opens a port that none of its pods declares",
    needs_view=True,
)
_MESH = frozenset({4143, 4191, 15001, 15006, 15008, 15020, 15021, 15090})
"""Ports of sidecars. Source: Istio's manifests/charts, Linkerd's charts/partials."""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report numbers that no selected pod declares, though all of them declare ports."""
    undeclared = [found for found in context.shared(unmet_ports, namespace) if _is_odd(found)]
    if undeclared:
        targets = _targets(context, namespace)
        for found in undeclared:
            if not _is_known(context, found, targets):
                yield _finding(context, found)


def _is_odd(found: UnmetPort) -> bool:
    """Whether it is a number that all the pods could have declared, and none of a sidecar."""
    if isinstance(found.single.port, str) or found.single.port in _MESH:
        return False
    return found.single.direction is Direction.INGRESS and found.all_declare


def _targets(context: Context, namespace: str) -> Mapping[int | str, Sequence[Selector]]:
    """The pods behind Services, by the ports that these lead to."""
    selectors: dict[int | str, list[Selector]] = defaultdict(list)
    for service in context.index.services.get(namespace, {}).values():
        if service.selector is not None:
            for port in service.ports:
                selectors[port.target].append(Selector.of(service.selector))
    return selectors


def _is_known(
    context: Context, found: UnmetPort, targets: Mapping[int | str, Sequence[Selector]]
) -> bool:
    """Whether a Service leads there, or another rule speaks of the port."""
    forwarding = found.forwarding
    if forwarding is not None and not is_target_open(context, found, forwarding):
        return True
    return any(
        labels_match(selector, pod) is Truth.YES
        for selector in targets.get(found.single.port, ())
        for pod in found.pods
    )


def _finding(context: Context, found: UnmetPort) -> Finding:
    single = found.single
    return context.finding(
        UNEXPOSED,
        f"{found.policy.name} opens {single.protocol} {single.port}, which {named(found.pods)} "
        "doesn't declare",
        Location(found.policy.document, (*single.entry.path, "port"), "is no declared port"),
        confidence=Confidence.MEDIUM,
    )


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - ports:
"""
_WEB = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{containerPort: 8080}]}]}
"""
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: PORT}]}
"""

RULE = Rule(
    name="port-unexposed",
    title="a port that the pods don't declare",
    codes=(UNEXPOSED,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.PODS}),
    doc=__doc__,
    bad=(
        Example(
            "One of two ports isn't declared (a hint only)",
            _POLICY + "    - port: 8080\n    - port: 8081  # <- NP243\n" + _WEB,
        ),
        Example(
            "The Service's port beside that of the pods (a hint only)",
            _POLICY
            + "    - port: 80  # <- NP243\n    - port: 8080\n"
            + _WEB
            + _SERVICE.replace("PORT", "8080"),
        ),
    ),
    good=(
        Example("A declared port", _POLICY + "    - port: 8080\n" + _WEB),
        Example(
            "A Service leads to the port",
            _POLICY + "    - port: 8081\n" + _WEB + _SERVICE.replace("PORT", "8081"),
        ),
        Example(
            "The Service's port alone: service-port-used says that",
            _POLICY + "    - port: 80\n" + _WEB + _SERVICE.replace("PORT", "8080"),
        ),
        Example(
            "Pods that declare nothing",
            _POLICY + "    - port: 8081\n" + _WEB.replace(", ports: [{containerPort: 8080}]", ""),
        ),
        Example("The port of a sidecar", _POLICY + "    - port: 15020\n" + _WEB),
    ),
    check=check,
    alone=True,
)
