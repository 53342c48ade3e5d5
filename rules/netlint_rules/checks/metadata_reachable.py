"""Egress that reaches the cloud's metadata server among everything else

Virtual machines of most clouds have a metadata server at 169.254.169.254. Egress to any address
on TCP 80, or to a block such as `0.0.0.0/0` that doesn't leave it out, reaches it. It is a
warning where the setting `cluster.platform` says EKS or AKS; elsewhere it is only shown with
`--pedantic`. On GKE the server is a part of Workload Identity,
and pods need it. Narrow blocks around the address are what `ipblock-cluster-cidr` reports.

## Why it matters

The metadata server gives whoever asks the credentials of the node: a request that a pod can be
made to send is enough to get them (SSRF). With these, much of the cloud account may be open.

## How to fix

Leave it out, unless the pods take their credentials from there:

```yaml
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.levels import allows_everything
from netlint_rules.peers import pods_of
from netlint_rules.policy import AddressPeer, Direction, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

METADATA = Code(
    "NP602",
    "metadata-reachable",
    Severity.WARNING,
    "egress to everything reaches the cloud's metadata server, which gives out credentials",
    fixable=True,
)
_ADDRESS = "169.254.169.254"
_PORT = 80
_WORLD = "0.0.0.0/0"
_CLOUDS = ("eks", "aks")


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look for the first egress rule of each policy that reaches the address."""
    for policy in context.policies(namespace):
        for rule in policy.rules[Direction.EGRESS]:
            if _reaches(rule):
                yield from _check_rule(context, policy, rule)
                break


def _reaches(rule: PolicyRule) -> bool:
    """Whether a rule for every address opens the metadata server's, on its port."""
    is_open = rule.peers is None or _block(rule) is not None
    return is_open and rule.ports.covers("TCP", _PORT) and not allows_everything(rule)


def _block(rule: PolicyRule) -> AddressPeer | None:
    for peer in rule.peers or ():
        if isinstance(peer, AddressPeer) and peer.cidr == _WORLD and _ADDRESS in peer.block:
            return peer
    return None


def _check_rule(context: Context, policy: Policy, rule: PolicyRule) -> Iterator[Finding]:
    platform = context.config.cluster.platform
    if policy.broken or is_patched(policy.document, rule.path) or platform.startswith("gke"):
        return
    block = _block(rule)
    is_cloud = platform.startswith(_CLOUDS)
    yield context.finding(
        METADATA,
        f"{pods_of(context.index, [policy])} can reach the cloud's metadata server, {_ADDRESS}, "
        "which gives out credentials",
        _place(policy, rule, block),
        severity=Severity.WARNING if is_cloud else Severity.INFO,
        confidence=Confidence.HIGH if is_cloud else Confidence.MEDIUM,
        fix=_leave_out(block) if block else None,
    )


def _place(policy: Policy, rule: PolicyRule, block: AddressPeer | None) -> Location:
    if block is None:
        return Location(policy.document, rule.path, "allows any destination")
    if block.excepts:
        path = (*block.path, "ipBlock", "except")
        return Location(policy.document, path, f"doesn't leave out {_ADDRESS}")
    return Location(policy.document, (*block.path, "ipBlock", "cidr"), f"holds {_ADDRESS}")


def _leave_out(block: AddressPeer) -> Fix:
    path, cidr = json_pointer((*block.path, "ipBlock", "except")), f"{_ADDRESS}/32"
    operation: dict[str, object] = {"op": "add", "path": path, "value": [cidr]}
    if block.excepts:
        operation = {"op": "add", "path": f"{path}/-", "value": cidr}
    return Fix(f"leave out {_ADDRESS}", Applicability.UNSAFE, (operation,))


_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
"""
_PRIVATE = "[10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]"
_WEB = "    ports: [{port: 80}, {port: 443}]\n"

RULE = Rule(
    name="metadata-reachable",
    title="egress that reaches the cloud's metadata server among everything else",
    codes=(METADATA,),
    groups=("exposure", "platform"),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Private networks are left out, link-local addresses aren't: only a hint",
            _POLICY
            + f"""\
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: {_PRIVATE}  # <- NP602
""",
        ),
        Example(
            "Every address, on EKS",
            _POLICY
            + """\
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]  # <- NP602
"""
            + _WEB,
            {"cluster": {"platform": "eks"}},
        ),
        Example(
            "Any destination on the web's ports; where the cluster runs isn't known: only a hint",
            _POLICY + "  - ports: [{port: 80}, {port: 443}]  # <- NP602\n",
        ),
        Example(
            "Every address but one network: only a hint",
            _POLICY
            + """\
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]  # <- NP602
""",
        ),
    ),
    good=(
        Example(
            "It is left out",
            _POLICY
            + """\
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.0.0/16]}}]
"""
            + _WEB,
        ),
        Example(
            "Another port",
            _POLICY
            + """\
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
    ports: [{port: 443}]
  - ports: [{port: 53, protocol: UDP}, {port: 53}]
""",
        ),
        Example(
            "On GKE pods need it for Workload Identity",
            _POLICY + "  - ports: [{port: 80}]\n",
            {"cluster": {"platform": "gke"}},
        ),
        Example("Everything is allowed, which allow-all-rule speaks of", _POLICY + "  - {}\n"),
        Example("Pods of every namespace", _POLICY + "  - to: [{namespaceSelector: {}}]\n" + _WEB),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.ANYONE, Trait.EGRESS}),
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html",
        "https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service",
    ),
)
