"""Examples of named ports that no destination has, and of those that one has."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""
_INGRESS = _HEAD + "  ingress:\n  - ports:\n"
_EGRESS = (
    _HEAD
    + """\
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: web}}}]
    ports:
"""
)
_WEB = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        ports: [{name: http, containerPort: 8080}, {name: quic, containerPort: 8443, protocol: UDP}]
"""
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: public, port: 80, targetPort: 8080}]}
"""
_COMPLETE = {"complete": True}

BAD = (
    Example(
        "No pod has a port of that name", _INGRESS + "    - port: metrics  # <- NP244\n" + _WEB
    ),
    Example(
        "The port of that name is for UDP",
        _INGRESS + "    - port: quic  # <- NP244\n" + _WEB,
        _COMPLETE,
    ),
    Example(
        "The name is that of the Service's port",
        _INGRESS + "    - port: public  # <- NP244\n" + _WEB + _SERVICE,
    ),
    Example("Of a destination", _EGRESS + "    - port: metrics  # <- NP244\n" + _WEB),
    Example(
        "Addresses have no named ports",
        _EGRESS.replace(
            "podSelector: {matchLabels: {app: web}}}", "ipBlock: {cidr: 203.0.113.0/24}}"
        )
        + "    - port: https  # <- NP244\n",
    ),
)

GOOD = (
    Example("A name that the pods have", _INGRESS + "    - port: http\n" + _WEB),
    Example(
        "A name for the right protocol", _INGRESS + "    - {port: quic, protocol: UDP}\n" + _WEB
    ),
    Example("The pods aren't in view", _INGRESS + "    - port: metrics\n"),
    Example(
        "Any destination",
        _HEAD + "  policyTypes: [Egress]\n  egress: [{ports: [{port: x}]}]\n" + _WEB,
    ),
    Example(
        "One of several kinds of pods has the port",
        _EGRESS.replace("{app: web}}}]", "{app: web}}}, {podSelector: {matchLabels: {app: db}}}]")
        + "    - port: metrics\n"
        + _WEB
        + _WEB.replace("web", "db").replace("http", "metrics"),
    ),
    Example(
        "An address that sends: the name is that of the receiving pods",
        _INGRESS.replace("- ports", "- from: [{ipBlock: {cidr: 203.0.113.0/24}}]\n    ports")
        + "    - port: http\n"
        + _WEB,
    ),
)
