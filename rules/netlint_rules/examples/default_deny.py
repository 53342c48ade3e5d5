"""Examples of the rule default-deny: what it reports."""

from netlint_rules.rule import Example

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
"""
APP = (
    HEAD
    + """\
metadata: {{name: {name}, namespace: shop}}{mark}
spec:
  podSelector: {{matchLabels: {{app: {name}}}}}
  ingress:
  - from: [{{podSelector: {{}}}}]
"""
)


def apps(*names: str) -> str:
    """Policies of single apps; the first line that is reported is marked."""
    marks = ["  # <- NP401", *[""] * (len(names) - 1)]
    parts = zip(names, marks, strict=True)
    return "---\n".join(APP.format(name=name, mark=mark) for name, mark in parts)


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
"""
NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {{name: shop{labels}}}{mark}
"""
DENY_INGRESS = (
    HEAD
    + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
)

BAD = (
    Example("Every policy selects some pods only", apps("web", "api", "db")),
    Example(
        "A namespace with pods and no policy at all",
        NAMESPACE.format(labels="", mark="  # <- NP401") + "---\n" + DEPLOYMENT,
        {"complete": True},
    ),
    Example(
        "The default-deny is for egress only",
        HEAD
        + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]  # <- NP401
""",
    ),
    Example(
        "An allow-all rule cancels the default-deny beside it",
        DENY_INGRESS
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
        DENY_INGRESS
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
        HEAD
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
        HEAD
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
        HEAD
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
        HEAD
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
        HEAD
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
        HEAD
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
        + apps("web"),
    ),
    Example(
        "All pods of today are isolated, those of tomorrow are not",
        apps("api") + "---\n" + DEPLOYMENT,
        {"complete": True},
    ),
    Example(
        "Egress that is opened for every pod: a hint only",
        DENY_INGRESS
        + "---\n"
        + HEAD
        + """\
metadata: {name: open, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - {}  # <- NP403
""",
    ),
    Example(
        "A component without a namespace of its own: a hint only",
        apps("api").replace(", namespace: shop", "")
        + "---\n"
        + DEPLOYMENT.replace(", namespace: shop", ""),
    ),
    Example(
        "A workload that no policy selects",
        apps("web") + "---\n" + DEPLOYMENT,
    ),
    Example(
        "Workloads alone: the policies may be elsewhere, so this is only a hint",
        DEPLOYMENT.replace("namespace: shop}", "namespace: shop}  # <- NP401"),
    ),
    Example(
        "A namespace and its pods, and no policy in the files",
        NAMESPACE.format(labels="", mark="  # <- NP401") + "---\n" + DEPLOYMENT,
    ),
    Example(
        "Two selectors that leave out pods with another value",
        HEAD
        + """\
metadata: {name: web, namespace: shop}  # <- NP401
spec:
  podSelector: {matchLabels: {app: web}}
---
"""
        + HEAD
        + """\
metadata: {name: others, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web, api]}]}
""",
    ),
)
