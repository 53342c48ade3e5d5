"""A port without a protocol is TCP, but its service uses UDP

`protocol` is TCP where it isn't written. For most ports that is right; for those of DNS, NTP, SNMP
and other services that speak UDP the rule opens a port that nobody uses.

netlint knows the ports of such services, and stays silent where a pod in view declares the port
for TCP, or where the same pods get it for UDP as well. Port 53 in egress rules is what
`dns-egress` speaks of. Syslog and STUN use TCP too, so they are only mentioned with `--pedantic`
unless a pod in view declares the port for UDP.

## Why it matters

The rule looks complete, and the packets are dropped. UDP has no connection that could be refused,
so clients wait for their time-out, and clocks drift for days before anybody looks.

## How to fix

Write the protocol:

```yaml
    ports:
    - {protocol: UDP, port: 123}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.dns.servers import ServersOf
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.isolation import rules as rules_of
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy, PortEntry
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer

OMITTED = Code(
    "NP241",
    "protocol-omitted",
    Severity.WARNING,
    "a port without a protocol is TCP, and its service uses UDP",
    fixable=True,
)
_DNS = 53
_UDP = {
    _DNS: "DNS",
    123: "NTP",
    161: "SNMP",
    162: "SNMP",
    500: "IPsec",
    514: "syslog",
    1812: "RADIUS",
    1813: "RADIUS",
    3478: "STUN",
    4500: "IPsec",
    51820: "WireGuard",
}
"""Services that use UDP. Source: IANA's Service Name and Transport Protocol Port Number Registry;
51820 is WireGuard's default."""
_TCP_TOO = frozenset({514, 3478})


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the single ports that are well known for UDP."""
    for policy in context.policies(namespace):
        for direction, _, entry, protocol, port in policy.single_ports:
            if port in _UDP and protocol == "TCP" and isinstance(port, int):
                yield from _check_entry(context, policy, direction, entry, port)


def _check_entry(
    context: Context, policy: Policy, direction: Direction, entry: PortEntry, port: int
) -> Iterator[Finding]:
    if policy.broken or policy.document.at((*entry.path, "protocol")) is not None:
        return
    declared = _declared(context, policy, port) if direction is Direction.INGRESS else frozenset()
    if "TCP" in declared or _is_for_others(context, policy, direction, port):
        return
    if not is_patched(policy.document, entry.path) and not _is_open(
        context, policy, direction, port
    ):
        yield _finding(context, policy, direction, entry, port, known="UDP" in declared)


def _declared(context: Context, policy: Policy, port: int) -> frozenset[str]:
    """The protocols for which the policy's pods in view declare the port."""
    return frozenset(
        each.protocol
        for subject in context.isolation(policy.namespace).subjects_of(policy)
        for workload in subject.workloads
        for each in workload.ports
        if each.port == port
    )


def _is_for_others(context: Context, policy: Policy, direction: Direction, port: int) -> bool:
    """Whether rule dns-egress judges the port: DNS of clients, and of the cluster's servers."""
    if port != _DNS or direction is Direction.EGRESS:
        return port == _DNS
    servers = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    return servers.is_server(policy.namespace, policy.subject.equalities())


def _is_open(context: Context, policy: Policy, direction: Direction, port: int) -> bool:
    """Whether some rule for some of the same pods holds the port for UDP."""
    isolation = context.isolation(policy.namespace)
    policies = [policy] + [
        other
        for subject in isolation.subjects_of(policy)
        for other in isolation.selecting(subject, direction).all()
    ]
    return any(rule.ports.covers("UDP", port) for _, rule in rules_of(policies, direction))


def _finding(
    context: Context,
    policy: Policy,
    direction: Direction,
    entry: PortEntry,
    port: int,
    *,
    known: bool,
) -> Finding:
    may = "can be reached on" if direction is Direction.INGRESS else "can use"
    is_hint = port in _TCP_TOO and not known
    return context.finding(
        OMITTED,
        f"{pods_of(context.index, [policy])} {may} TCP {port} only, {_UDP[port]} uses UDP: a port "
        "without protocol is TCP",
        Location(policy.document, entry.path, f"is TCP {port}"),
        severity=Severity.INFO if is_hint else Severity.WARNING,
        confidence=Confidence.CERTAIN if known else Confidence.HIGH,
        fix=_fix(entry, port),
    )


def _fix(entry: PortEntry, port: int) -> Fix:
    if port == _DNS:
        path, value = (*entry.path[:-1], "-"), {"protocol": "UDP", "port": port}
        operation = {"op": "add", "path": json_pointer(path), "value": value}
        return Fix(f"allow UDP {port} as well", Applicability.UNSAFE, (operation,))
    operation = {"op": "add", "path": json_pointer((*entry.path, "protocol")), "value": "UDP"}
    return Fix("add protocol: UDP", Applicability.UNSAFE, (operation,))


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: time, namespace: shop}
spec:
  podSelector: {matchLabels: {app: time}}
"""
_OTHER = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: everybody, namespace: shop}
spec:
  podSelector: {}
  ingress: [{ports: [{port: 123, protocol: UDP}]}]
"""
_POD = """\
---
apiVersion: v1
kind: Pod
metadata: {name: time, namespace: shop, labels: {app: time}}
spec: {containers: [{name: time, ports: [{containerPort: PORT, protocol: PROTOCOL}]}]}
"""


def _ingress(port: str, more: str = "") -> str:
    return f"{_HEAD}  ingress:\n  - ports:\n    - port: {port}\n{more}"


def _pod(port: str, protocol: str) -> str:
    return _POD.replace("PORT", port).replace("PROTOCOL", protocol)


_NTP = _ingress("123  # <- NP241")
_SYSLOG = _ingress("514  # <- NP241")

RULE = Rule(
    name="protocol-omitted",
    title="a port without a protocol, for a service that uses UDP",
    codes=(OMITTED,),
    groups=("correctness",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example("NTP opened for TCP", _NTP),
        Example(
            "A protocol without a value is TCP as well",
            _ingress("123  # <- NP241", "      protocol:\n"),
        ),
        Example(
            "NTP servers outside the cluster",
            _HEAD
            + """\
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 203.0.113.7/32}}]
    ports:
    - {port: 443}
    - {port: 123}  # <- NP241
""",
        ),
        Example(
            "A DNS server of one's own: the first query is sent over UDP",
            _ingress("53  # <- NP241"),
        ),
        Example("The pods declare the port for UDP", _NTP + _pod("123", "UDP")),
        Example("Syslog uses TCP too: only a hint", _SYSLOG),
        Example("Syslog of pods that declare the port for UDP", _SYSLOG + _pod("514", "UDP")),
    ),
    good=(
        Example("UDP is written", _ingress("123", "      protocol: UDP\n")),
        Example("TCP is written", _ingress("123", "      protocol: TCP\n")),
        Example("UDP is open as well", _ingress("123", "    - {port: 123, protocol: UDP}\n")),
        Example("Another policy opens UDP", _ingress("123") + _OTHER),
        Example("The pods declare the port for TCP", _ingress("123") + _pod("123", "TCP")),
        Example("A range of ports", _ingress("123", "      endPort: 200\n")),
        Example("A service that uses TCP", _ingress("8080")),
        Example(
            "DNS of clients is what dns-egress speaks of",
            _HEAD + "  policyTypes: [Egress]\n  egress: [{ports: [{port: 53}]}]\n",
        ),
        Example(
            "The cluster's DNS servers too",
            _ingress("53")
            .replace("namespace: shop", "namespace: kube-system")
            .replace("app: time", "k8s-app: kube-dns"),
        ),
    ),
    check=check,
    eased=True,
    references=(
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
        "https://www.iana.org/assignments/service-names-port-numbers/",
    ),
)
