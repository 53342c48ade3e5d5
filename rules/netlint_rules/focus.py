"""What a review of one policy is about: that policy, and the pods that it can matter to."""

from __future__ import annotations

from collections.abc import Sequence

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
    the request. `pods` None: look at all pods even so. `adds`: nothing is taken away.
    """

    documents: Sequence[Document]
    pods: frozenset[Selector] | None
    directions: frozenset[Direction] = frozenset(Direction)
    adds: bool = False

    @staticmethod
    def of(new: Document | None, old: Document | None = None) -> Focus:
        """The focus on a change of a policy; one of another API may be about any pod."""
        chosen = [document for document in (new, old) if document is not None]
        reaches = [_reach(document) for document in chosen]
        pods = frozenset(selector for selector, _ in reaches)
        directions = frozenset().union(*(directions for _, directions in reaches))
        return Focus(chosen, pods, directions, adds=old is None)

    def is_on(self, policy: Policy) -> bool:
        """Whether it is one of the policies in focus."""
        return policy.document in self.documents

    def is_near(self, policy: Policy) -> bool:
        """Whether a policy is one of them, or may select pods in focus."""
        is_near = self.pods is None or any(map(policy.subject.overlaps, self.pods))
        return is_near or policy.document in self.documents

    def on_all_pods(self) -> Focus:
        """The same policies, and all that they can't matter to."""
        return Focus(self.documents, None)


def _reach(document: Document) -> tuple[Selector, frozenset[Direction]]:
    """The pods that a policy selects, and the directions in which it isolates them."""
    if not kubernetes.is_network_policy(document):
        return EVERYTHING, frozenset(Direction)
    spec = mapping_at(document.body, ("spec",))
    return Selector.parse(spec.get("podSelector")), kubernetes.effective_types(spec)
