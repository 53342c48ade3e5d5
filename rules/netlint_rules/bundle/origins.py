"""Which file an object comes from that a renderer printed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from netlint_rules.bundle.paths import normal
from netlint_rules.bundle.view import View
from netlint_rules.source.document import Document

RenderedKey = tuple[str, str, str]
"""Kind, namespace ("" if none is written) and name of an object as rendered."""


def unread(documents: Sequence[Document], read: Collection[str]) -> set[str]:
    """What the kustomizations among the documents refer to, besides what was read."""
    graph = View(documents, "").graph()
    return graph.missing({normal(path) for path in read}) if graph else set()


def origins(documents: Sequence[Document], directory: str) -> dict[RenderedKey, str]:
    """The file of each object that the kustomization of a folder includes, as it is rendered."""
    view, folder = View(documents, ""), normal(directory)
    graph = view.graph()
    if graph is None or folder not in view.kustomizations:
        return {}
    files: dict[RenderedKey, str] = {}
    for entry in graph.expand(folder):
        if not entry.settled:
            key = entry.kind, entry.namespace, entry.name
            files.setdefault(key, entry.source.origin.file)
    return files
