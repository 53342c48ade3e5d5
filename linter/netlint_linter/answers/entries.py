"""Ends of connections and ports as JSON has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.reach import End, Outside, Owner, Pods

Entry = dict[str, Any]


def port_entries(ports: PortSet) -> list[Entry]:
    """Ranges of ports, both ends inclusive."""
    return [
        {"protocol": protocol, "from": first, "to": last}
        for protocol, first, last in ports.ranges()
    ]


def owner_entry(owner: Owner) -> Entry:
    """A workload; the namespace is empty where no manifest gives it."""
    namespace = "" if owner.namespace.startswith("?") else owner.namespace
    return {"namespace": namespace, "kind": owner.kind, "name": owner.name}


def entries_of(end: Owner | AddressSet) -> Iterator[Entry]:
    """A workload, or each of the CIDRs that make up some addresses."""
    if isinstance(end, Owner):
        yield owner_entry(end)
    else:
        yield from ({"cidr": prefix} for prefix in end.prefixes())


def end_entry(end: End) -> Entry:
    """An end of a question."""
    match end:
        case Pods():
            pods = end.workload
            return owner_entry(Owner(pods.namespace, pods.kind, pods.name))
        case Outside():
            node = {"node": end.node} if end.node else {}
            return {**node, "cidrs": list(end.addresses.prefixes())}
    return {"pods": "out of view"}
