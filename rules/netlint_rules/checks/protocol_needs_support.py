"""SCTP, which not every network plugin filters

Policies can name SCTP ports. Some network plugins need a setting for it, some can't filter it.
netlint mentions it with `--pedantic`; with `cluster.cni` set it says what is known of that plugin.

## Why it matters

Where SCTP isn't filtered, its packets pass or are dropped whatever the policies say.

## How to fix

Look up whether the network plugin filters SCTP: in Cilium, for one, it has to be switched on
(`sctp.enabled=true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.netset import PortSet
from netlint_rules.policy import Policy, PortEntry
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule

SUPPORT = Code(
    "NP803",
    "protocol-needs-support",
    Severity.INFO,
    "SCTP ports, which the network plugin may not filter",
)
_SCTP = PortSet.protocol("SCTP")


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for the first SCTP port of each policy."""
    for policy in context.policies(namespace):
        for entry in _entries(policy):
            yield from _check(context, policy, entry)
            break


def _entries(policy: Policy) -> Iterator[PortEntry]:
    """The entries of SCTP ports."""
    for rules in policy.rules.values():
        for rule in rules:
            for entry in rule.entries or ():
                if entry.ports.has_sctp and entry.ports <= _SCTP and not rule.ports.is_all:
                    yield entry


def _check(context: Context, policy: Policy, entry: PortEntry) -> Iterator[Finding]:
    name = context.config.cluster.cni
    cni = context.facts.cni(name) if name else None
    if policy.broken or is_patched(policy.document, entry.path) or (cni and cni.sctp == "yes"):
        return
    why = "network plugins differ in whether they filter SCTP, and some need a setting"
    if cni and cni.sctp == "optional":
        why = f"{cni.title} filters SCTP only where that is switched on"
    elif cni and cni.sctp == "no":
        why = f"{cni.title} doesn't filter SCTP"
    message = f"{policy.name} may decide nothing about {entry.ports}: {why}"
    place = Location(policy.document, entry.path, "is an SCTP port")
    yield context.finding(SUPPORT, message, place, confidence=Confidence.HIGH)


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: core, namespace: shop}
spec:
  podSelector: {matchLabels: {app: core}}
  ingress:
"""

RULE = Rule(
    name="protocol-needs-support",
    title="SCTP, which not every network plugin filters",
    codes=(SUPPORT,),
    groups=("platform",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "An SCTP port, on an unknown network plugin",
            _POLICY + "  - ports: [{port: 38412, protocol: SCTP}]  # <- NP803\n",
        ),
        Example(
            "An SCTP port with Cilium",
            _POLICY + "  - ports: [{port: 38412, protocol: SCTP}]  # <- NP803\n",
            {"cluster": {"cni": "cilium"}},
        ),
        Example(
            "A plugin of which the configuration says that it doesn't filter SCTP",
            _POLICY + "  - ports: [{port: 38412, protocol: SCTP}]  # <- NP803\n",
            {
                "cluster": {"cni": "kube-router"},
                "facts": {"cnis": [{"id": "kube-router", "sctp": "no"}]},
            },
        ),
    ),
    good=(
        Example(
            "A plugin of which the configuration says that it filters SCTP",
            _POLICY + "  - ports: [{port: 38412, protocol: SCTP}]\n",
            {
                "cluster": {"cni": "kube-router"},
                "facts": {"cnis": [{"id": "kube-router", "sctp": "yes"}]},
            },
        ),
        Example("TCP and all protocols", _POLICY + "  - ports: [{port: 80}]\n  - {}\n"),
        Example(
            "Every port, spelt out by protocol",
            _POLICY + "  - ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]\n",
        ),
    ),
    check=check,
    alone=True,
    references=("https://docs.cilium.io/en/stable/configuration/sctp/",),
)
