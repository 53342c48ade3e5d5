"""Examples of the rule ingress-controller-blocked."""

from __future__ import annotations

from netlint_rules.rule import Example

_SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: admin, port: 8080, targetPort: 9090}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
"""
_INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
  - http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
---
"""
_ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: public, namespace: gateways}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
"""
_OPENSHIFT = """\
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web, namespace: shop}
spec: {to: {kind: Service, name: web}, port: {targetPort: http}}
---
"""
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""
_DENY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP520
"""
_CONTROLLER = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}"

BAD = (
    Example(
        "A default-deny, and nothing that lets the controller in",
        _SERVICE + _INGRESS + _DENY,
        {"complete": True},
    ),
    Example(
        "Only pods of the same namespace are let in",
        _SERVICE + _INGRESS + _HEAD + "  ingress: [{from: [{podSelector: {}}]}]  # <- NP520\n",
    ),
    Example(
        "Only certain pods of the same namespace are let in",
        _SERVICE
        + _INGRESS
        + _HEAD
        + "  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]  # <- NP520\n",
    ),
    Example(
        "Only the monitoring is let in from elsewhere",
        _SERVICE
        + _ROUTE
        + _HEAD
        + f"""\
  ingress:
  - from: [{_CONTROLLER % "monitoring"}]  # <- NP520
    ports: [{{port: 8080}}]
""",
    ),
    Example(
        "The controller is let in at the Service's port",
        _SERVICE
        + _OPENSHIFT
        + _HEAD
        + f"""\
  policyTypes: [Ingress]  # <- NP520
  ingress:
  - from: [{_CONTROLLER % "openshift-ingress"}]
    ports: [{{port: 80}}]
""",
    ),
)

GOOD = (
    Example(
        "The controller's namespace is let in",
        _SERVICE
        + _INGRESS
        + _HEAD
        + f"""\
  ingress:
  - from: [{_CONTROLLER % "ingress-nginx"}]
    ports: [{{port: 8080}}]
""",
    ),
    Example(
        "A namespace of another name, in which the controller may run",
        _SERVICE
        + _INGRESS
        + _HEAD
        + f"""\
  ingress:
  - from: [{_CONTROLLER % "edge"}]
    ports: [{{port: 8080}}]
""",
    ),
    Example(
        "Another policy lets every namespace in",
        _SERVICE
        + _INGRESS
        + _HEAD
        + """\
  ingress: [{from: [{podSelector: {}}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-all-namespaces, namespace: shop}
spec:
  podSelector: {}
  ingress: [{from: [{namespaceSelector: {}}]}]
""",
    ),
    Example("Any source", _SERVICE + _INGRESS + _HEAD + "  ingress: [{ports: [{port: 8080}]}]\n"),
    Example(
        "A load balancer sends to the pods directly",
        _SERVICE
        + _INGRESS
        + _HEAD
        + "  ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: 8080}]}]\n",
    ),
    Example(
        "A load balancer of Google Cloud is served by no controller",
        _SERVICE.replace(
            "namespace: shop}",
            "namespace: shop, annotations: {cloud.google.com/neg: '{\"ingress\": true}'}}",
            1,
        )
        + _INGRESS
        + _HEAD,
    ),
    Example("No policy selects the pods", _SERVICE + _INGRESS + _HEAD.replace("web}", "db}")),
    Example(
        "A route to something else than a Service",
        _SERVICE
        + _ROUTE.replace("{name: web, port: 80}", "{kind: ServiceImport, name: web, port: 80}")
        + _DENY.replace("  # <- NP520", ""),
    ),
    Example("Nothing routes to them", _SERVICE + _DENY.replace("  # <- NP520", "")),
    Example(
        "A controller of one's own in the same namespace",
        _SERVICE
        + _INGRESS
        + _HEAD
        + "  ingress: [{from: [{podSelector: {matchLabels: {app: edge-proxy}}}]}]\n",
    ),
    Example(
        "A Gateway whose pods run in the namespace of the route",
        _SERVICE
        + _ROUTE.replace(", namespace: gateways", "")
        + _HEAD
        + "  ingress: [{from: [{podSelector: {}}]}]\n",
    ),
    Example(
        "The controller itself runs in the namespace",
        _SERVICE
        + _INGRESS
        + _HEAD
        + """\
  ingress: [{from: [{podSelector: {}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: gate, namespace: shop, labels: {app.kubernetes.io/name: ingress-nginx}}
spec: {containers: [{name: nginx, image: nginx}]}
""",
    ),
    Example(
        "A policy of another API may let it in",
        _SERVICE
        + _INGRESS
        + _DENY.replace("  # <- NP520", "")
        + """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}}
""",
    ),
)
