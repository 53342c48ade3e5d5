"""Examples of connections that one end allows, and of those that both allow."""

from netlint_rules.rule import Example

_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: shop}
spec:
"""
_PODS = "".join(
    f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, ports: [{{name: main, containerPort: 5432}}]}}]}}
"""
    for name in ("web", "db", "job")
)


def _egress(mark: str, port: str = "5432", to: str = "{app: db}") -> str:
    return f"""\
{_HEAD.replace("NAME", "web-egress")}\
  podSelector: {{matchLabels: {{app: web}}}}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: {{matchLabels: {to}}}{mark}
    ports: [{{port: {port}}}]
---
"""


def _ingress(mark: str, source: str = "{podSelector: {matchLabels: {app: web}}}") -> str:
    return f"""\
{_HEAD.replace("NAME", "db-ingress")}\
  podSelector: {{matchLabels: {{app: db}}}}
  ingress:
  - from:
    - {source}{mark}
    ports: [{{port: main}}]
"""


_MARK = "  # <- NP420"
_FROM_JOB = "{podSelector: {matchLabels: {app: job}}}"
_DENY_ALL = _HEAD.replace("NAME", "deny-all") + "  policyTypes: [Ingress, Egress]\n"
_DNS = """\
  egress:
  - ports: [{port: 53, protocol: UDP}, {port: 53}]
"""
_COMPLETE = {"complete": True}

BAD = (
    Example(
        "The receiver lets in others only",
        _egress(_MARK) + _ingress("", _FROM_JOB) + _PODS,
        _COMPLETE,
    ),
    Example(
        "A default-deny at the receiver, and no rule for it",
        _egress(_MARK) + _DENY_ALL + _PODS,
        _COMPLETE,
    ),
    Example(
        "The two ends name different ports",
        _egress(_MARK, "5433") + _ingress("") + _PODS,
        _COMPLETE,
    ),
    Example(
        "A default-deny at the sender, and no rule for it",
        _ingress(_MARK) + "---\n" + _DENY_ALL + _PODS,
        _COMPLETE,
    ),
    Example(
        "A sender that may only resolve names",
        _ingress(_MARK) + "---\n" + _DENY_ALL + _DNS + _PODS,
        _COMPLETE,
    ),
    Example(
        "Only a part of the namespace is in view (a hint only)",
        _egress(_MARK) + _ingress("", _FROM_JOB) + _PODS,
    ),
)

GOOD = (
    Example("Both ends allow it", _egress("") + _ingress("") + _PODS, _COMPLETE),
    Example(
        "The receiver isn't isolated",
        _egress("") + _PODS.removeprefix("---\n"),
        _COMPLETE,
    ),
    Example(
        "The receiver lets in every pod of the namespace",
        _egress("") + _ingress("", "{podSelector: {}}") + _PODS,
        _COMPLETE,
    ),
    Example(
        "Some of the pods that are named let it in",
        _egress("", to="{}").replace(
            "podSelector: {matchLabels: {}}",
            "podSelector: {matchExpressions: [{key: app, operator: Exists}]}",
        )
        + _ingress("", _FROM_JOB)
        + "---\n"
        + _DENY_ALL.replace("Ingress, Egress", "Ingress")
        + _PODS,
        _COMPLETE,
    ),
    Example(
        "Addresses may be those of pods",
        _egress("") + _ingress("", "{ipBlock: {cidr: 10.0.0.0/8}}") + _PODS,
        _COMPLETE,
    ),
    Example(
        "The sender may connect anywhere on that port",
        _ingress("") + "---\n" + _DENY_ALL + _DNS.replace("port: 53}]", "port: 5432}]") + _PODS,
        _COMPLETE,
    ),
    Example(
        "The other pods aren't in view",
        _egress("") + _ingress("", _FROM_JOB),
    ),
)
