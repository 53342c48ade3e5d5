"""Examples of rules that add nothing, and of rules that do."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""
_API = "{podSelector: {matchLabels: {app: api}}}"


def _other(name: str, subject: str, spec: str) -> str:
    head = _HEAD.replace("name: web", f"name: {name}").replace("{matchLabels: {app: web}}", subject)
    return f"---\n{head}  {spec}\n"


_SAME_NAMESPACE = _other("same-namespace", "{}", "ingress: [{from: [{podSelector: {}}]}]")

BAD = (
    Example(
        "One rule for a port that another opens with more",
        _HEAD
        + f"""\
  ingress:
  - from: [{_API}]  # <- NP207
    ports: [{{port: 80}}]
  - from: [{{podSelector: {{}}}}]
    ports: [{{port: 80}}, {{port: 443}}]
""",
    ),
    Example(
        "The same rule twice: the second one adds nothing",
        _HEAD
        + f"""\
  policyTypes: [Egress]
  egress:
  - to: [{_API}]
  - to: [{_API}]  # <- NP207
""",
    ),
    Example(
        "Addresses that two blocks of another rule hold together",
        _HEAD
        + """\
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]  # <- NP207
  - to:
    - ipBlock: {cidr: 203.0.113.0/25}
    - ipBlock: {cidr: 203.0.113.128/25}
    - ipBlock: {cidr: 198.51.100.0/24}
""",
    ),
    Example(
        "One of two rules of a policy is in a policy for the whole namespace",
        _HEAD
        + f"""\
  ingress:
  - from: [{_API}]  # <- NP207
    ports: [{{port: 80}}]
  - from: [{{ipBlock: {{cidr: 203.0.113.0/24}}}}]
"""
        + _SAME_NAMESPACE,
    ),
    Example(
        "The own namespace is one of all namespaces",
        _HEAD
        + f"""\
  ingress:
  - from: [{_API}]  # <- NP207
  - from: [{{namespaceSelector: {{}}}}]
""",
    ),
    Example(
        "The own namespace, by its name",
        _HEAD
        + """\
  ingress:
  - from:  # <- NP207
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
      podSelector: {matchLabels: {app: api}}
  - from: [{podSelector: {}}]
""",
    ),
    Example(
        "All rules of a policy are in a policy for the whole namespace",
        _HEAD.replace(
            "metadata: {name: web, namespace: shop}",
            "metadata: {name: web, namespace: shop}  # <- NP208",
        )
        + f"  ingress: [{{from: [{_API}]}}]\n"
        + _SAME_NAMESPACE,
    ),
)
GOOD = (
    Example(
        "The same peer on another port",
        _HEAD
        + f"""\
  ingress:
  - from: [{_API}]
    ports: [{{port: 80}}]
  - from: [{_API}]
    ports: [{{port: 443}}]
""",
    ),
    Example(
        "Every port of one peer, one port of another",
        _HEAD
        + f"""\
  ingress:
  - from: [{_API}]
  - from: [{{podSelector: {{}}}}]
    ports: [{{port: 80}}]
""",
    ),
    Example(
        "Pods of another namespace",
        _HEAD
        + """\
  ingress:
  - from: [{podSelector: {}}]
  - from: [{namespaceSelector: {matchLabels: {team: shop}}}]
""",
    ),
    Example(
        "A policy without rules is there for what it stops",
        _HEAD + "  policyTypes: [Egress]\n" + _other("deny", "{}", "policyTypes: [Egress]"),
    ),
    Example(
        "The other policy is for other pods",
        _HEAD
        + f"  ingress: [{{from: [{_API}]}}]\n"
        + _other("jobs", "{matchLabels: {tier: jobs}}", "ingress: [{from: [{podSelector: {}}]}]"),
    ),
    Example(
        "Two policies of one name, of which only one will be there",
        _HEAD
        + f"  ingress: [{{from: [{_API}]}}]\n---\n"
        + _HEAD
        + "  ingress: [{from: [{podSelector: {}}]}]\n",
    ),
    Example(
        "The other policy allows it in the other direction",
        _HEAD + f"  policyTypes: [Egress]\n  egress: [{{to: [{_API}]}}]\n" + _SAME_NAMESPACE,
    ),
    Example(
        "A rule with except",
        _HEAD
        + """\
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
""",
    ),
    Example(
        "A rule for everything is what allow-all-rule speaks of",
        _HEAD + f"  ingress: [{{from: [{_API}]}}, {{}}]\n",
    ),
    Example(
        "A port that is filled in later",
        _HEAD
        + f"""\
  ingress:
  - from: [{_API}]
    ports: [{{port: "${{PORT}}"}}]
  - from: [{_API}]
    ports: [{{port: 443}}]
""",
    ),
    Example(
        "A peer that is filled in later",
        _HEAD
        + f"""\
  ingress:
  - from: ["${{PEER}}"]
  - from: [{_API}]
""",
    ),
)
