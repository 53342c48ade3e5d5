"""Kustomizations in view as a graph: what each one reaches, and what it makes of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from netlint_rules.bundle.gitops import Deployment, deployments, locate
from netlint_rules.bundle.kustomization import Kustomization, Patch
from netlint_rules.bundle.model import group_key
from netlint_rules.bundle.patches import Change, apply, read_patch, read_replacement
from netlint_rules.bundle.paths import ancestors, is_below
from netlint_rules.bundle.transform import Entry, entry_of, move, transform
from netlint_rules.source.document import Document

_DEEPEST = 100
"""Longest chain of kustomizations that is followed."""

_LARGEST = 100_000
"""Most objects of one kustomization: those that include another twice double at each step."""

_MOST_USES = 10_000
"""Most uses of components in a run: they double in the same way."""


class Graph:
    """Follows kustomizations, and the folders that Flux or Argo CD objects in them deploy.

    `files` holds the objects by file. A folder that is deployed without a kustomization.yaml
    counts as one that includes everything below it, as Flux has it.
    """

    def __init__(
        self, kustomizations: Mapping[str, Kustomization], files: Mapping[str, Sequence[Document]]
    ) -> None:
        self._written = sorted(kustomizations)
        self._nodes = dict(kustomizations)
        self._files = files
        self._paths = sorted(files)
        self._folders = {above for path in (*files, *self._nodes) for above in ancestors(path)}
        self._built: dict[str, list[Entry]] = {}
        self._open: list[str] = []
        self._uses = 0
        self._edges: dict[str, set[str]] = {directory: set() for directory in kustomizations}
        self._included = {path for node in kustomizations.values() for path in node.includes}
        values = {path for node in kustomizations.values() for path in node.values}
        self.values = values - self._included

    def missing(self, known: Collection[str]) -> set[str]:
        """What kustomizations include or patch with, and that is neither in view nor `known`."""
        wanted = {
            path
            for node in self._nodes.values()
            for path in (*node.includes, *(patch.path for patch in node.patches))
        }
        return wanted - {"", *known, *self._files, *self._nodes}

    def files(self, folders: Iterable[str] | None = None) -> set[str]:
        """The files that some kustomizations include (None: all of those looked at so far).

        With them come the files that any kustomization reads for their values: no objects.
        """
        nodes = self._nodes if folders is None else folders
        return self.values.union(*(self._nodes[folder].includes for folder in nodes))

    def roots(self) -> list[str]:
        """The folders of kustomizations that nothing else includes or deploys, in order."""
        hidden = {path for value in self.values & self._nodes.keys() for path in self.reach(value)}
        tops = [path for path in self._written if path not in self._included | hidden]
        roots = self.sources(tops)
        reached = hidden.union(*map(self.reach, roots))
        for directory in self._written:  # those left include each other in a circle
            if directory not in reached:
                roots.append(directory)
                reached |= self.reach(directory)
        return roots

    def sources(self, folders: Iterable[str]) -> list[str]:
        """Those that no other one includes or deploys, in order.

        Of those that include each other, the first.
        """
        reach = {folder: self.reach(folder) for folder in sorted(folders)}
        above: dict[str, list[str]] = {folder: [] for folder in reach}
        for folder, reached in reach.items():
            for inner in reached:
                if inner in above and inner != folder:
                    above[inner].append(folder)
        return [
            folder
            for folder, others in above.items()
            if all(other in reach[folder] and folder < other for other in others)
        ]

    def reach(self, directory: str) -> set[str]:
        """The folders that a kustomization includes or deploys, directly or not, and itself."""
        self.expand(directory)
        found, todo = {directory}, [directory]
        while todo:
            new = self._edges[todo.pop()] - found
            found |= new
            todo.extend(new)
        return found

    def expand(self, directory: str) -> list[Entry]:
        """The objects that the kustomization of a folder stands for, patched fields marked."""
        if directory not in self._built:
            if directory in self._open or len(self._open) > _DEEPEST:
                return []
            self._built[directory] = self._build(directory, [])
        return self._built[directory]

    def _build(self, directory: str, entries: list[Entry]) -> list[Entry]:
        """What a kustomization makes of what it includes; a component, also of `entries`."""
        self._open.append(directory)
        node = self._nodes[directory]
        for path in node.includes:
            entries = self._include(directory, path, entries)
        changes = [change for patch in node.patches for change in self._patch(patch)]
        changes += map(read_replacement, node.replacements)
        self._open.pop()
        return transform(apply(_distinct(entries), changes), node)

    def _include(self, directory: str, path: str, entries: list[Entry]) -> list[Entry]:
        """The entries with what `path` adds to them, or changes in them."""
        node = self._nodes.get(path)
        if node is None:
            entries.extend(self._read(directory, path))
            return entries
        self._edges[directory].add(path)
        if node.component:
            self._uses += 1
            circular = path in self._open or self._uses > _MOST_USES
            return entries if circular else self._build(path, entries)
        entries.extend(self.expand(path))
        return entries

    def _read(self, directory: str, file: str) -> Iterator[Entry]:
        """The objects of a file, and what they deploy to the same cluster."""
        for document in self._files.get(file, ()):
            yield entry_of(document)
            for deployment in deployments(document):
                folder = locate(deployment.directory, file, self._folders)
                if deployment.here and folder not in {None, directory}:
                    yield from self._deploy(directory, folder or "", deployment)

    def _deploy(self, directory: str, folder: str, deployment: Deployment) -> Iterator[Entry]:
        if folder not in self._nodes:
            self._nodes[folder] = Kustomization(folder, tuple(self._below(folder)))
            self._edges[folder] = set()
        self._edges[directory].add(folder)
        changes = [change for patch in deployment.patches for change in self._patch(patch)]
        entries = apply(self.expand(folder), changes)
        for entry in place(entries, deployment.namespace, overrides=deployment.overrides):
            yield entry._replace(namespace=entry.namespace or group_key(folder), settled=True)

    def _below(self, folder: str) -> Iterator[str]:
        """The kustomizations below a folder, and the files that are outside of those."""
        inner: set[str] = set()
        for path in _starting(self._written, folder):
            if inner.isdisjoint(ancestors(path)):
                inner.add(path)
                yield path
        for path in _starting(self._paths, folder):
            if path not in self.values and inner.isdisjoint(ancestors(path)):
                yield path

    def _patch(self, patch: Patch) -> Iterator[Change]:
        return read_patch(patch, [document.body for document in self._files.get(patch.path, ())])


def place(entries: Sequence[Entry], namespace: str, *, overrides: bool) -> list[Entry]:
    """The objects in the namespace that a controller deploys them to, if it names one."""
    if not namespace:
        return list(entries)
    if overrides:
        return move(entries, namespace)
    return [
        entry if entry.namespace or entry.settled else entry._replace(namespace=namespace)
        for entry in entries
    ]


def _starting(paths: Sequence[str], folder: str) -> Iterator[str]:
    """Those of the sorted paths that are below a folder."""
    for at in range(bisect_left(paths, f"{folder}/"), len(paths)):
        if not is_below(paths[at], folder):
            return
        yield paths[at]


def _distinct(entries: Iterable[Entry]) -> list[Entry]:
    """The entries without repetitions: two ways to the same object give it once."""
    found: dict[object, Entry] = {}
    for entry in entries:
        found.setdefault((id(entry.source), entry.namespace, entry.name), entry)
        if len(found) == _LARGEST:
            break
    return list(found.values())
