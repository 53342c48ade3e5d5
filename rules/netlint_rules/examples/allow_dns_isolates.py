"""Examples of policies for DNS that cut off the rest, and of those that don't."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-dns, namespace: shop}
spec:
  podSelector: {}
"""
_RULES = """\
  egress:
  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
"""
_DNS = _HEAD + "  policyTypes: [Egress]\n" + _RULES
_MARKED = _HEAD + "  policyTypes: [Egress]  # <- NP409\n" + _RULES
_POD = """\
---
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop, labels: {app: NAME}}
spec: {containers: [{name: main}]}
"""
_API = _POD.replace("NAME", "api")
_WEB = _POD.replace("NAME", "web")
_DB = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: data}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
      podSelector: {matchLabels: {app: api}}
"""
_DENY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [TYPE]}
"""
_API_EGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}}]}]
"""
_CILIUM = """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: world, namespace: shop}
spec: {endpointSelector: {}, egress: [{toEntities: [world]}]}
"""
_SETTING = "name: main, env: [{name: DATABASE_URL, value: 'postgres://db:5432/shop'}]"
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
"""
_COMPLETE = {"complete": True}

BAD = (
    Example(
        "Nothing else isolates egress in the namespace, and everything is in view",
        _MARKED + _API,
        _COMPLETE,
    ),
    Example("A database expects connections from the pods", _MARKED + _API + _DB),
    Example(
        "The pods are told the address of a Service",
        _MARKED + _API.replace("name: main", _SETTING) + _SERVICE,
    ),
    Example(
        "The database names the pods that the policy selects, and none is in view",
        _MARKED.replace("podSelector: {}", "podSelector: {matchLabels: {app: api}}") + _DB,
    ),
    Example(
        "A default-deny for ingress doesn't isolate egress",
        _MARKED + _API + _DENY.replace("TYPE", "Ingress"),
        _COMPLETE,
    ),
    Example(
        "Without policyTypes, by its egress rules",
        _HEAD + _RULES.replace("egress:", "egress:  # <- NP409") + _API,
        _COMPLETE,
    ),
    Example("Other policies may be elsewhere: only a hint", _MARKED),
    Example(
        "Some pods may do more, the others may need no more: only a hint",
        _MARKED + _API + _WEB + _API_EGRESS,
        _COMPLETE,
    ),
)
GOOD = (
    Example("Beside a default-deny for egress", _DNS + _API + _DENY.replace("TYPE", "Egress")),
    Example("Every pod may do more", _DNS + _API + _API_EGRESS, _COMPLETE),
    Example(
        "The policy allows more than DNS",
        _DNS.replace("port: 53}]", "port: 53}, {port: 443}]") + _API,
        _COMPLETE,
    ),
    Example(
        "It allows everything to the DNS servers",
        _DNS[: _DNS.index("    ports")] + _API,
        _COMPLETE,
    ),
    Example(
        "The name says that egress is denied",
        _DNS.replace("name: allow-dns", "name: deny-egress") + _API,
        _COMPLETE,
    ),
    Example("Policies of another API may allow more", _DNS + _API + _CILIUM, _COMPLETE),
    Example("A policy for ingress", _HEAD + "  policyTypes: [Ingress]\n" + _API, _COMPLETE),
    Example(
        "A port that is filled in later",
        _DNS.replace("port: 53}]", 'port: 53}, {port: "${PORT}"}]') + _API,
        _COMPLETE,
    ),
)
