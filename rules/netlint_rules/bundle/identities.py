"""Objects whose identity is in doubt: defined twice, or in no namespace among several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from netlint_rules.bundle.alternatives import Identity, are_distinct, identity, repeated_namespaces
from netlint_rules.bundle.model import Bundle
from netlint_rules.bundle.paths import parent
from netlint_rules.bundle.view import View
from netlint_rules.source.document import Document


def clashes(bundles: Iterable[Bundle], view: View) -> Iterator[tuple[Document, ...]]:
    """Objects that one folder or rendered source defines twice in a bundle, each group once."""
    seen: set[tuple[int, ...]] = set()
    for bundle in bundles:
        if are_distinct(bundle.placed):
            continue
        harmless = repeated_namespaces(bundle.placed)
        groups: dict[tuple[str, Identity], dict[int, Document]] = defaultdict(dict)
        for item in bundle.placed:
            key, document = identity(item), view.source(item.document)
            if key and key not in harmless:
                origin = document.origin
                groups[origin.rendered_from or parent(origin.file), key][id(document)] = document
        for same in groups.values():
            if len(same) > 1 and tuple(same) not in seen:
                seen.add(tuple(same))
                yield tuple(same.values())


def strays(bundles: Iterable[Bundle], view: View) -> Iterator[Document]:
    """Objects that nobody gives a namespace, in files whose other objects name several."""
    seen: set[int] = set()
    for bundle in bundles:
        homeless: dict[str, dict[int, Document]] = defaultdict(dict)
        for item in bundle.placed:
            if item.namespace.startswith("?"):
                document = view.source(item.document)
                homeless[document.origin.file][id(document)] = document
        named: dict[str, set[str]] = defaultdict(set)
        for item in bundle.placed if homeless else ():
            if item.namespace and not item.namespace.startswith("?"):
                named[item.document.origin.file].add(item.namespace)
        for file, documents in homeless.items():
            if len(named[file]) > 1:
                yield from (each for key, each in documents.items() if key not in seen)
                seen.update(documents)
