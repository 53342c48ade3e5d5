"""Examples of rules with the port of a Service, and with that of its pods."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
"""
_INGRESS = (
    _HEAD
    + """\
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {}}]
    ports:
"""
)
_EGRESS = (
    _HEAD
    + """\
  podSelector: {matchLabels: {app: front}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: web}}}]
    ports:
"""
)
_WEB = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{name: http, containerPort: 8080}]}]}
"""
_COMPLETE = {"complete": True}

BAD = (
    Example(
        "The Service's port of an ingress rule", _INGRESS + "    - port: 80  # <- NP242\n" + _WEB
    ),
    Example(
        "The targetPort is the name of a container port",
        _INGRESS
        + "    - port: 80  # <- NP242\n"
        + _WEB.replace("targetPort: 8080", "targetPort: http"),
        _COMPLETE,
    ),
    Example("The Service's port of a destination", _EGRESS + "    - port: 80  # <- NP242\n" + _WEB),
    Example(
        "The pods declare no ports, but their Service tells the one they have",
        _INGRESS
        + "    - port: 80  # <- NP242\n"
        + _WEB.replace(", ports: [{name: http, containerPort: 8080}]", ""),
    ),
)

GOOD = (
    Example("The port of the pods", _INGRESS + "    - port: 8080\n" + _WEB),
    Example("The name of the pods' port", _INGRESS + "    - port: http\n" + _WEB),
    Example(
        "Both ports: one of them is right", _INGRESS + "    - port: 80\n    - port: 8080\n" + _WEB
    ),
    Example(
        "The pods listen on that port as well",
        _INGRESS
        + "    - port: 80\n"
        + _WEB.replace("containerPort: 8080}", "containerPort: 8080}, {containerPort: 80}"),
    ),
    Example(
        "Service and pods have the same port",
        _INGRESS + "    - port: 80\n" + _WEB.replace("8080", "80"),
    ),
    Example(
        "Every pod, and only some of them are in view",
        _INGRESS.replace("{matchLabels: {app: web}}", "{}") + "    - port: 80\n" + _WEB,
    ),
    Example(
        "An address is among the destinations: the port may be for that",
        _EGRESS.replace("app: web}}}]", "app: web}}}, {ipBlock: {cidr: 203.0.113.0/24}}]")
        + "    - port: 80\n"
        + _WEB,
    ),
    Example(
        "A headless Service has no port of its own: clients connect to the pods",
        _INGRESS
        + "    - port: 80\n"
        + _WEB.replace("spec: {selector", "spec: {clusterIP: None, selector"),
    ),
    Example(
        "The Service isn't in view",
        _INGRESS + "    - port: 80\n" + _WEB.replace("kind: Service", "kind: Endpoints"),
    ),
)
