"""What is in view, sorted by what it is good for, and where each object goes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from netlint_rules.bundle.gitops import KINDS, Deployment, deployments, locate
from netlint_rules.bundle.kustomization import (
    FILE_NAMES,
    Kustomization,
    is_kustomization,
    read_kustomization,
)
from netlint_rules.bundle.model import Placed, group_key, settle
from netlint_rules.bundle.paths import ancestors, normal, parent
from netlint_rules.record import replace
from netlint_rules.source.document import Document
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.bundle.graph import Graph
    from netlint_rules.bundle.transform import Entry

STDIN = "-"
_MARKDOWN = (".md", ".markdown", ".txt")


class View:
    """The documents of a run by what they are. All paths are normal: no `.` and no `x/..`.

    `rendered` holds the objects of each rendered source, `files` those of each manifest,
    `markdown` those of each Markdown file, all in the order of their files.
    """

    def __init__(self, documents: Sequence[Document], namespace: str) -> None:
        self.namespace = namespace
        self.rendered: dict[str, list[Document]] = defaultdict(list)
        self.files: dict[str, list[Document]] = defaultdict(list)
        self.markdown: dict[str, list[Document]] = defaultdict(list)
        self.kustomizations: dict[str, Kustomization] = {}
        self.kustomization_files: dict[str, str] = {}
        self.sources: dict[int, Document] = {}
        path = last = ""
        for document in sorted(documents, key=lambda each: (each.origin.file, each.index)):
            file = document.origin.file
            if file != last:
                path, last = file if file == STDIN else normal(file), file
            self._add(document, path)
        self._homes: dict[str, tuple[str, str]] = {}
        self._targets = self._locate_targets()

    def _add(self, document: Document, path: str) -> None:
        if document.origin.rendered_from or path == STDIN:
            if not is_kustomization(document):
                self.rendered[document.origin.rendered_from or STDIN].append(document)
        elif path.endswith(_MARKDOWN):
            self.markdown[path].append(document)
        elif not is_kustomization(document):
            self.files[path].append(document)
        elif path.rpartition("/")[2] in FILE_NAMES:
            directory = parent(path)
            self.kustomizations.setdefault(directory, read_kustomization(document, path))
            self.kustomization_files.setdefault(directory, path)

    def graph(self) -> Graph | None:
        """The kustomizations in view, None where there are none."""
        if not self.kustomizations:
            return None
        from netlint_rules.bundle.graph import Graph

        return Graph(self.kustomizations, self.files)

    def _locate_targets(self) -> dict[str, set[Deployment]]:
        """What Flux and Argo CD deploy, by folder."""
        found = [
            (deployment._replace(patches=()), file)
            for file, documents in self.files.items()
            for document in documents
            if document.kind in KINDS
            for deployment in deployments(document)
        ]
        targets: dict[str, set[Deployment]] = defaultdict(set)
        paths = (*self.files, *self.kustomizations) if found else ()
        folders = {above for path in paths for above in ancestors(path)}
        for deployment, file in found:
            folder = locate(deployment.directory, file, folders)
            if folder is not None and deployment.namespace:
                targets[folder].add(deployment)
        return targets

    def target(self, folder: str) -> Deployment | None:
        """Who deploys the folder, or the nearest one above; None unless they agree."""
        for above in ancestors(folder):
            if found := self._targets.get(above):
                agreed = {(one.namespace, one.overrides) for one in found}
                return next(iter(found)) if len(agreed) == 1 else None
        return None

    def place(self, documents: Iterable[Document], folder: str) -> list[Placed]:
        """Objects as written, in the namespace that their folder's objects go to."""
        if folder not in self._homes:
            self._homes[folder] = self._home(folder)
        forced, default = self._homes[folder]
        return [
            Placed(document, settle(document, forced, document.namespace, default))
            for document in documents
        ]

    def _home(self, folder: str) -> tuple[str, str]:
        """The namespace of all objects of a folder, and that of those that name none."""
        target = self.target(folder) if self._targets else None
        given = target.namespace if target else ""
        forced = given if target and target.overrides else ""
        return forced, self.namespace or given or group_key(folder)

    def place_entry(self, entry: Entry, folder: str) -> Placed:
        """An object as the kustomization of a folder makes it: a copy where it is changed."""
        document = source = entry.source
        if entry.body is not source.body or entry.patched:
            patched = source.patched | entry.patched
            document = replace(source, body=entry.body, patched=patched)
            self.sources[id(document)] = source
        known = "" if entry.namespace.startswith("?") else entry.namespace
        unknown = entry.namespace or group_key(folder)
        return Placed(document, settle(document, known, self.namespace, unknown))

    def source(self, document: Document) -> Document:
        """The document that a changed copy comes from."""
        return self.sources.get(id(document), document)
