"""Examples of peers that match nothing, and of peers that do or may."""

from netlint_rules.rule import Example

_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
"""
_PODS = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: prometheus, namespace: monitoring}
spec: {template: {metadata: {labels: {app: prometheus}}}}
"""
_NAMESPACES = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring, labels: {team: observers}}
"""
_COMPLETE = {"complete": True}
_WHOLE_SHOP = {"complete-namespaces": ["shop"]}

BAD = (
    Example(
        "No pod of the policy's own namespace has the label",
        _POLICY
        + "    - podSelector: {matchLabels: {role: checkout}}  # <- NP222\n"
        + _PODS
        + _NAMESPACES,
        _COMPLETE,
    ),
    Example(
        "Pods of another namespace without namespaceSelector",
        _POLICY + "    - podSelector: {matchLabels: {app: prometheus}}  # <- NP222\n" + _PODS,
        _COMPLETE,
    ),
    Example(
        "The namespace has no such pod",
        _POLICY
        + """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
      podSelector: {matchLabels: {role: scraper}}  # <- NP222
"""
        + _PODS
        + _NAMESPACES,
        _COMPLETE,
    ),
    Example(
        "No namespace has the label",
        _POLICY
        + "    - namespaceSelector: {matchLabels: {team: payments}}  # <- NP222\n"
        + _PODS
        + _NAMESPACES,
        _COMPLETE,
    ),
    Example(
        "The namespace has the name, but not as this label; in files too",
        _POLICY
        + "    - namespaceSelector: {matchLabels: {name: monitoring}}  # <- NP223\n"
        + _PODS
        + _NAMESPACES,
    ),
    Example(
        "The same mistake twice in a policy is one",
        _POLICY
        + """\
    - namespaceSelector: {matchLabels: {name: monitoring}}  # <- NP223
    ports: [{port: 8080}]
  - from:
    - namespaceSelector: {matchLabels: {name: monitoring}}
    ports: [{port: 9090}]
"""
        + _NAMESPACES,
    ),
)

GOOD = (
    Example(
        "Peers that match",
        _POLICY
        + """\
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {matchLabels: {team: observers}}
      podSelector: {matchLabels: {app: prometheus}}
"""
        + _PODS
        + _NAMESPACES,
        _COMPLETE,
    ),
    Example(
        "Every cluster has a namespace kube-system, with a manifest or without",
        _POLICY
        + """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
"""
        + _PODS
        + _NAMESPACES,
        _COMPLETE,
    ),
    Example(
        "The pods may be in other files",
        _POLICY
        + """\
    - podSelector: {matchLabels: {role: checkout}}
    - namespaceSelector: {matchLabels: {team: payments}}
"""
        + _PODS
        + _NAMESPACES,
    ),
    Example(
        "Another namespace is only partly in view",
        _POLICY
        + """\
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
      podSelector: {matchLabels: {role: scraper}}
"""
        + _PODS
        + _NAMESPACES,
        _WHOLE_SHOP,
    ),
    Example(
        "A label that the platform sets on namespaces",
        _POLICY
        + """\
    - namespaceSelector: {matchLabels: {field.cattle.io/projectId: p-x7k2q}}
    - namespaceSelector: {matchLabels: {network.openshift.io/policy-group: ingress}}
"""
        + _PODS
        + _NAMESPACES,
        _COMPLETE,
    ),
    Example(
        "A namespace whose manifest has the label",
        _POLICY
        + "    - namespaceSelector: {matchLabels: {name: monitoring}}\n"
        + _NAMESPACES.replace("team: observers", "name: monitoring"),
    ),
    Example(
        "Every pod of the own namespace",
        _POLICY + "    - podSelector: {}\n" + _PODS,
        _COMPLETE,
    ),
)
