"""The ends of a connection: pods, addresses outside, nodes, Services, pods that are not in view."""

from __future__ import annotations

from netlint_rules.addresses import AddressSet
from netlint_rules.record import NamedTuple, dataclass
from netlint_rules.resources import Service, Workload


class Owner(NamedTuple):
    """What a user calls a workload: a Deployment rather than its ReplicaSets and Pods.

    `namespace` is the resolved one; `ResourceIndex.describe` says it in words.
    """

    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods of a workload; any of them, for they are alike.

    `addresses` are those that they may have: their own where objects show them, else the ranges
    of the cluster's pods, or of its nodes for pods in the host's network. `node` is the name of
    the node that they run on, empty where it isn't known.
    """

    workload: Workload
    addresses: AddressSet
    node: str = ""

    @property
    def has_policies(self) -> bool:
        """Whether network policies apply to them."""
        return self.workload.is_subject

    def __str__(self) -> str:
        pods = self.workload
        return f"{pods.namespace}/{pods.kind}/{pods.name}"


@dataclass(frozen=True, slots=True)
class Outside:
    """Addresses that belong to no pod in view: whatever has them, no selector matches it."""

    addresses: AddressSet
    node: str = ""

    @property
    def has_policies(self) -> bool:
        """Whether network policies apply to it: never."""
        return False

    def __str__(self) -> str:
        return f"node {self.node}" if self.node else str(self.addresses)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A pod that stands for those not in view: without labels, in a namespace without labels.

    What reaches pods from it reaches them from every namespace of the cluster.
    """

    addresses: AddressSet
    node: str = ""

    @property
    def has_policies(self) -> bool:
        """Whether network policies in view apply to it: none does."""
        return False

    def __str__(self) -> str:
        return "pods of any namespace"


@dataclass(frozen=True, slots=True)
class Controller:
    """An ingress or gateway controller that isn't in view: any pods that such components may be.

    `addresses` are those of pods and of nodes, for it may be in the network of its node.
    """

    addresses: AddressSet
    node: str = ""

    @property
    def has_policies(self) -> bool:
        """Whether network policies in view apply to it: none is known to."""
        return False

    def __str__(self) -> str:
        return "an ingress controller"


ANY_NODE = "of the cluster"
"""The name of a node that may be any."""

End = Pods | Outside | Stranger | Controller
"""One end of a connection, as policies see it. A node is `Outside` with a name."""

Destination = Pods | Outside | Stranger | Controller | Service
"""What a question may name as the destination: a Service stands for the pods behind it."""
