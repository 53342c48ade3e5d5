"""Examples of entries that another entry of their list covers, and of others."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
"""

BAD = (
    Example(
        "Every pod of the namespace, and some of them",
        _HEAD
        + """\
  ingress:
  - from:
    - podSelector: {}
    - podSelector: {matchLabels: {app: api}}  # <- NP209
""",
    ),
    Example(
        "The same peer twice: the second one adds nothing",
        _HEAD
        + """\
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: shop}}
    - podSelector: {matchLabels: {app: api}}
    - namespaceSelector: {matchLabels: {team: shop}}  # <- NP209
""",
    ),
    Example(
        "The policy's own namespace, by its name",
        _HEAD
        + """\
  ingress:
  - from:
    - podSelector: {}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}  # <- NP209
      podSelector: {matchLabels: {app: api}}
""",
    ),
    Example(
        "A network inside another one",
        _HEAD
        + """\
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock: {cidr: 203.0.113.128/25}  # <- NP209
    - ipBlock: {cidr: 203.0.113.0/24}
    - ipBlock: {cidr: "2001:db8::/32"}
    - ipBlock: {cidr: "2001:db8:1::/48"}  # <- NP209
""",
    ),
    Example(
        "A port inside a range, and one twice, as no protocol means TCP",
        _HEAD
        + """\
  ingress:
  - ports:
    - {protocol: TCP, port: 8443}  # <- NP209
    - {protocol: TCP, port: 8000, endPort: 8999}
    - {protocol: TCP, port: 80}
    - {port: 80}  # <- NP209
    - {protocol: UDP, port: 8443}
""",
    ),
    Example(
        "An except inside another one",
        _HEAD
        + """\
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 198.18.0.0/15
        except:
        - 198.18.0.0/16
        - 198.18.7.0/24  # <- NP209
        - 198.19.0.0/16
""",
    ),
)
GOOD = (
    Example(
        "DNS over both protocols, and ports of different names",
        _HEAD
        + """\
  policyTypes: [Egress]
  egress:
  - ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
    - {protocol: TCP, port: dns-tcp}
""",
    ),
    Example(
        "Peers that overlap in part, or not at all",
        _HEAD
        + """\
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    - podSelector: {matchLabels: {tier: backend}}
    - namespaceSelector: {matchLabels: {team: payments}}
    - ipBlock: {cidr: 203.0.113.0/25}
    - ipBlock: {cidr: 203.0.113.128/25}
""",
    ),
    Example(
        "Addresses are no pods, and pods no addresses",
        _HEAD
        + """\
  ingress:
  - from:
    - ipBlock: {cidr: 0.0.0.0/0}
    - podSelector: {matchLabels: {app: api}}
""",
    ),
    Example(
        "A block that takes out what another one gives back isn't the same",
        _HEAD
        + """\
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.64/26]}
    - ipBlock: {cidr: 203.0.113.64/27}
""",
    ),
    Example(
        "Two halves of one entry, perhaps: or-split-peers judges them",
        _HEAD
        + """\
  ingress:
  - from:
    - namespaceSelector: {}
    - podSelector: {matchLabels: {app: api}}
""",
    ),
)
