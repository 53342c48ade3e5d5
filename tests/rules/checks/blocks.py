"""Policies with one ipBlock, and what the rule ipblock-cluster-cidr says of them."""

from __future__ import annotations

from netlint_rules.finding import Finding
from tests.rules.builders import configuration, lint

POD = """
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: data, labels: {app: db, pod-template-hash: x1}}
spec: {containers: [{name: db, image: postgres}]}
status: {phase: Running, podIPs: [{ip: 10.244.1.17}]}
"""
DEPLOYMENT = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: data}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db, version: v2}}}
"""
SERVICE = """
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec:
  clusterIP: 10.96.23.4
  clusterIPs: [10.96.23.4, "fd00:10:96::4"]
  selector: {app: db}
  ports: [{name: sql, port: 5432, targetPort: 15432}, {name: admin, port: 80, targetPort: web}]
"""
NODE = """
---
apiVersion: v1
kind: Node
metadata: {name: worker-1}
spec: {podCIDRs: [10.42.0.0/24]}
status: {addresses: [{type: Hostname, address: 10.42.0.9}, {type: InternalIP, address: 10.9.8.7}]}
"""
KUBERNETES = """
---
apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
spec: {clusterIP: 10.55.0.1, ports: [{name: https, port: 443, targetPort: 6443}]}
"""
ENDPOINTS = """
---
apiVersion: v1
kind: Endpoints
metadata: {name: kubernetes, namespace: default}
subsets:
- addresses: [{ip: 172.18.0.2}, {ip: 172.18.0.3}]
  ports: [{name: https, port: 6443}]
"""
OTHER = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: other, namespace: shop}
spec:
  podSelector: %s
  policyTypes: [Egress]
  egress: [%s]
"""
HTTPS = "{port: 443}"
EVERY_POD = "{namespaceSelector: {}}"


def policy(
    cidr: str,
    ports: str = "",
    *,
    ingress: bool = False,
    excepts: str = "",
    peers: str = "",
    rules: str = "",
    subject: str = "{matchLabels: {app: api}}",
) -> str:
    """A policy with one ipBlock; `peers` and `rules` are what stands beside it in flow style."""
    field, side = ("from", "ingress") if ingress else ("to", "egress")
    without = f", except: [{excepts}]" if excepts else ""
    block = f"{{ipBlock: {{cidr: {cidr!r}{without}}}}}"
    every = f"[{block}{', ' + peers if peers else ''}]"
    rule = f"{{{field}: {every}{f', ports: [{ports}]' if ports else ''}}}"
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: api, namespace: shop}}
spec:
  podSelector: {subject}
  policyTypes: [{side.capitalize()}]
  {side}: [{rule}{", " + rules if rules else ""}]
"""


def findings(text: str, **settings: object) -> list[Finding]:
    """Everything that the rule says."""
    return lint(text, "ipblock-cluster-cidr", config=configuration(**settings))


def verdict(text: str, **settings: object) -> tuple[str, str, str] | None:
    """Code, severity and confidence of the only finding; None where there is none."""
    found = findings(text, **settings)
    assert len(found) <= 1
    return (found[0].code, found[0].severity, found[0].confidence) if found else None


def message(text: str, **settings: object) -> str:
    """The message of the only finding."""
    (finding,) = findings(text, **settings)
    assert len(finding.message) <= 150
    return finding.message


def cluster(**facts: object) -> dict[str, object]:
    """The setting `cluster`, with `_` for `-`."""
    return {"cluster": {key.replace("_", "-"): value for key, value in facts.items()}}


KNOWN = cluster(cluster_cidrs=["10.50.0.0/16"], service_cidrs=["10.51.0.0/16"])
