"""Workloads, addresses and ports as answers name them: `shop/api`, `any address`, `TCP 5432`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from netlint_rules.addresses import AddressSet
from netlint_rules.bundle import describe_namespace
from netlint_rules.index import ResourceIndex
from netlint_rules.reach import End, Half, Outside, Owner, Pods, Stranger
from netlint_rules.reach.owners import by_owner
from netlint_rules.reach.words import called
from netlint_rules.reach.world import PUBLIC
from netlint_rules.record import dataclass

_SHOWN = 3
_INTERNET = (PUBLIC, PUBLIC.of_version(4), PUBLIC.of_version(6))
_UNIVERSE = 2**31
"""More IPv4 addresses than this are said to be nearly all of them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Says workloads shortly: with the kind only where two of a namespace have one name."""

    shared: frozenset[tuple[str, str]]
    single: bool

    @staticmethod
    def of(index: ResourceIndex) -> Names:
        """The names in a bundle."""
        return Names.among(by_owner(index))

    @staticmethod
    def among(owners: Collection[Owner]) -> Names:
        """The names of some workloads; a namespace that nobody gave is left out if it is one."""
        counts = Counter((owner.namespace, owner.name) for owner in owners)
        unknown = {owner.namespace for owner in owners if owner.namespace.startswith("?")}
        return Names(
            frozenset(name for name, count in counts.items() if count > 1), len(unknown) == 1
        )

    def owner(self, owner: Owner) -> str:
        """`shop/api`; `shop/Deployment/api` where there is another api."""
        name = owner.name
        if (owner.namespace, owner.name) in self.shared:
            name = f"{owner.kind}/{owner.name}"
        namespace = self.namespace(owner.namespace)
        return f"{namespace}/{name}" if namespace else name

    def namespace(self, namespace: str) -> str:
        """The namespace, its folder where nobody gave it, nothing where there is no other such."""
        if not namespace.startswith("?"):
            return namespace
        return "" if self.single else namespace[1:].rpartition("/")[2]

    def pods_of(self, namespace: str) -> str:
        """`every pod of shop`."""
        return f"every pod of {describe_namespace(namespace)}"

    def end(self, end: End | Owner | AddressSet) -> str:
        """Any end of a connection."""
        match end:
            case Owner():
                return self.owner(end)
            case Pods():
                pods = end.workload
                return self.owner(Owner(pods.namespace, pods.kind, pods.name))
            case AddressSet():
                return addresses(end)
            case Outside():
                return str(end) if end.node else addresses(end.addresses)
        return "pods out of view" if isinstance(end, Stranger) else str(end)

    def shorter(self, text: str, half: Half) -> str:
        """A reason of the engine with these names of both ends."""
        for end in (half.subject, half.peer):
            text = text.replace(called(end), self.end(end))
        return text


def addresses(block: AddressSet) -> str:
    """`any address`, `the internet`, `10.0.0.0/8`, `any address except 10.0.0.0/8`."""
    rest = AddressSet.everything() - block
    if not rest:
        return "any address"
    if block in _INTERNET:
        return "the internet"
    listed, missing = block.prefixes(), rest.prefixes()
    v4, v6 = block.of_version(4), block.of_version(6)
    if not v6 and v4.size() == 2**32:
        return "any IPv4 address"
    if len(listed) > _SHOWN and v4.size() > _UNIVERSE:
        gaps = [prefix for prefix in missing if v6 or ":" not in prefix]
        kind = "address" if v6 else "IPv4 address"
        if len(gaps) <= _SHOWN:
            return f"any {kind} except {', '.join(gaps)}"
        return f"any {kind} except {', '.join(gaps[:_SHOWN])} and {len(gaps) - _SHOWN} more ranges"
    shown = ", ".join(_short(prefix) for prefix in listed[:_SHOWN])
    more = len(listed) - _SHOWN
    return f"{shown} and {more} more ranges" if more > 0 else shown


def _short(prefix: str) -> str:
    """A prefix; an address alone without its length."""
    address, _, length = prefix.partition("/")
    return address if length == ("128" if ":" in prefix else "32") else prefix
