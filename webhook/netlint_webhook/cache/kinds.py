"""Which kinds of objects the view of the cluster holds, and where the API server has them."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.index import UNMODELLED
from netlint_rules.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of objects.

    `version` and `collection`, the rest of its path, are empty for kinds of other APIs until the
    API server has said them. `needed`: without these objects nothing can be called missing.
    `query` narrows the collection.
    """

    group: str
    kind: str
    version: str = ""
    collection: str = ""
    needed: bool = False
    query: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_foreign(self) -> bool:
        """Whether it is a policy of another API: the cluster may lack it, in any version."""
        return self.kind in UNMODELLED.get(self.group, ())

    @property
    def label(self) -> str:
        """The kind in metrics and logs."""
        return f"{self.kind}.{self.group}" if self.is_foreign else self.kind

    @property
    def api_version(self) -> str:
        """`apiVersion` of its objects."""
        return "/".join(filter(None, (self.group, self.version or (self.group and "v1"))))

    @property
    def path(self) -> str:
        """The path of the collection."""
        return f"{group_path(self.group)}/{self.version}/{self.collection}"


def group_path(group: str) -> str:
    """Where the versions of a group are."""
    return f"/apis/{group}" if group else "/api"


POLICY = Kind("networking.k8s.io", "NetworkPolicy", "v1", "networkpolicies", needed=True)
NAMESPACE = Kind("", "Namespace", "v1", "namespaces", needed=True)
POD = Kind("", "Pod", "v1", "pods", needed=True)
SERVICE = Kind("", "Service", "v1", "services", needed=True)

_ADMISSION, _REGISTRATION = "admissionregistration.k8s.io", "apiregistration.k8s.io"
OTHERS = (
    Kind(_ADMISSION, "ValidatingWebhookConfiguration", "v1", "validatingwebhookconfigurations"),
    Kind(_ADMISSION, "MutatingWebhookConfiguration", "v1", "mutatingwebhookconfigurations"),
    Kind(_REGISTRATION, "APIService", "v1", "apiservices"),
    Kind("", "Node", "v1", "nodes"),
    Kind("networking.k8s.io", "ServiceCIDR", "v1", "servicecidrs"),
    Kind(
        "discovery.k8s.io",
        "EndpointSlice",
        "v1",
        "namespaces/default/endpointslices",
        query={"labelSelector": "kubernetes.io/service-name=kubernetes"},
    ),
)
"""Kinds that make claims sharper, but none of which a claim of something missing hangs on."""

FOREIGN = tuple(
    Kind(group, kind, needed=True) for group, kinds in UNMODELLED.items() for kind in sorted(kinds)
)

EVERY = (POLICY, NAMESPACE, POD, SERVICE, *OTHERS, *FOREIGN)
