"""What kustomizations do with the objects that fixes change: they have to go on building."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from netlint_rules.bundle.model import Bundle, Placed
from netlint_rules.edit.editor import EditError
from netlint_rules.edit.patch import Operation, pointed
from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Document, Path


class _Moved(NamedTuple):
    """A place that is another after an operation: all below it, or a list's items from one on."""

    path: Path
    start: int | None = None

    def holds(self, place: Path) -> bool:
        """Whether what is found at a place may be another now."""
        depth = len(self.path)
        if place[:depth] != self.path:
            return False
        step = place[depth] if len(place) > depth else None
        return self.start is None or not isinstance(step, int) or step >= self.start


class Overlays:
    """The bundles that the objects of each file are in."""

    def __init__(self, bundles: Sequence[Bundle] = (), documents: Iterable[Document] = ()) -> None:
        self._names = {_key(each): each.name for each in documents}
        self._placed: dict[str, list[tuple[Bundle, Placed]]] = defaultdict(list)
        for bundle in bundles:
            for placed in bundle.placed:
                self._placed[placed.document.origin.file].append((bundle, placed))

    def check_patch(self, document: Document, operations: Sequence[Operation]) -> None:
        """Raise EditError where a kustomization's patch addresses what a fix moves or removes."""
        moved = [each for operation in operations for each in _moved(operation, document.body)]
        for bundle, placed in self._placed.get(document.origin.file, ()):
            if placed.document.index == document.index and any(
                each.holds(place) for place in placed.document.patched if place for each in moved
            ):
                raise EditError(f"{bundle.name} patches this place: change both by hand")

    def check_created(self, file: str, name: object) -> None:
        """Raise EditError where a bundle that has a file would have two policies of one name."""
        for bundle, home in self._placed.get(file, ()):
            for other in bundle.placed:
                same = self._names.get(_key(other.document)) == name
                if same and (other.namespace, other.document.kind) == (
                    home.namespace,
                    "NetworkPolicy",
                ):
                    reason = f"{bundle.name} would have two NetworkPolicies {name}"
                    raise EditError(f"{reason}: add it where there is none")


def _key(document: Document) -> tuple[str, int]:
    return document.origin.file, document.index


def _moved(operation: Operation, body: object) -> Iterator[_Moved]:
    op = operation.get("op")
    if op == "test":
        return
    for key in ("path", "from"):
        pointer = operation.get(key)
        if isinstance(pointer, str) and pointer:
            path = pointed(pointer, body)
            last = path[-1]
            removes = key == "from" or op == "remove"
            if isinstance(last, int) and op != "replace" and not pointer.endswith("/-"):
                yield _Moved(path[:-1], last)
            elif removes or op == "replace":
                yield _Moved(path)
