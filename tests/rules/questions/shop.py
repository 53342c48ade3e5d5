"""A shop behind policies, for questions."""

from __future__ import annotations

from netlint_rules.config import Config
from netlint_rules.questions.endpoint import endpoint
from netlint_rules.questions.expectation import with_ports
from netlint_rules.questions.resolve import ends, targets
from netlint_rules.reach import Network, Pods
from tests.rules.builders import workspace

POD = """\
---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: a, image: a, ports: [{{name: main, containerPort: {port}}}]}}]}}
"""
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  selector: {app: db}
  ports: [{name: sql, port: 80, targetPort: main}, {name: metrics, port: 9187}]
"""
CLOSED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: main}]
  - from: [{ipBlock: {cidr: 11.0.0.0/8, except: [11.9.0.0/16]}}]
    ports: [{port: 9187}]
"""


def pod(name: str, namespace: str = "shop", kind: str = "Deployment", port: int = 8080) -> str:
    return POD.format(name=name, namespace=namespace, kind=kind, port=port)


SHOP = pod("api") + pod("web") + pod("db", kind="StatefulSet", port=5432) + SERVICE + CLOSED
TOWN = SHOP + pod("api", "bank") + pod("vault", "bank")


def network(text: str = TOWN, config: Config | None = None) -> Network:
    space = workspace(text, config)
    return Network(space.index, space.config.cluster, space.facts)


def named(text: str, objects: str = TOWN) -> list[str]:
    """What an endpoint stands for, as the engine names it."""
    return [str(end) for end in ends(endpoint(text), network(objects))]


def arriving(text: str, objects: str = TOWN) -> list[tuple[str, str]]:
    """Where connections arrive: ends and ports."""
    target, ports = with_ports(text)
    found = targets(target, ports, network(objects))
    return [(str(each.end), str(each.ports or "any")) for each in found]


__all__ = ["CLOSED", "SERVICE", "SHOP", "TOWN", "Pods", "arriving", "named", "network", "pod"]
