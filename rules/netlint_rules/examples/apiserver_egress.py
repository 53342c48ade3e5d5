"""Examples of the rule apiserver-egress."""

from __future__ import annotations

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: controller, namespace: shop}
spec:
  podSelector: {matchLabels: {app: controller}}
  policyTypes: [Egress]
  egress:
"""
_SLICE = """\
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: kubernetes
  namespace: default
  labels: {kubernetes.io/service-name: kubernetes}
addressType: IPv4
endpoints: [{addresses: [192.0.2.11]}, {addresses: [192.0.2.12]}]
ports: [{name: https, port: 6443, protocol: TCP}]
"""
_OPERATOR = _HEAD.replace("app: controller", "control-plane: elastic-operator")
_SYSTEM = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"

BAD = (
    Example(
        "The API server's labels: it runs in the network of its node",
        _HEAD
        + """\
  - to:
    - namespaceSelector: {}  # <- NP510
      podSelector: {matchLabels: {component: kube-apiserver}}
    ports: [{port: 6443}]
""",
    ),
    Example(
        "Every pod of kube-system, on the API server's port",
        _HEAD
        + f"""\
  - to: [{_SYSTEM}]  # <- NP510
    ports: [{{port: 443}}, {{port: 6443}}]
""",
    ),
    Example(
        "The namespace of the Service kubernetes",
        _HEAD
        + """\
  - to: [{namespaceSelector: {matchLabels: {name: default}}}]  # <- NP510
    ports: [{port: 443}]
""",
    ),
    Example(
        "The endpoints listen on 6443, and 443 is open",
        _HEAD
        + """\
  - to: [{ipBlock: {cidr: 192.0.2.11/32}}, {ipBlock: {cidr: 192.0.2.12/32}}]
    ports: [{port: 443}]  # <- NP510
"""
        + _SLICE,
        {"complete": True},
    ),
    Example(
        "One of two endpoints",
        _HEAD
        + """\
  - to: [{ipBlock: {cidr: 192.0.2.11/32}}]  # <- NP510
    ports: [{port: 6443}]
"""
        + _SLICE,
    ),
    Example(
        "An operator, one address and the Service's port: only a hint",
        _OPERATOR
        + """  - to: [{ipBlock: {cidr: 192.0.2.11/32}}]
    ports: [{port: 443}]  # <- NP510
""",
    ),
)

GOOD = (
    Example(
        "Every endpoint, on the port that they listen on",
        _HEAD
        + """\
  - to: [{ipBlock: {cidr: 192.0.2.11/32}}, {ipBlock: {cidr: 192.0.2.12/32}}]
    ports: [{port: 6443}]
"""
        + _SLICE,
    ),
    Example(
        "Another policy for the same pods opens the port",
        _HEAD
        + f"""\
  - to: [{_SYSTEM}]
    ports: [{{port: 6443}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: allow-api-server, namespace: shop}}
spec:
  podSelector: {{}}
  policyTypes: [Egress]
  egress: [{{ports: [{{port: 443}}, {{port: 6443}}]}}]
""",
    ),
    Example(
        "Some network where the API server may be",
        _HEAD
        + f"""\
  - to: [{_SYSTEM}, {{ipBlock: {{cidr: 198.51.100.0/24}}}}]
    ports: [{{port: 6443}}]
""",
    ),
    Example(
        "Other ports of kube-system: DNS, metrics",
        _HEAD
        + f"""\
  - to: [{_SYSTEM}]
    ports: [{{port: 53, protocol: UDP}}, {{port: 53}}]
  - to: [{_SYSTEM}]
    ports: [{{port: 443}}, {{port: 10250}}]
""",
    ),
    Example(
        "Web servers of another namespace",
        _HEAD
        + """\
  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}]
    ports: [{port: 443}]
""",
    ),
    Example(
        "A proxy's address beside an endpoint's",
        _HEAD
        + """\
  - to: [{ipBlock: {cidr: 192.0.2.11/32}}, {ipBlock: {cidr: 192.0.2.99/32}}]
    ports: [{port: 443}]
"""
        + _SLICE,
    ),
    Example(
        "On EKS the endpoints listen on 443",
        _OPERATOR
        + """  - to: [{ipBlock: {cidr: 192.0.2.11/32}}]
    ports: [{port: 443}]
""",
        {"cluster": {"platform": "eks"}},
    ),
    Example(
        "An operator that may use either port",
        _OPERATOR
        + """  - to: [{ipBlock: {cidr: 192.0.2.11/32}}]
    ports: [{port: 443}]
  - to: [{ipBlock: {cidr: 192.0.2.11/32}}]
    ports: [{port: 6443}]
""",
    ),
    Example(
        "With Cilium, an ipBlock never matches the endpoints, as other rules say",
        _HEAD
        + """\
  - to: [{ipBlock: {cidr: 192.0.2.11/32}}]
    ports: [{port: 443}]
"""
        + _SLICE,
        {"cluster": {"cni": "cilium"}},
    ),
)
