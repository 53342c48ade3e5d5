"""Examples of policyTypes that contradict the rules, and of those that don't."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
"""
_DENY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
_SOME = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {tier: backend}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {}}]}]
"""
_POD = """\
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db}]}
"""
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
"""
_OTHER_SERVICES = _SERVICE.replace("app: db", "app: web") + _SERVICE.replace(
    "{app: db}", "{}"
).replace("db", "x")
_EGRESS_ONLY = "  egress:  # <- NP406\n  - to: [{podSelector: {matchLabels: {app: auth}}}]\n"
_EGRESS = _EGRESS_ONLY.replace("  # <- NP406", "")

BAD = (
    Example(
        "Egress rules that are ignored: egress stays open",
        _HEAD
        + """\
  policyTypes: [Ingress]  # <- NP405
  egress:
  - to: [{podSelector: {matchLabels: {app: auth}}}]
""",
    ),
    Example(
        "Ingress rules that are ignored: ingress stays open",
        _HEAD
        + """\
  policyTypes:  # <- NP405
  - Egress
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
  - from: [{podSelector: {matchLabels: {app: jobs}}}]
""",
    ),
    Example(
        "Meant for egress, and ingress is cut off as well",
        _HEAD + _EGRESS_ONLY,
    ),
    Example(
        "An empty list of types is as good as none",
        _HEAD + "  policyTypes: []\n" + _EGRESS_ONLY,
    ),
    Example(
        "The pods declare no port, but are behind a Service",
        _HEAD + _EGRESS_ONLY + _POD + _SERVICE,
    ),
    Example(
        "Pods that declare no port: only a hint",
        _HEAD + _EGRESS_ONLY + _POD + _OTHER_SERVICES,
    ),
    Example(
        "Another policy may admit some of the pods: only a hint",
        _HEAD + _EGRESS_ONLY + _SOME,
    ),
    Example(
        "An empty egress list without policyTypes denies nothing",
        _HEAD + "  egress: []  # <- NP407\n",
    ),
    Example(
        "Nor does one that is left out after the colon",
        _HEAD + "  ingress: [{}]\n  egress:  # <- NP407\n",
    ),
    Example(
        "An empty ingress list where policyTypes lists Egress only",
        _HEAD + "  policyTypes: [Egress]\n  ingress: []  # <- NP407\n",
    ),
    Example(
        "An empty egress list of pods that another policy isolates: only a hint",
        _HEAD + "  egress: []  # <- NP407\n" + _DENY,
    ),
)
GOOD = (
    Example(
        "Both types are listed",
        _HEAD + "  policyTypes: [Ingress, Egress]\n  ingress: []\n" + _EGRESS,
    ),
    Example("Rules of the one type that is listed", _HEAD + "  policyTypes: [Egress]\n" + _EGRESS),
    Example("No rules and no types: ingress is denied", _HEAD),
    Example("An empty ingress list without types: ingress is denied", _HEAD + "  ingress: []\n"),
    Example(
        "No types, and rules of both directions",
        _HEAD + "  ingress: [{from: [{podSelector: {}}]}]\n" + _EGRESS,
    ),
    Example(
        "An empty ingress list beside it: ingress is meant to be cut off",
        _HEAD + "  ingress: []\n" + _EGRESS,
    ),
    Example("Ingress is isolated anyway", _HEAD + _EGRESS + _DENY),
    Example(
        "Types that are filled in later",
        _HEAD + '  policyTypes: ["${TYPE}"]\n  ingress: []\n' + _EGRESS,
    ),
    Example("A list that is filled in later", _HEAD + '  policyTypes: "${TYPES}"\n' + _EGRESS),
    Example(
        "An empty list, with types that are filled in later",
        _HEAD + '  policyTypes: [Ingress, "${TYPE}"]\n  egress: []\n',
    ),
    Example(
        "An empty list, with a list of types that is filled in later",
        _HEAD + '  policyTypes: "${TYPES}"\n  egress: []\n',
    ),
    Example(
        "A type with a colon is another mistake",
        _HEAD + "  policyTypes: [Ingress: ]\n" + _EGRESS,
    ),
    Example(
        "Policies of another API may open ingress",
        _HEAD
        + _EGRESS
        + """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec: {endpointSelector: {}}
""",
    ),
)
