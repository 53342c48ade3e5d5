"""Cuts a run into bundles: configuration, rendered sources, kustomizations, alternatives."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from netlint_rules.bundle.alternatives import (
    Group,
    Identity,
    identity,
    repeated_namespaces,
    split,
)
from netlint_rules.bundle.model import Bundle, BundleSpec, Cut, Placed, is_cluster_scoped
from netlint_rules.bundle.paths import glob_expression, join, normal, parent
from netlint_rules.bundle.view import STDIN, View
from netlint_rules.source.document import Document

if TYPE_CHECKING:
    from netlint_rules.bundle.graph import Graph


def cut(
    documents: Sequence[Document],
    *,
    specs: Sequence[BundleSpec] = (),
    namespace: str = "",
    root: str = "",
    read: Collection[str] = (),
) -> Cut:
    """Cut the documents of a run into bundles.

    `specs` come from the configuration in the folder `root` and decide where they match.
    `namespace` is where objects go that name none. `read` names every file that was read, those
    without an object included: what else kustomizations refer to is `missing`.
    """
    view = View(documents, namespace)
    graph = view.graph()
    claimed: set[str] = set()
    bundles = [_configured(view, graph, spec, root, claimed) for spec in specs]
    bundles += _rendered(view, specs, root)
    known = {normal(path) for path in (*read, *view.kustomization_files.values())}
    taken = set(claimed)
    if graph is not None:
        bundles += _kustomized(view, graph, claimed)
        taken |= graph.files()
    bundles += _examples(view, claimed)
    bundles += _others(view, taken, alone=not bundles)
    kept = _named([bundle for bundle in bundles if bundle.placed])
    return Cut(
        tuple(kept),
        tuple(sorted(graph.missing(known))) if graph is not None else (),
        tuple(_clashes(kept, view)),
        tuple(_notes(view)),
    )


def _configured(
    view: View, graph: Graph | None, spec: BundleSpec, root: str, claimed: set[str]
) -> Bundle:
    """The bundle of a specification. Adds the paths and folders that it claims to `claimed`."""
    matches = _expression(spec, root).match
    folders = [folder for folder, file in view.kustomization_files.items() if matches(file)]
    placed, reached = _reached(view, graph, folders)
    for path, documents in {**view.files, **view.markdown}.items():
        if matches(path):
            claimed.add(path)
            if path not in reached:
                placed.extend(view.place(document, parent(path)) for document in documents)
    claimed.update(folders, reached)
    return Bundle(spec.name, "the configuration defines it", _in_order(placed), spec)


def _expression(spec: BundleSpec, root: str) -> re.Pattern[str]:
    return glob_expression(join(root, path) for path in spec.paths)


def _reached(
    view: View, graph: Graph | None, folders: Iterable[str]
) -> tuple[list[Placed], set[str]]:
    """What the kustomizations of some folders stand for, and the files that they use up."""
    if graph is None:
        return [], set()
    reach = {folder: graph.reach(folder) for folder in sorted(folders)}
    inner = {path for folder in reach for path in reach[folder] - {folder}}
    placed = [
        view.place_entry(entry, folder)
        for folder in reach
        if folder not in inner
        for entry in graph.expand(folder)
    ]
    return placed, graph.values | graph.files_of(set(reach) | inner)


def _rendered(view: View, specs: Sequence[BundleSpec], root: str) -> Iterator[Bundle]:
    """One bundle for each rendered source; a specification that matches gives its facts."""
    for label, documents in sorted(view.rendered.items()):
        folder = "" if label == STDIN else normal(label)
        spec = next((one for one in specs if _expression(one, root).match(folder)), None)
        reason = "read from standard input" if label == STDIN else f"rendered from {label}"
        placed = tuple(view.place(document, folder) for document in documents)
        yield Bundle(label, reason, placed, spec)


def _kustomized(view: View, graph: Graph, claimed: Collection[str]) -> Iterator[Bundle]:
    """One bundle for each kustomization that nothing includes."""
    for folder in graph.roots():
        if folder not in claimed:
            entries = view.deploy(graph.expand(folder), folder)
            placed = [view.place_entry(entry, folder) for entry in entries]
            reason = f"the kustomization in {folder or 'this folder'} with all it includes"
            yield Bundle(folder or ".", reason, _in_order(placed))


def _examples(view: View, claimed: Collection[str]) -> Iterator[Bundle]:
    """One bundle for each Markdown file: examples must not count for real manifests."""
    for path, documents in view.markdown.items():
        if path not in claimed:
            placed = tuple(view.place(document, parent(path)) for document in documents)
            yield Bundle(path, "the examples of one document", placed)


def _others(view: View, taken: Collection[str], *, alone: bool) -> Iterator[Bundle]:
    """Bundles of the files that nothing else has, cut where they define the same objects."""
    files = {
        path: [view.place(document, parent(path)) for document in documents]
        for path, documents in view.files.items()
        if path not in taken
    }
    for group in split(files):
        name = _name(group.places) if group.places or alone else _name_of_all(files)
        yield Bundle(name, _reason(group, alone=alone), _in_order(group.placed))
