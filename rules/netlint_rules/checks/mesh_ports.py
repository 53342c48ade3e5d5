"""Policies that forget the ports of a service mesh

In a mesh, connections between pods may arrive at a port of the mesh instead of the application's:
15008 in Istio's ambient mode, 4143 with Linkerd (from 2.18). Istio's sidecars get their
configuration from istiod at port 15012. netlint looks at namespaces that a label or an annotation
puts into a mesh, and at pods whose policies allow something, but not this port.

## Why it matters

The application's port is open, and nothing gets through: the connection is wrapped in another one
that the policy drops. Without istiod, pods with a sidecar don't become ready.

## How to fix

Open the mesh's port beside the application's:

```yaml
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 8080}, {port: 15008}]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.facts import Mesh
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.isolation import Subject, rules
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, PodPeer, Policy, PolicyRule
from netlint_rules.resources import Namespace, is_patched, mapping_at, texts
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

PORTS = Code(
    "NP522",
    "mesh-ports",
    Severity.WARNING,
    "policies that forget the ports of a service mesh",
    fixable=True,
    needs_view=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the pods of a namespace in a mesh."""
    index = context.index
    known = index.namespaces.get(namespace)
    if known is None or not index.policies.get(namespace) or index.unmodelled_in(namespace):
        return
    if is_patched(known.document, ("metadata",)):
        return
    for mesh in context.facts.meshes:
        if _is_in(known, mesh):
            yield from _check(context, namespace, mesh, Direction.INGRESS, mesh.ingress_port)
            yield from _check(context, namespace, mesh, Direction.EGRESS, mesh.egress_port)


def _is_in(namespace: Namespace, mesh: Mesh) -> bool:
    if any(namespace.labels.get(key) == value for key, value in mesh.labels.items()):
        return True
    if not mesh.annotations or "annotations" not in namespace.document.metadata:
        return False
    found = texts(mapping_at(namespace.document.metadata, ("annotations",)))
    return any(found.get(key) == value for key, value in mesh.annotations.items())


def _check(
    context: Context, namespace: str, mesh: Mesh, direction: Direction, port: int
) -> Iterator[Finding]:
    """Report the first narrow rule that pods without the port have, each rule once."""
    isolation = context.isolation(namespace)
    seen: set[int] = set()
    for subject in isolation.subjects if port else ():
        selecting = isolation.selecting(subject, direction)
        every = list(rules(tuple(selecting.all()), direction))
        if any(_may_open(rule, direction, port) for _, rule in every):
            continue
        certain = list(rules(selecting.certain, direction))
        if certain and id(certain[0][1]) not in seen and not _is_out(subject, mesh):
            seen.add(id(certain[0][1]))
            yield _finding(context, mesh, direction, port, *certain[0])


def _may_open(rule: PolicyRule, direction: Direction, port: int) -> bool:
    """Whether a rule may open the mesh's port; istiod is in another namespace."""
    if rule.is_partly_unknown:
        return True
    is_far = direction is Direction.INGRESS or rule.peers is None
    is_far = is_far or any(
        not isinstance(peer, PodPeer) or peer.namespaces is not None for peer in rule.peers or ()
    )
    return is_far and rule.ports.covers("TCP", port)


def _is_out(subject: Subject, mesh: Mesh) -> bool:
    pinned = subject.selector.equalities()
    return any(pinned.get(key) == value for key, value in mesh.opt_out.items())


def _finding(
    context: Context,
    mesh: Mesh,
    direction: Direction,
    port: int,
    policy: Policy,
    rule: PolicyRule,
) -> Finding:
    path = (*rule.path, "ports") if rule.entries else rule.path
    is_in = direction is Direction.INGRESS
    value = {"protocol": "TCP", "port": port}
    if is_in:
        operation = {"op": "add", "path": json_pointer((*rule.path, "ports", "-")), "value": value}
    else:
        whole = {"ports": [value]}
        operation = {"op": "add", "path": "/spec/egress/-", "value": whole}
    subject = pods_of(context.index, [policy])
    effect = "get no connections from the mesh" if is_in else "don't get ready in the mesh"
    where = "" if is_in else " to another namespace"
    return context.finding(
        PORTS,
        f"{subject} {effect}: no policy{context.index.scope(policy.namespace)} allows TCP {port}"
        f"{where} ({mesh.title})",
        Location(policy.document, path, f"leaves out TCP {port}: {mesh.note}"),
        confidence=Confidence.HIGH if mesh.verified else Confidence.MEDIUM,
        fix=Fix(f"allow TCP {port} as well", Applicability.UNSAFE, (operation,)),
    )


_NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, %s}
---
"""
_AMBIENT = _NAMESPACE % "labels: {istio.io/dataplane-mode: ambient}"
_SIDECARS = _NAMESPACE % "labels: {istio-injection: enabled}"
_LINKERD = _NAMESPACE % "annotations: {linkerd.io/inject: enabled}"
_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [%s]
"""
_IN = _POLICY % "Ingress" + "  ingress:\n  - from: [{podSelector: {}}]\n"
_OUT = _POLICY % "Egress" + "  egress:\n  - to: [{podSelector: {}}]\n"
_PORTS = "    ports: [{port: 8080}]\n"
_MARKED = "    ports: [{port: 8080}]  # <- NP522\n"

RULE = Rule(
    name="mesh-ports",
    title="policies that forget the ports of a service mesh",
    codes=(PORTS,),
    groups=("correctness", "platform"),
    since="0.1.0",
    needs=frozenset({Trait.NAMESPACES}),
    doc=__doc__,
    bad=(
        Example("Ambient mode, and only the application's port", _AMBIENT + _IN + _MARKED),
        Example("Linkerd, and only the application's port", _LINKERD + _IN + _MARKED),
        Example("Sidecars that can't reach istiod", _SIDECARS + _OUT + _MARKED),
        Example(
            "Sidecars that reach every port, but of their own namespace alone",
            _SIDECARS + _OUT.replace("{}}]\n", "{}}]  # <- NP522\n"),
        ),
    ),
    good=(
        Example(
            "The mesh's port is open, too",
            _AMBIENT + _IN + "    ports: [{port: 8080}, {port: 15008}]\n",
        ),
        Example(
            "Another policy opens it for every pod",
            _AMBIENT
            + _IN
            + _PORTS
            + """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mesh, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: 15008}]}]}
""",
        ),
        Example("Every port", _LINKERD + _IN),
        Example(
            "Every port of another namespace",
            _SIDECARS + _OUT.replace("podSelector: {}}]", "namespaceSelector: {}}]"),
        ),
        Example("A namespace outside of the mesh", _NAMESPACE % "labels: {}" + _IN + _PORTS),
        Example(
            "Another annotation",
            _LINKERD.replace("enabled", "disabled") + _IN + _PORTS,
        ),
        Example("Nothing is allowed", _AMBIENT + _POLICY % "Ingress"),
        Example(
            "Pods that stay out of the mesh",
            _AMBIENT + _IN.replace("app: web", "istio.io/dataplane-mode: none") + _PORTS,
        ),
        Example("Sidecars take connections at the pods' ports", _SIDECARS + _IN + _PORTS),
    ),
    check=check,
    references=(
        "https://istio.io/latest/docs/ambient/usage/networkpolicy/",
        "https://linkerd.io/2/reference/proxy-configuration/",
    ),
)
