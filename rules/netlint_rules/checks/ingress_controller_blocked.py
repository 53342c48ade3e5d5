"""Pods behind an Ingress that no ingress controller can reach

An Ingress, an HTTPRoute or an OpenShift Route names a Service; a controller in some other
namespace connects to its pods, at the pods' port. Where the pods are isolated and nothing lets
another namespace, an address or the controller in at this port, requests from outside end with
502 or 504. netlint takes any selector of another namespace for the controller, unless it names a
namespace that is known for something else.

## Why it matters

From inside the namespace everything works, so tests pass; only users see the error. It appears
with the first default-deny, or when the policy opens the Service's port and not the pods'.

## How to fix

Open the pods' port to the controller's namespace:

```yaml
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: ingress-nginx}
    ports: [{port: 8080}]
```

Controllers in the network of their nodes, and load balancers that send to pods directly, need an
`ipBlock` or no `from`. Those of Google Cloud are what `gke-neg-healthcheck` speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.backends import Backend, backends, opening
from netlint_rules.callers import Caller, HomesOf, place, runs_in
from netlint_rules.context import Context
from netlint_rules.exposed import has_endpoint_group
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Severity
from netlint_rules.policy import Policy
from netlint_rules.resources import (
    NAMESPACE_NAME,
    Service,
    ServicePort,
    mapping_at,
    mappings_at,
    texts,
)
from netlint_rules.routes import Routed, RoutesIn
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import Document
from netlint_rules.traits import Trait

BLOCKED = Code(
    "NP520",
    "ingress-controller-blocked",
    Severity.ERROR,
    "pods behind an Ingress that no ingress controller can reach",
    fixable=True,
    needs_view=True,
)
_CONTROLLER = "ingress-nginx"
_CLASS = "kubernetes.io/ingress.class"
_LOAD_BALANCERS = ("gce", "alb", "azure")
"""How the classes of Ingresses begin that a load balancer outside the cluster serves."""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the routes to Services of a namespace with policies, each port once."""
    if not context.index.policies.get(namespace) or context.index.unmodelled_in(namespace):
        return
    seen: set[tuple[str, int]] = set()
    for routed in context.workspace.derived(RoutesIn()).get(namespace, ()):
        service = context.index.services.get(namespace, {}).get(routed.service)
        if service is not None and not has_endpoint_group(service):
            for port in routed.ports(service):
                if (service.name, port.port) not in seen:
                    seen.add((service.name, port.port))
                    yield from _check_port(context, routed, service, port)


def _check_port(
    context: Context, routed: Routed, service: Service, port: ServicePort
) -> Iterator[Finding]:
    isolation = context.isolation(routed.namespace)
    pairs = context.facts.known_pairs
    is_near = routed.is_near or runs_in(context.index, routed.namespace, "ingress", pairs)
    caller = Caller("ingress", pairs, is_near)
    pods = backends(isolation, service, port) if port.protocol == "TCP" else ()
    blocked = [(pod, found) for pod in pods if (found := caller.blocking(isolation, pod))]
    if blocked:
        is_whole = len(blocked) == len(pods) and context.index.complete(routed.namespace)
        yield _finding(context, routed, service, *blocked[0], is_whole=is_whole)


def _finding(
    context: Context,
    routed: Routed,
    service: Service,
    pod: Backend,
    policies: tuple[Policy, ...],
    *,
    is_whole: bool,
) -> Finding:
    route, home = routed.place.document, _home(context, routed)
    caller = "load balancer" if _is_outside(route) else "controller"
    return context.finding(
        BLOCKED,
        f"requests of {route.kind} {route.name} don't reach pods of Service {service.name}: "
        f"no policy{context.index.scope(routed.namespace)} lets a {caller} in at {pod.tcp}",
        place(policies, pod),
        severity=Severity.ERROR if is_whole else Severity.WARNING,
        confidence=Confidence.HIGH,
        related=[routed.place],
        fix=_opening(service, pod, home) if home and service.selector else None,
    )


def _opening(service: Service, pod: Backend, home: str) -> Fix:
    peer = {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: home}}}
    return Fix(
        f"add a policy that opens {pod.tcp} to the controller, here in {home}",
        Applicability.UNSAFE,
        creates=opening(f"allow-ingress-to-{service.name}", pod, service.selector or {}, [peer]),
    )


def _home(context: Context, routed: Routed) -> str | None:
    """The namespace of what serves a route: where one runs in view, else where one usually does."""
    route, pairs = routed.place.document, context.facts.known_pairs
    seen = context.workspace.derived(HomesOf("ingress", context.facts))
    if len(seen) == 1:
        return seen[0]
    if route.kind == "Route":
        return "openshift-ingress"
    if route.kind == "HTTPRoute":
        parents = mappings_at(route.body, ("spec", "parentRefs"))
        names = {str(parent.get("namespace", "")) for parent in parents}
        return names.pop() if len(names) == 1 else None
    wanted = _class(route)
    if not wanted or wanted == "nginx":
        return _CONTROLLER
    known = (pair.namespaces[0] for pair in pairs if pair.role == "ingress" and pair.id == wanted)
    return next(known, None)


def _class(route: Document) -> str:
    annotations = texts(mapping_at(route.body, ("metadata", "annotations")))
    return str(route.at(("spec", "ingressClassName")) or annotations.get(_CLASS, ""))


def _is_outside(route: Document) -> bool:
    return route.kind == "Ingress" and _class(route).startswith(_LOAD_BALANCERS)


RULE = Rule(
    name="ingress-controller-blocked",
    title="pods behind an Ingress that no controller can reach",
    codes=(BLOCKED,),
    groups=("correctness",),
    since="0.1.0",
    needs=frozenset({Trait.SERVICES}),
    doc=__doc__,
    bad=ExamplesOf("ingress_controller_blocked", "BAD"),
    good=ExamplesOf("ingress_controller_blocked", "GOOD"),
    check=check,
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/",),
)
