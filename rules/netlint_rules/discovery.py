"""Which addresses pods, Services and nodes have, as far as objects in view show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from functools import lru_cache

from netlint_rules.addresses import AddressSet
from netlint_rules.choices import StrEnum
from netlint_rules.finding import Location
from netlint_rules.index import ResourceIndex
from netlint_rules.record import dataclass, replace
from netlint_rules.resources import items_at, mapping_at
from netlint_rules.source.document import Document, Path

_SHOWN = 2
_NOWHERE = AddressSet.empty()


class Kind(StrEnum):
    """What has the addresses of a range."""

    POD = "pod"
    SERVICE = "service"
    NODE = "node"

    @property
    def word(self) -> str:
        """The kind as messages name it."""
        return "Service" if self is Kind.SERVICE else self.value


class Evidence(IntEnum):
    """How sure it is that the cluster uses a range.

    EQUAL: a default that much else uses too, so that only an ipBlock equal to it tells anything.
    AROUND: networks of addresses that objects in view have; what else they hold isn't known.
    DEFAULT: a default that hardly anybody else uses. KNOWN: objects in view or the settings say
    so, or a default holds every address that is seen.
    """

    EQUAL = 0
    AROUND = 1
    DEFAULT = 2
    KNOWN = 3


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses that belong to one kind of thing.

    `title` says what it is. `origin` is where objects show it. `is_whole`: it is what the cluster
    draws from, not just the part of it that is in use. `doubtful` addresses belong to something
    else more often than to a default range.
    """

    kind: Kind
    addresses: AddressSet
    evidence: Evidence
    title: str
    origin: Location | None = None
    is_whole: bool = True
    doubtful: AddressSet = _NOWHERE

    def __str__(self) -> str:
        if self.evidence is Evidence.AROUND:
            return self.title
        return f"{self.title} {self.cidrs}"

    @property
    def cidrs(self) -> str:
        """The range itself, the first part of it where it is in pieces."""
        prefixes = self.addresses.prefixes()
        more = " and more" if len(prefixes) > _SHOWN else ""
        return ", ".join(prefixes[:_SHOWN]) + more

    def without(self, others: AddressSet) -> Range:
        """The range less addresses that belong to something else."""
        return replace(self, addresses=self.addresses - others)


@dataclass(frozen=True, slots=True)
class Owner:
    """An object in view that has an address; `place` is where that is written."""

    kind: Kind
    namespace: str
    place: Location

    @property
    def document(self) -> Document:
        """The Pod, Service or Node."""
        return self.place.document


_NETWORKING: Mapping[Kind, tuple[Path, ...]] = {
    Kind.POD: (("networking", "podSubnet"),),
    Kind.SERVICE: (("networking", "serviceSubnet"),),
}
_POOL: Mapping[Kind, tuple[Path, ...]] = {Kind.POD: (("spec", "cidr"),)}
_SOURCES: Mapping[tuple[str, str], Mapping[Kind, tuple[Path, ...]]] = {
    ("", "Node"): {Kind.POD: (("spec", "podCIDRs"), ("spec", "podCIDR"))},
    ("cilium.io", "CiliumNode"): {
        Kind.POD: (("spec", "ipam", "podCIDRs"), ("spec", "ipam", "pools", "allocated", "cidrs"))
    },
    ("cilium.io", "CiliumPodIPPool"): {
        Kind.POD: (("spec", "ipv4", "cidrs"), ("spec", "ipv6", "cidrs"))
    },
    ("networking.k8s.io", "ServiceCIDR"): {Kind.SERVICE: (("spec", "cidrs"),)},
    ("projectcalico.org", "IPPool"): _POOL,
    ("crd.projectcalico.org", "IPPool"): _POOL,
    ("operator.tigera.io", "Installation"): {
        Kind.POD: (("spec", "calicoNetwork", "ipPools", "cidr"),)
    },
    ("config.openshift.io", "Network"): {
        Kind.POD: (("spec", "clusterNetwork", "cidr"), ("status", "clusterNetwork", "cidr")),
        Kind.SERVICE: (("spec", "serviceNetwork"), ("status", "serviceNetwork")),
    },
    ("kubeadm.k8s.io", "ClusterConfiguration"): _NETWORKING,
    ("kind.x-k8s.io", "Cluster"): _NETWORKING,
}
"""Where objects say which ranges they give to what, by group and kind."""
_PARTS = frozenset({"Node", "CiliumNode"})
_NODES: Mapping[tuple[str, str], tuple[Path, str]] = {
    ("", "Node"): (("status", "addresses"), "address"),
    ("cilium.io", "CiliumNode"): (("spec", "addresses"), "ip"),
}
KINDS = tuple(dict.fromkeys(("Pod", *(kind for _, kind in (*_SOURCES, *_NODES)))))
"""Every kind whose documents show addresses. Services do by what the index knows of them."""

_NODE_TYPES = frozenset({"InternalIP", "ExternalIP"})
"""Not CiliumInternalIP: it lies in the range of the node's pods."""


def shown(index: ResourceIndex) -> Iterator[Range]:
    """The ranges that objects in view give; what nodes have got of one is taken together."""
    for (group, name), fields in _SOURCES.items():
        for kind, paths in fields.items():
            note = f"gives the {kind.word}s their addresses"
            found = [
                (place, parse([text]))
                for document in documents(index, group, name)
                if not _is_for_others(document)
                for path in paths
                for place, text in _strings(document, path, note)
            ]
            title = f"the {kind.word} range"
            if found and name in _PARTS:
                parts = AddressSet.union([addresses for _, addresses in found])
                yield Range(kind, parts, Evidence.KNOWN, title, found[0][0], is_whole=False)
            elif found:
                yield from (Range(kind, each, Evidence.KNOWN, title, at) for at, each in found)


def owners(index: ResourceIndex) -> dict[AddressSet, Owner]:
    """Nodes, Services, and pods in the cluster's network, each by its one address."""
    found = [*_nodes(index), *_services(index), *_pods(index)]
    return {address: owner for address, owner in found if address}


def pod_at(index: ResourceIndex, addresses: AddressSet) -> Owner | None:
    """The pod of one address, where the documents don't show every pod."""
    if addresses.size() != 1:
        return None
    placed = index.find_pod(_host(addresses))
    if placed is None:
        return None
    return Owner(Kind.POD, placed.namespace, Location(placed.document, _ADDRESS, _FOR_NOW))


def around(found: Mapping[AddressSet, Owner]) -> Iterator[Range]:
    """The networks of the objects in view, for each kind of them."""
    for kind in Kind:
        ours = {address: owner for address, owner in found.items() if owner.kind is kind}
        if ours:
            networks = parse({network(_host(address)) for address in ours})
            title = f"the addresses of {kind.word}s in view"
            origin = next(iter(ours.values())).place
            yield Range(kind, networks, Evidence.AROUND, title, origin, is_whole=False)


def network(host: str) -> str:
    """A network around an address, so that thousands of addresses make few networks."""
    if ":" not in host:
        return f"{host.rpartition('.')[0]}.0/24"
    return next(iter(_parsed(f"{host}/64").prefixes()), "")


def _host(address: AddressSet) -> str:
    return address.prefixes()[0].partition("/")[0]


def documents(index: ResourceIndex, group: str, kind: str) -> Iterator[Document]:
    """The objects of a group and kind, wherever they are."""
    for placed in index.documents.get(kind, ()):
        if placed.document.group == group:
            yield placed.document


def parse(texts: Iterable[str]) -> AddressSet:
    """Addresses and CIDRs as one set; what is neither is left out."""
    return AddressSet.union([_parsed(text) for text in texts])


@lru_cache(maxsize=8192)
def _parsed(text: str) -> AddressSet:
    whole = text if "/" in text else f"{text}/{128 if ':' in text else 32}"
    try:
        return AddressSet.parse(whole)
    except ValueError:
        return AddressSet.empty()


def _is_for_others(document: Document) -> bool:
    """Whether a pool gives pods no addresses: switched off, or for tunnels or load balancers."""
    spec = mapping_at(document.body, ("spec",))
    uses = spec.get("allowedUses")
    return spec.get("disabled") is True or (isinstance(uses, list) and "Workload" not in uses)


def _pods(index: ResourceIndex) -> Iterator[tuple[AddressSet, Owner]]:
    for placed in index.documents.get("Pod", ()):
        body = placed.document.body
        on_host = mapping_at(body, ("spec",)).get("hostNetwork") is True
        if not on_host and mapping_at(body, ("status",)).get("phase") not in _FINISHED:
            for path in (_ADDRESS, ("status", "podIPs", "ip")):
                for place, text in _strings(placed.document, path, _FOR_NOW):
                    yield _parsed(text), Owner(Kind.POD, placed.namespace, place)


_ADDRESS: Path = ("status", "podIP")
_FOR_NOW = "has this address for now"
_FINISHED = frozenset({"Succeeded", "Failed"})


def _services(index: ResourceIndex) -> Iterator[tuple[AddressSet, Owner]]:
    for namespace, services in index.services.items():
        for service in services.values():
            for path in (("spec", "clusterIPs"), ("spec", "clusterIP")):
                for place, text in _strings(service.document, path, "answers at this address"):
                    yield _parsed(text), Owner(Kind.SERVICE, namespace, place)


def _nodes(index: ResourceIndex) -> Iterator[tuple[AddressSet, Owner]]:
    for (group, kind), (path, key) in _NODES.items():
        for document in documents(index, group, kind):
            for position, entry in enumerate(items_at(document.body, tuple(map(str, path)))):
                if isinstance(entry, dict) and entry.get("type") in _NODE_TYPES:
                    place = Location(document, (*path, position, key), "has this address")
                    yield _parsed(str(entry.get(key))), Owner(Kind.NODE, "", place)


def _strings(document: Document, path: Path, note: str) -> Iterator[tuple[Location, str]]:
    """The texts at a path of field names, which passes through lists; a text may list several."""
    for place, text in _walk(document.body, path, ()):
        for part in text.split(","):
            yield Location(document, place, note), part.strip()


def _walk(value: object, path: Path, place: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _walk(item, path, (*place, position))
    elif path and isinstance(value, dict):
        yield from _walk(value.get(str(path[0])), path[1:], (*place, path[0]))
    elif not path and isinstance(value, str):
        yield place, value
