"""Pods of a GKE load balancer that its health checks can't reach

With container-native load balancing (a Service with the annotation `cloud.google.com/neg`) Google
Cloud checks and calls the pods itself, from `35.191.0.0/16` and `130.211.0.0/22`. Where the pods
are isolated, both must be let in at the pods' port.

## Why it matters

Pods that fail the check get no requests: the load balancer answers 502, while everything works
inside the cluster.

## How to fix

```yaml
  ingress:
  - from:
    - ipBlock: {cidr: 35.191.0.0/16}
    - ipBlock: {cidr: 130.211.0.0/22}
    ports: [{port: 8080}]
```

Regional and internal Application Load Balancers send the requests from the proxy-only subnet:
allow that one as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.addresses import AddressSet
from netlint_rules.backends import Backend, backends, opening
from netlint_rules.callers import place
from netlint_rules.context import Context
from netlint_rules.exposed import ENDPOINT_GROUP, has_endpoint_group, health_checks
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.ipblocks.server import held
from netlint_rules.isolation import rules
from netlint_rules.policy import Direction
from netlint_rules.resources import Service, ServicePort
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.traits import Trait
from netlint_rules.truth import Truth

BLOCKED = Code(
    "NP523",
    "gke-neg-healthcheck",
    Severity.WARNING,
    "pods of a GKE load balancer that its health checks can't reach",
    fixable=True,
    needs_view=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the Services with network endpoint groups in a namespace with policies."""
    index = context.index
    if not index.policies.get(namespace) or index.unmodelled_in(namespace):
        return
    for service in index.services.get(namespace, {}).values():
        if has_endpoint_group(service):
            for port in service.ports:
                if port.protocol == "TCP":
                    yield from _check_port(context, service, port)


def _check_port(context: Context, service: Service, port: ServicePort) -> Iterator[Finding]:
    isolation = context.isolation(service.namespace)
    for pod in backends(isolation, service, port):
        selecting = isolation.selecting(pod.subject, Direction.INGRESS)
        opening_rules = [
            rule
            for _, rule in rules(tuple(selecting.all()), Direction.INGRESS)
            if pod.opened_by(rule) is not Truth.NO
        ]
        if any(rule.peers is None or rule.opaque_reasons for rule in opening_rules):
            continue
        missing = _sources(context) - held(opening_rules)
        if selecting.certain and missing:
            yield _finding(context, service, pod, missing)
            return


def _sources(context: Context) -> AddressSet:
    """The addresses that health checks come from, over IPv4."""
    return health_checks(context.facts, "gke") & AddressSet.parse("0.0.0.0/0")


def _finding(context: Context, service: Service, pod: Backend, missing: AddressSet) -> Finding:
    selecting = context.isolation(service.namespace).selecting(pod.subject, Direction.INGRESS)
    peers = [{"ipBlock": {"cidr": cidr}} for cidr in missing.prefixes()]
    labels = service.selector or pod.subject.selector.equalities()
    created = opening(f"allow-health-checks-of-{service.name}", pod, labels, peers)
    scope = context.index.scope(service.namespace)
    return context.finding(
        BLOCKED,
        f"Google Cloud's health checks of Service {service.name} fail: no policy{scope} lets "
        f"{missing} in at {pod.tcp}",
        place(selecting.certain, pod),
        confidence=Confidence.HIGH,
        related=[
            Location(
                service.document,
                ("metadata", "annotations", ENDPOINT_GROUP),
                "makes the load balancer send to the pods themselves",
            )
        ],
        fix=Fix(
            f"add a policy that opens {pod.tcp} to the health checks",
            Applicability.UNSAFE,
            creates=created,
        ),
    )


_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: {cloud.google.com/neg: '{"ingress": true}'}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
"""
_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
"""
_MARK = "  policyTypes: [Ingress]  # <- NP523\n"
_FIRST = "{ipBlock: {cidr: 35.191.0.0/16}}"
_BOTH = f"{_FIRST}, {{ipBlock: {{cidr: 130.211.0.0/22}}}}"

RULE = Rule(
    name="gke-neg-healthcheck",
    title="pods of a GKE load balancer that its health checks can't reach",
    codes=(BLOCKED,),
    groups=("correctness", "platform"),
    since="0.1.0",
    needs=frozenset({Trait.SERVICES}),
    doc=__doc__,
    bad=(
        Example(
            "Only pods are let in",
            _SERVICE + _POLICY + "  - from: [{namespaceSelector: {}}]  # <- NP523\n",
        ),
        Example(
            "One of the two ranges",
            _SERVICE + _POLICY + f"  - from: [{_FIRST}]  # <- NP523\n    ports: [{{port: 8080}}]\n",
        ),
        Example(
            "The Service's port is open instead of the pods'",
            _SERVICE
            + _POLICY.replace("  policyTypes: [Ingress]\n", _MARK)
            + f"  - {{from: [{_BOTH}], ports: [{{port: 80}}]}}\n",
        ),
    ),
    good=(
        Example(
            "Both ranges",
            _SERVICE + _POLICY + f"  - {{from: [{_BOTH}], ports: [{{port: 8080}}]}}\n",
        ),
        Example("Any source", _SERVICE + _POLICY + "  - ports: [{port: 8080}]\n"),
        Example(
            "A Service without endpoint groups",
            _SERVICE.replace("true", "false") + _POLICY + "  - from: [{podSelector: {}}]\n",
        ),
        Example(
            "Other pods are isolated",
            _SERVICE + _POLICY.replace("app: web", "app: db") + "  - from: [{podSelector: {}}]\n",
        ),
    ),
    check=check,
    references=(
        "https://cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing",
        "https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges",
    ),
)
