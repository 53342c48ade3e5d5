"""Examples of the rule default-deny."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
"""
_APP = (
    _HEAD
    + """\
metadata: {{name: {name}, namespace: shop}}{mark}
spec:
  podSelector: {{matchLabels: {{app: {name}}}}}
  ingress:
  - from: [{{podSelector: {{}}}}]
"""
)


def _apps(*names: str) -> str:
    """Policies of single apps; the first line that is reported is marked."""
    marks = ["  # <- NP401", *[""] * (len(names) - 1)]
    parts = zip(names, marks, strict=True)
    return "---\n".join(_APP.format(name=name, mark=mark) for name, mark in parts)


_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
"""
_NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {{name: shop{labels}}}{mark}
"""
_DENY_INGRESS = (
    _HEAD
    + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
)

BAD = (
    Example("Every policy selects some pods only", _apps("web", "api", "db")),
    Example(
        "A namespace with pods and no policy at all",
        _NAMESPACE.format(labels="", mark="  # <- NP401") + "---\n" + _DEPLOYMENT,
        {"complete": True},
    ),
    Example(
        "The default-deny is for egress only",
        _HEAD
        + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]  # <- NP401
""",
    ),
    Example(
        "An allow-all rule cancels the default-deny beside it",
        _DENY_INGRESS
        + """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - {}  # <- NP403
""",
    ),
    Example(
        "An allow-all spelt out with blocks and selectors",
        _DENY_INGRESS
        + """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:  # <- NP403
    - ipBlock: {cidr: 0.0.0.0/0}
    - ipBlock: {cidr: "::/0"}
    - namespaceSelector: {}
""",
    ),
    Example(
        "A namespace that is opened without a word",
        _HEAD
        + """\
metadata: {name: default, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - {}  # <- NP403
""",
    ),
    Example(
        "Pods without the label app stay open",
        _HEAD
        + """\
metadata: {name: default-deny, namespace: shop}  # <- NP401
spec:
  podSelector:
    matchExpressions: [{key: app, operator: Exists}]
  policyTypes: [Ingress]
""",
    ),
    Example(
        "Strict: egress needs isolation too",
        _HEAD
        + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP402
""",
        {"strict": True},
    ),
    Example(
        "Strict: a policy with rules is no default-deny",
        _HEAD
        + """\
metadata: {name: allow-same-namespace, namespace: shop}  # <- NP401
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {}}]
""",
        {"strict": True},
    ),
    Example(
        "An empty egress list isolates nothing without policyTypes",
        _HEAD
        + """\
metadata: {name: default-deny, namespace: shop}
spec:  # <- NP402
  podSelector: {}
  egress: []
""",
        {"strict": True},
    ),
    Example(
        "A name that promises more than the policy keeps",
        _HEAD
        + """\
metadata: {name: default-deny-all, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP404
""",
    ),
    Example(
        "Staged policies are never enforced",
        """\
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {selector: all(), types: [Ingress]}
---
"""
        + _apps("web"),
    ),
    Example(
        "All pods of today are isolated, those of tomorrow are not",
        _apps("api") + "---\n" + _DEPLOYMENT,
        {"complete": True},
    ),
    Example(
        "A workload that no policy selects",
        _apps("web") + "---\n" + _DEPLOYMENT,
    ),
    Example(
        "Workloads alone: the policies may be elsewhere, so this is only a hint",
        _DEPLOYMENT.replace("namespace: shop}", "namespace: shop}  # <- NP401"),
    ),
    Example(
        "A namespace and its pods, and no policy in the files",
        _NAMESPACE.format(labels="", mark="  # <- NP401") + "---\n" + _DEPLOYMENT,
    ),
)

GOOD = (
    Example(
        "Default-deny for both directions",
        _HEAD
        + """\
metadata: {name: default-deny-all, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
""",
        {"strict": True},
    ),
    Example(
        "Isolation by another name: the namespace itself may enter",
        _HEAD
        + """\
metadata: {name: default-allow-same-namespace, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from: [{podSelector: {}}]
""",
    ),
    Example(
        "Policies of another API may isolate: nothing is claimed",
        """\
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: deny-app-policy}
spec:
  namespaceSelector: kubernetes.io/metadata.name != "kube-system"
  types: [Ingress, Egress]
---
"""
        + _apps("web").replace("  # <- NP401", ""),
    ),
    Example(
        "System namespaces are left alone",
        _apps("web").replace("  # <- NP401", "").replace("shop", "kube-system"),
    ),
    Example(
        "No types, no rules, no podSelector: the shortest default-deny for ingress",
        _HEAD
        + """\
metadata: {name: default-deny, namespace: shop}
spec: {}
""",
    ),
    Example(
        "Two selectors that cover every pod together",
        _HEAD
        + """\
metadata: {name: with-app, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: app, operator: Exists}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: without-app, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}
""",
    ),
    Example(
        "An open namespace that says so",
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default
  namespace: shop
  annotations: {netlint.dev/expects: allow-all}
spec:
  podSelector: {}
  ingress: [{}]
""",
    ),
    Example(
        "An open namespace by name",
        _HEAD
        + """\
metadata: {name: allow-all, namespace: shop}
spec:
  podSelector: {}
  ingress: [{}]
""",
    ),
    Example(
        "A namespace that is exempt by its label",
        _NAMESPACE.format(labels=", labels: {netlint.dev/exempt: default-deny}", mark="")
        + "---\n"
        + _DEPLOYMENT,
    ),
    Example(
        "Kyverno creates the policies",
        """\
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: add-default-deny}
spec:
  rules:
  - name: default-deny
    generate: {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, name: default-deny}
---
"""
        + _apps("web").replace("  # <- NP401", ""),
    ),
    Example(
        "A namespace without pods",
        _NAMESPACE.format(labels="", mark=""),
        {"complete": True},
    ),
    Example(
        "The user asks for no default-deny",
        _apps("web").replace("  # <- NP401", ""),
        {"options": {"default-deny.ingress": "off"}},
    ),
)
