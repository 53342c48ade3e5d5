"""Everything in view in one bundle, by namespace, with what is known to be missing from view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from netlint_rules.apivalidation import NEWEST, minor_version
from netlint_rules.bundle import Placed, describe_namespace
from netlint_rules.config import Config, View
from netlint_rules.custom import custom_workloads
from netlint_rules.dialects import kubernetes
from netlint_rules.facts import Facts
from netlint_rules.policy import PodPeer, Policy
from netlint_rules.record import dataclass, field
from netlint_rules.resources import (
    NAMESPACE_NAME,
    POD_TEMPLATES,
    ContainerPort,
    Namespace,
    Service,
    Workload,
    is_patched,
    namespace,
    service,
    workloads,
)
from netlint_rules.selector import Selector
from netlint_rules.source.document import Document
from netlint_rules.traits import Trait
from netlint_rules.truth import Truth
from netlint_rules.typed import Any

UNMODELLED: Mapping[str, frozenset[str]] = {
    "cilium.io": frozenset({"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}),
    "projectcalico.org": frozenset({"NetworkPolicy", "GlobalNetworkPolicy"}),
    "crd.projectcalico.org": frozenset({"NetworkPolicy", "GlobalNetworkPolicy"}),
    "policy.networking.k8s.io": frozenset(
        {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}
    ),
    "crd.antrea.io": frozenset({"NetworkPolicy", "ClusterNetworkPolicy"}),
}
"""Policies of other APIs, by group: they decide traffic too, and netlint can't read them yet.

Calico's Staged* kinds are left out: they are never enforced.
"""
_POLICY_KINDS = frozenset({"NetworkPolicy"}).union(*UNMODELLED.values())

MONITOR_KINDS = ("ServiceMonitor", "PodMonitor")
"""The kinds of monitoring.coreos.com that say what is scraped."""
CONTEXT_KINDS = frozenset(
    {
        "Service",
        "Namespace",
        "Endpoints",
        "EndpointSlice",
        "Node",
        "ServiceCIDR",
        "IPPool",
        "Installation",
        "ClusterConfiguration",
        "Cluster",
        "Network",
        "CiliumNode",
        "CiliumPodIPPool",
        "ClusterPolicy",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "CustomResourceDefinition",
        "APIService",
        "Ingress",
        "HTTPRoute",
        "Route",
        "ServiceMonitor",
        "PodMonitor",
        "Kustomization",
        "Component",
        "Application",
    }
)
"""Kinds besides policies and workloads that some rule, or the cutting of bundles, reads."""


def wanted_kinds(facts: Facts) -> frozenset[str]:
    """Every kind that is worth decoding; the others are only counted."""
    return _POLICY_KINDS | CONTEXT_KINDS | frozenset(POD_TEMPLATES) | facts.custom_kinds


def no_pod(_address: str) -> Placed | None:
    """Where `documents` has every pod in view there are no others to be found."""
    return None


class Policies(Mapping[str, list[Policy]]):
    """Policies by namespace, each read when somebody first asks for its namespace.

    Processes that share out the namespaces of a bundle share out the reading, too.
    """

    def __init__(self) -> None:
        self._held: dict[str, list[tuple[Document, int]]] = {}
        self._known: dict[str, list[Policy]] = {}

    def hold(self, document: Document, where: str, minor: int) -> None:
        """Take in a policy of a namespace. `minor` as for kubernetes.read."""
        self._held.setdefault(where, []).append((document, minor))
        self._known.pop(where, None)

    def __getitem__(self, where: str) -> list[Policy]:
        known = self._known.get(where)
        if known is None:
            held = self._held[where]
            known = [kubernetes.read(document, where, minor) for document, minor in held]
            self._known[where] = known
        return known

    def get(self, where: str, default: Any = None) -> Any:
        """As of any mapping, which would ask for an exception first."""
        return self[where] if where in self._held else default

    def __contains__(self, where: object) -> bool:
        return where in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


@dataclass(slots=True)
class ResourceIndex:
    """The objects of one bundle. Keys are resolved namespaces; "" holds cluster-wide objects.

    `documents` has every document by kind, for rules that read kinds of their own.
    `unmodelled` has the policies of other APIs by namespace, cluster-wide ones under "".
    `kube_minor` is the minor version of Kubernetes that the objects are meant for.
    `find_pod` gives the pod that has an address; needed where `documents` doesn't hold every pod.
    """

    view: View = field(default_factory=View)
    kube_minor: int = NEWEST
    policies: Mapping[str, list[Policy]] = field(default_factory=Policies)
    workloads: dict[str, list[Workload]] = field(default_factory=lambda: defaultdict(list))
    services: dict[str, dict[str, Service]] = field(default_factory=lambda: defaultdict(dict))
    namespaces: dict[str, Namespace] = field(default_factory=dict)
    documents: dict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    unmodelled: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    find_pod: Callable[[str], Placed | None] = no_pod

    @staticmethod
    def build(placed: Iterable[Placed], config: Config, facts: Facts) -> ResourceIndex:
        """Index the documents of one bundle. Unknown kinds are kept in `documents` only."""
        minor = minor_version(config.cluster.kube_version)
        index = ResourceIndex(view=config.view, kube_minor=minor)
        for item in placed:
            index.add(item, facts)
        index.add_external(config)
        return index

    def add(self, placed: Placed, facts: Facts) -> None:
        """Index one more document under its resolved namespace."""
        document, where = placed.document, placed.namespace
        kind = document.kind
        self.documents[kind].append(placed)
        if kind == "NetworkPolicy" and kubernetes.is_network_policy(document):
            assert isinstance(self.policies, Policies)
            self.policies.hold(document, where, self.kube_minor)
        elif kind in UNMODELLED.get(document.group, ()):
            self.unmodelled[where].append(document)
        elif kind == "Service" and document.group == "":
            self.services[where][document.name] = service(document, where)
        elif kind == "Namespace" and document.group == "":
            self.namespaces[document.name] = namespace(document)
        elif kind in POD_TEMPLATES:
            self.workloads[where].extend(workloads(document, where))
        elif kind not in CONTEXT_KINDS or kind == "Service":
            self._add_custom(document, where, facts)

    def _add_custom(self, document: Document, where: str, facts: Facts) -> None:
        for row in facts.custom_workloads:
            if row.kind == document.kind and fnmatchcase(document.group, row.group):
                self.workloads[where].extend(custom_workloads(document, where, row))

    def add_external(self, config: Config) -> None:
        """Add the declared pods, once to each namespace in view that their glob matches."""
        for external in config.external_workloads:
            ports = tuple(ContainerPort(*port) for port in external.ports)
            name = str(Selector.of(external.labels))
            for where in self.names():
                if fnmatchcase(where, external.namespace) and not where.startswith("?"):
                    workload = Workload("Pod", where, name, external.labels, None, ports=ports)
                    self.workloads[where].append(workload)

    def traits(self) -> frozenset[Trait]:
        """Those of `traits.OF_OBJECTS` that it has."""
        has = {
            Trait.PODS: any(self.workloads.values()),
            Trait.HOST_NETWORK: any(
                pod.host_network for pods in self.workloads.values() for pod in pods
            ),
            Trait.SERVICES: any(self.services.values()),
            Trait.NAMESPACES: bool(self.namespaces),
            Trait.OTHER_APIS: any(self.unmodelled.values()),
            Trait.MONITORS: any(map(self.documents.get, MONITOR_KINDS)),
        }
        return frozenset(trait for trait, value in has.items() if value)

    def names(self) -> list[str]:
        """Every namespace that holds a policy, a workload or a Service, or has a manifest."""
        found = {*self.policies, *self.workloads, *self.services, *self.namespaces}
        found.update(self.unmodelled)
        return sorted(found - {""})

    def complete(self, where: str) -> bool:
        """Whether everything that exists in this namespace is in view."""
        return self.view.covers(where)

    def scope(self, where: str) -> str:
        """What a message adds to "no policy allows it": nothing where all of it is in view."""
        return "" if self.complete(where) else f" in {self.view.name}"

    def unmodelled_in(self, where: str) -> list[Document]:
        """Policies of other APIs that may apply to pods of this namespace."""
        return [*self.unmodelled.get(where, ()), *self.unmodelled.get("", ())]

    def namespace_matches(self, selector: Selector, where: str) -> Truth:
        """Whether a namespaceSelector selects this namespace.

        Only the name's label is known of a namespace whose manifest isn't in view.
        """
        known = self.namespaces.get(where)
        if known is not None:
            if is_patched(known.document, ("metadata", "labels")):
                return Truth.UNKNOWN
            return Truth.of(selector.matches(known.labels))
        if where.startswith("?"):
            return Truth.YES if selector.matches_all else Truth.UNKNOWN
        named = Selector.of({NAMESPACE_NAME: where})
        if named.implies(selector):
            return Truth.YES
        return Truth.UNKNOWN if named.overlaps(selector) else Truth.NO

    def means(self, own: str, peer: PodPeer, where: str) -> Truth:
        """Whether a peer of a policy in the namespace `own` is for pods of the namespace `where`.

        Which of the pods there is another question.
        """
        if peer.namespaces is None:
            return Truth.of(where == own)
        return self.namespace_matches(peer.namespaces, where)

    def describe(self, where: str) -> str:
        """A namespace as messages name it."""
        return describe_namespace(where)


def policies_among(placed: Iterable[Placed]) -> list[Placed]:
    """The documents that are policies: a few of many."""
    return [
        each for each in placed if each.document.kind in _POLICY_KINDS and is_policy(each.document)
    ]


def is_policy(document: Document) -> bool:
    """Whether a document is a policy, of Kubernetes or of another API."""
    if document.kind not in _POLICY_KINDS:
        return False
    is_foreign = document.kind in UNMODELLED.get(document.group, ())
    return is_foreign or kubernetes.is_network_policy(document)
