"""The policies that a namespace should begin with: closed, with DNS, and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.dns.servers import Servers
from netlint_rules.dns.words import dns_rule
from netlint_rules.policy import Direction
from netlint_rules.record import NamedTuple


class Proposed(NamedTuple):
    """A policy as JSON, and the comments that say what it is for."""

    remarks: tuple[str, ...]
    body: Mapping[str, object]


_ANY_SERVER = "netlint: ignore[dns-to-everywhere] name the DNS servers once they are known"


def base_set(namespace: str, servers: Servers, *, same_namespace: bool) -> Iterator[Proposed]:
    """The policies of one namespace, of which every pod is isolated in both directions.

    An empty `namespace` is left out: the policies go where their neighbours go.
    """
    both = [direction.value for direction in Direction]
    pods = f"Every pod of {namespace or 'the namespace'}"
    text = f"{pods} is closed in both directions; other policies open what it needs."
    yield Proposed(
        (text,),
        _policy("default-deny", namespace, policyTypes=both),
    )
    dns = dns_rule(servers)
    yield Proposed(
        ("Pods resolve names.", *(() if "to" in dns else (_ANY_SERVER,))),
        _policy("allow-dns", namespace, policyTypes=["Egress"], egress=[dns]),
    )
    if same_namespace:
        own: list[object] = [{"podSelector": {}}]
        yield Proposed(
            (f"The pods of {namespace} reach each other.",),
            _policy(
                "allow-same-namespace",
                namespace,
                policyTypes=both,
                ingress=[{"from": own}],
                egress=[{"to": own}],
            ),
        )


def _policy(name: str, namespace: str, **rules: object) -> dict[str, object]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "spec": {"podSelector": {}, **rules},
    }
