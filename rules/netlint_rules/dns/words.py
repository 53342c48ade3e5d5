"""DNS findings in words, and the rules that repair them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, count

from netlint_rules.dns.codes import SHORTFALLS, Shortfall
from netlint_rules.dns.grants import Grant, Reach
from netlint_rules.dns.servers import Servers
from netlint_rules.dns.verdict import Verdict
from netlint_rules.facts import DnsTarget
from netlint_rules.finding import Applicability, Fix, Location
from netlint_rules.index import ResourceIndex
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, PodPeer, Policy
from netlint_rules.resources import NAMESPACE_NAME
from netlint_rules.source.document import Path, json_pointer


def egress_path(policy: Policy) -> Path:
    """What makes a policy isolate egress: its policyTypes, or its egress rules without them."""
    spec = policy.document.body.get("spec")
    written = isinstance(spec, dict) and bool(spec.get("policyTypes"))
    return ("spec", "policyTypes" if written else "egress")


def isolating(index: ResourceIndex, policy: Policy) -> Location:
    """A policy as a related place, with whom it isolates."""
    note = f"isolates egress of {pods_of(index, [policy])}"
    return Location(policy.document, egress_path(policy), note)


def add_protocol(grant: Grant, protocol: str) -> Fix:
    """Open the DNS port of a grant for the other protocol too."""
    port = min(grant.numbers)
    entry = {"protocol": protocol, "port": port}
    path = json_pointer(grant.path[:-1]) + "/-"
    operation = {"op": "add", "path": path, "value": entry}
    return Fix(f"allow {protocol} {port} as well", Applicability.UNSAFE, (operation,))


def called(servers: Servers) -> str:
    """The DNS servers as messages name them: by address where pods ask one."""
    aimed_at = servers.profile.fix_targets[:1] if servers.profile is not None else ()
    if any(target.kind == "address" for target in aimed_at):
        address, _, _ = aimed_at[0].cidr.partition("/")
        return f"{address}, which answers DNS on this cluster"
    return "the DNS servers"


def shown(index: ResourceIndex, grant: Grant, short: Shortfall) -> Location:
    """The place of a grant that falls short; of a peer that misses the servers, with the reason."""
    note = short.note
    peer = next((each for each in grant.rule.peers or () if each.path == grant.peer), None)
    if isinstance(peer, PodPeer) and grant.reach is Reach.MISSED:
        own = index.describe(grant.policy.namespace)
        note = f"selects pods of {own} only"
        if peer.namespaces is not None:
            note = f"matches no namespace of DNS servers: theirs doesn't have {peer.namespaces}"
    return Location(grant.policy.document, (short.at_peer and grant.peer) or grant.path, note)


def right_port(grant: Grant) -> Fix:
    """Replace the port of a grant by the one on which the DNS servers answer.

    Where no entry beside it is of the other protocol, that one is opened too.
    """
    port, listed = max(grant.numbers), grant.policy.document.at(grant.path[:-1])
    entries = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    open_already = {str(each.get("protocol") or "TCP") for each in entries}
    path = json_pointer((*grant.path, "port"))
    operations: list[Mapping[str, object]] = [{"op": "replace", "path": path, "value": port}]
    for protocol in sorted({"TCP", "UDP"} - open_already):
        entry = {"protocol": protocol, "port": port}
        end = json_pointer(grant.path[:-1]) + "/-"
        operations.append({"op": "add", "path": end, "value": entry})
    return Fix(f"allow port {port} instead", Applicability.UNSAFE, tuple(operations))


def allow_dns(servers: Servers, policy: Policy) -> Fix:
    """Add the DNS rule to one policy."""
    operations: list[Mapping[str, object]] = []
    if not policy.rules[Direction.EGRESS]:
        operations.append({"op": "add", "path": "/spec/egress", "value": []})
    operations.append({"op": "add", "path": "/spec/egress/-", "value": dns_rule(servers)})
    return Fix("allow UDP and TCP 53 to the DNS servers", Applicability.UNSAFE, tuple(operations))


def allow_dns_everywhere(servers: Servers, namespace: str, taken: Collection[str]) -> Fix:
    """One more policy that allows DNS to every pod of a namespace whose pods are all isolated.

    `taken` are the names that its policies have.
    """
    return Fix(
        "add a policy that allows DNS to every pod of the namespace",
        Applicability.UNSAFE,
        creates=_policy(
            _free(("allow-dns",), taken), namespace, Direction.EGRESS, egress=[dns_rule(servers)]
        ),
    )


def isolate_all(
    servers: Servers | None, namespace: str, direction: Direction, taken: Collection[str]
) -> Fix:
    """One more policy that isolates every pod; `servers` are those that stay open to them."""
    name = _free(("default-deny", f"default-deny-{direction.field}"), taken)
    rules = {} if servers is None else {"egress": [dns_rule(servers)]}
    dns = "" if servers is None else " and allows DNS"
    return Fix(
        f"add a policy that isolates every pod for {direction.field}{dns}",
        Applicability.UNSAFE,
        creates=_policy(name, namespace, direction, **rules),
    )


def _free(names: Sequence[str], taken: Collection[str]) -> str:
    """The first name that no policy has, else the last one with a number."""
    numbered = (f"{names[-1]}-{number}" for number in count(2))
    return next(name for name in chain(names, numbered) if name not in taken)


def _policy(name: str, namespace: str, direction: Direction, **rules: object) -> dict[str, object]:
    metadata = {"name": name}
    if not namespace.startswith("?"):
        metadata["namespace"] = namespace
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": {"podSelector": {}, "policyTypes": [direction.value], **rules},
    }


def dns_rule(servers: Servers) -> dict[str, object]:
    """The egress rule that grants DNS on the cluster's profile, on kube-dns where it is unknown."""
    chosen = servers.profile.fix_targets if servers.profile is not None else servers.targets[:1]
    peers = [peer for target in chosen for peer in _peers(servers, target)]
    numbers = {port for target in chosen for port in target.fix_ports or target.ports} or {53}
    ports = [
        {"protocol": protocol, "port": port}
        for port in sorted(numbers)
        for protocol in ("UDP", "TCP")
    ]
    return {"to": peers, "ports": ports} if peers else {"ports": ports}


def _peers(servers: Servers, target: DnsTarget) -> list[dict[str, object]]:
    if target.kind == "pods":
        namespace = {"matchLabels": {NAMESPACE_NAME: target.namespace}}
        pods = {"matchLabels": dict(target.labels[0])}
        return [{"namespaceSelector": namespace, "podSelector": pods}]
    if target.kind == "address":
        return [{"ipBlock": {"cidr": target.cidr}}]
    if target.kind == "service" and len(servers.addresses) <= 2:
        return [{"ipBlock": {"cidr": _single(address)}} for address in sorted(servers.addresses)]
    return []


def _single(address: str) -> str:
    return f"{address}/128" if ":" in address else f"{address}/32"


def repair(servers: Servers, verdict: Verdict, grant: Grant) -> Fix | None:
    """What makes a grant that falls short enough, None where it isn't known."""
    lacks = SHORTFALLS[verdict].lacks
    if lacks:
        return add_protocol(grant, lacks) if grant.explicit else None
    if verdict is Verdict.WRONG_PORT:
        return right_port(grant)
    needs_rule = verdict in {Verdict.WRONG_PEER, Verdict.SERVICE_IP}
    return allow_dns(servers, grant.policy) if needs_rule else None
