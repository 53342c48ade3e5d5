"""Examples of the rule default-deny: what it leaves alone."""

from netlint_rules.examples.default_deny import DEPLOYMENT, HEAD, NAMESPACE, apps
from netlint_rules.rule import Example

GOOD = (
    Example(
        "Default-deny for both directions",
        HEAD
        + """\
metadata: {name: default-deny-all, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
""",
        {"strict": True},
    ),
    Example(
        "A policy for each direction, one of them named deny-all",
        HEAD
        + """\
metadata: {name: deny-all, namespace: shop}
spec: {podSelector: {}}
---
"""
        + HEAD
        + """\
metadata: {name: only-dns, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]
""",
    ),
    Example(
        "Isolation by another name: the namespace itself may enter",
        HEAD
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
        + apps("web").replace("  # <- NP401", ""),
    ),
    Example(
        "System namespaces are left alone",
        apps("web").replace("  # <- NP401", "").replace("shop", "kube-system"),
    ),
    Example(
        "No types, no rules, no podSelector: the shortest default-deny for ingress",
        HEAD
        + """\
metadata: {name: default-deny, namespace: shop}
spec: {}
""",
    ),
    Example(
        "Two selectors that cover every pod together",
        HEAD
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
        HEAD
        + """\
metadata: {name: allow-all, namespace: shop}
spec:
  podSelector: {}
  ingress: [{}]
""",
    ),
    Example(
        "A namespace that is exempt by its label",
        NAMESPACE.format(labels=", labels: {netlint.dev/exempt: default-deny}", mark="")
        + "---\n"
        + DEPLOYMENT,
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
        + apps("web").replace("  # <- NP401", ""),
    ),
    Example(
        "A namespace without pods",
        NAMESPACE.format(labels="", mark=""),
        {"complete": True},
    ),
    Example(
        "The user asks for no default-deny",
        apps("web").replace("  # <- NP401", ""),
        {"options": {"default-deny.ingress": "off"}},
    ),
    Example(
        "A namespace that the user exempts",
        apps("web").replace("  # <- NP401", ""),
        {"options": {"default-deny.exempt": ["sh*"]}},
    ),
    Example(
        "A manifest of a namespace says nothing of its pods", NAMESPACE.format(labels="", mark="")
    ),
    Example(
        "Policies for pods that don't exist",
        apps("web").replace("  # <- NP401", ""),
        {"complete": True},
    ),
    Example(
        "A value, and every other value or none, are all pods",
        HEAD
        + """\
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
---
"""
        + HEAD
        + """\
metadata: {name: others, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}
""",
    ),
)
