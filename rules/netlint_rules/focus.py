"""What a review of one policy is about: that policy, and the pods that it can matter to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netlint_rules.dialects import kubernetes
from netlint_rules.policy import Direction, Policy
from netlint_rules.record import dataclass
from netlint_rules.resources import mapping_at
from netlint_rules.selector import EVERYTHING, Selector
from netlint_rules.source.document import Document


@dataclass(frozen=True, slots=True)
class Focus:
    """The policies that a request makes or removes, and the selectors of their pods.

    What policies do to other pods, or in other `directions` than they isolate, is as it was before
    the request. `pods` None: look at all pods even so.
    """

    documents: Sequence[Document]
    pods: frozenset[Selector] | None
    directions: frozenset[Direction] = frozenset(Direction)

    @staticmethod
    def of(documents: Iterable[Document]) -> Focus:
        """The focus on some policies; those of other APIs may be about any pod."""
        chosen = tuple(documents)
        directions = frozenset().union(*map(_directions, chosen))
        return Focus(chosen, frozenset(map(_pods, chosen)), directions)

    def is_on(self, policy: Policy) -> bool:
        """Whether it is one of the policies in focus."""
        return any(policy.document is document for document in self.documents)

    def is_near(self, policy: Policy) -> bool:
        """Whether a policy may select pods in focus."""
        return self.pods is None or any(each.overlaps(policy.subject) for each in self.pods)

    def on_all_pods(self) -> Focus:
        """The same policies, and all that they can't matter to."""
        return Focus(self.documents, None)


def _directions(document: Document) -> frozenset[Direction]:
    if not kubernetes.is_network_policy(document):
        return frozenset(Direction)
    return kubernetes.effective_types(mapping_at(document.body, ("spec",)))


def _pods(document: Document) -> Selector:
    if not kubernetes.is_network_policy(document):
        return EVERYTHING
    return Selector.parse(mapping_at(document.body, ("spec",)).get("podSelector"))
