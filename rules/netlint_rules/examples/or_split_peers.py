"""Examples of the rule or-split-peers."""

from netlint_rules.rule import Example


def _policy(
    peers: str,
    *,
    namespace: str = "shop",
    name: str = "api",
    subject: str = "{matchLabels: {app: api}}",
    direction: str = "ingress",
) -> str:
    """A policy with one rule; `peers` holds the list items, unindented."""
    field = "from" if direction == "ingress" else "to"
    items = "".join(f"    {line}\n" for line in peers.strip().splitlines())
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  podSelector: {subject}
  policyTypes: [{direction.capitalize()}]
  {direction}:
  - {field}:
{items}    ports: [{{port: 8080}}]
"""


def _pod(namespace: str, name: str, labels: str, namespace_labels: str = "{}") -> str:
    """A namespace with one pod."""
    return f"""\
---
apiVersion: v1
kind: Namespace
metadata: {{name: {namespace}, labels: {namespace_labels}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {labels}}}
spec: {{containers: [{{name: c, image: c}}]}}
"""


_DNS_PEERS = """
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
- podSelector: {matchLabels: {k8s-app: kube-dns}}  # <- NP201
"""
_BUNDLE_PEERS = """
- podSelector: {matchLabels: {app: demo-api}}  # <- NP201
- namespaceSelector: {matchLabels: {app: demo}}
"""
_MONITORING = """
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
- podSelector: {matchLabels: {app: sidecar}}
"""

BAD = (
    Example(
        "The DNS pods, looked for in the policy's own namespace",
        _policy(_DNS_PEERS, direction="egress"),
    ),
    Example(
        "Every namespace is allowed already, so the second entry adds nothing",
        _policy("""
- namespaceSelector: {}
- podSelector: {matchLabels: {app: web}}  # <- NP201
"""),
    ),
    Example(
        "The own namespace is allowed already",
        _policy("""
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
- podSelector: {matchLabels: {app: web}}  # <- NP201
"""),
    ),
    Example(
        "The own namespace by a label of its manifest, the entries not side by side",
        _policy("""
- namespaceSelector: {matchLabels: {team: shop}}
- ipBlock: {cidr: 203.0.113.0/24}
- podSelector: {matchLabels: {app: web}}  # <- NP201
""")
        + _pod("shop", "web", "{app: web}", "{team: shop}"),
    ),
    Example(
        "Prometheus runs in monitoring, not here",
        _policy("""
- podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}  # <- NP201
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
"""),
    ),
    Example(
        "Two lone entries: either is enough",
        _policy("""
- namespaceSelector: {matchLabels: {user: alice}}
- podSelector: {matchLabels: {role: client}}  # <- NP201
"""),
    ),
    Example(
        "Only the other namespace has such pods, and everything is in view",
        _policy(_BUNDLE_PEERS)
        + _pod("shop", "api", "{app: api}")
        + _pod("demo", "demo-api", "{app: demo-api}", "{app: demo}"),
        {"complete": True},
    ),
    Example(
        "Only the other namespace has such pods, as far as the files show",
        _policy(_BUNDLE_PEERS)
        + _pod("shop", "api", "{app: api}")
        + _pod("demo", "demo-api", "{app: demo-api}", "{app: demo}"),
    ),
    Example(
        "istiod runs in istio-system, whatever label names that namespace",
        _policy(
            """
- namespaceSelector: {matchLabels: {name: istio-system}}
- podSelector: {matchLabels: {app: istiod}}  # <- NP201
""",
            direction="egress",
        ),
    ),
    Example(
        "A longer list is usually meant as alternatives: a hint only",
        _policy("""
- ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}
- namespaceSelector: {matchLabels: {project: myproject}}
- podSelector: {matchLabels: {role: frontend}}  # <- NP201
"""),
    ),
    Example(
        "Peers of the same application are less suspicious: a hint only",
        _policy("""
- namespaceSelector: {matchLabels: {team: search}}
- podSelector: {matchLabels: {app: api}}  # <- NP201
"""),
    ),
    Example(
        "A comment between the entries shows that somebody thought of them: a hint only",
        _policy("""
- namespaceSelector: {matchLabels: {team: search}}
# and the clients in this namespace
- podSelector: {matchLabels: {role: client}}  # <- NP201
"""),
    ),
    Example(
        "A name that says or: a hint only",
        _policy(
            """
- namespaceSelector: {matchLabels: {team: search}}
- podSelector: {matchLabels: {role: client}}  # <- NP201
""",
            name="search-or-clients",
        ),
    ),
    Example(
        "A key without a value beside the podSelector",
        _policy("""
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
- namespaceSelector:  # <- NP201
  podSelector: {matchLabels: {app: prometheus}}
"""),
    ),
)

GOOD = (
    Example(
        "A namespace, and this whole namespace",
        _policy("""
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: istio-system}}
- podSelector: {}
"""),
    ),
    Example(
        "Both in one entry, and a namespace as an alternative",
        _policy("""
- namespaceSelector: {matchLabels: {operator: elastic}}
  podSelector: {matchLabels: {app: elastic-operator}}
- namespaceSelector: {matchLabels: {tenant: team-a}}
"""),
    ),
    Example(
        "Several podSelectors of this namespace",
        _policy("""
- podSelector: {matchLabels: {app: server}}
- podSelector: {matchLabels: {app: repo}}
- podSelector: {matchLabels: {app: controller}}
"""),
    ),
    Example(
        "One entry with both",
        _policy(
            """
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
  podSelector: {matchLabels: {k8s-app: kube-dns}}
""",
            direction="egress",
        ),
    ),
    Example(
        "Two rules with ports of their own",
        _policy("- namespaceSelector: {matchLabels: {team: x}}")
        + """\
  - from:
    - podSelector: {matchLabels: {app: y}}
    ports: [{port: 9090}]
""",
    ),
    Example(
        "The pods are here, so either was meant",
        _policy(_MONITORING)
        + _pod("shop", "sidecar", "{app: sidecar}")
        + _pod("monitoring", "prometheus", "{app: prometheus}"),
    ),
    Example(
        "An entry with both, and pods of this namespace",
        _policy("""
- namespaceSelector: {matchLabels: {team: a}}
  podSelector: {matchLabels: {app: web}}
- podSelector: {matchLabels: {app: cache}}
"""),
    ),
    Example(
        "Entries that don't stand side by side",
        _policy("""
- namespaceSelector: {matchLabels: {team: a}}
- ipBlock: {cidr: 203.0.113.0/24}
- podSelector: {matchLabels: {app: cache}}
"""),
    ),
)
