"""Cuts a run into bundles: configuration, rendered sources, kustomizations, alternatives."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from netlint_rules.bundle.alternatives import Group, split
from netlint_rules.bundle.identities import clashes, strays
from netlint_rules.bundle.model import Bundle, BundleSpec, Cut, Placed
from netlint_rules.bundle.paths import glob_expression, join, normal, parent
from netlint_rules.bundle.view import STDIN, View
from netlint_rules.record import replace
from netlint_rules.source.document import Document
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.bundle.graph import Graph
    from netlint_rules.bundle.transform import Entry


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
    taken = set(claimed)
    missing: Iterable[str] = ()
    if graph is not None:
        known = {normal(path) for path in (*read, *view.kustomization_files.values())}
        missing = graph.missing(known)
        bundles += _kustomized(view, graph, claimed)
        taken |= graph.files()
    bundles += _examples(view, claimed)
    bundles += _others(view, taken, {bundle.name for bundle in bundles if bundle.placed})
    kept = tuple(_named(bundle for bundle in bundles if bundle.placed))
    return Cut(
        kept,
        tuple(sorted(missing)),
        tuple(clashes(kept, view)),
        tuple(_notes(view)),
        tuple(strays(kept, view)),
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
                placed.extend(view.place(documents, parent(path)))
    claimed.update(folders, reached)
    return Bundle(spec.name, "the configuration defines it", _in_order(placed), spec)


def _expression(spec: BundleSpec, root: str) -> re.Pattern[str]:
    return glob_expression([join(root, path) for path in spec.paths])


def _reached(
    view: View, graph: Graph | None, folders: Iterable[str]
) -> tuple[list[Placed], set[str]]:
    """What the kustomizations of some folders stand for, and the files that they use up."""
    if graph is None:
        return [], set()
    tops = graph.sources(folders)
    placed = [
        view.place_entry(entry, folder)
        for folder in tops
        for entry in _deployed(view, graph, folder)
    ]
    return placed, graph.files(set().union(*map(graph.reach, tops)))


def _deployed(view: View, graph: Graph, folder: str) -> list[Entry]:
    """What a kustomization stands for, where Flux or Argo CD deploys it to."""
    from netlint_rules.bundle.graph import place

    entries, target = graph.expand(folder), view.target(folder)
    return place(entries, target.namespace, overrides=target.overrides) if target else entries


def _rendered(view: View, specs: Sequence[BundleSpec], root: str) -> Iterator[Bundle]:
    """One bundle for each rendered source; a specification that matches gives its facts."""
    for label, documents in sorted(view.rendered.items()):
        folder = "" if label == STDIN else normal(label)
        spec = next((one for one in specs if _expression(one, root).match(folder)), None)
        reason = "read from standard input" if label == STDIN else f"rendered from {label}"
        placed = tuple(view.place(documents, folder))
        yield Bundle(label, reason, placed, spec)


def _kustomized(view: View, graph: Graph, claimed: Collection[str]) -> Iterator[Bundle]:
    """One bundle for each kustomization that nothing includes."""
    for folder in graph.roots():
        if folder not in claimed:
            placed = [view.place_entry(entry, folder) for entry in _deployed(view, graph, folder)]
            reason = f"the kustomization in {folder or 'this folder'} with all it includes"
            yield Bundle(folder or ".", reason, _in_order(placed))


def _examples(view: View, claimed: Collection[str]) -> Iterator[Bundle]:
    """One bundle for each Markdown file: examples must not count for real manifests."""
    for path, documents in view.markdown.items():
        if path not in claimed:
            placed = tuple(view.place(documents, parent(path)))
            yield Bundle(path, "the examples of one document", placed)


def _others(view: View, taken: Collection[str], names: Collection[str]) -> Iterator[Bundle]:
    """Bundles of the files that no other bundle has, cut where they define the same objects.

    `names` are those of the other bundles.
    """
    alone = not names
    files = {
        path: view.place(documents, parent(path))
        for path, documents in view.files.items()
        if path not in taken
    }
    for group in split(files):
        name = _name(group.places) if group.places or alone else _name_of_all(files)
        clear = name if name not in names else f"{name} (other files)"
        yield Bundle(clear, _reason(group, alone=alone), _in_order(group.placed))


def _name(places: Sequence[str]) -> str:
    """A short name for places: the one there is, or what they have in common, `*/dev`."""
    if len(places) < 2:
        return "".join(places) or "."
    last = {place.rpartition("/")[2] for place in places}
    return posixpath.join(_shared_folder(places), "*", *(last if len(last) == 1 else ()))


def _shared_folder(paths: Collection[str]) -> str:
    mixed = len({path.startswith("/") for path in paths}) > 1
    return "" if mixed or not paths else posixpath.commonpath(paths)


def _name_of_all(files: Collection[str]) -> str:
    return _shared_folder({parent(path) for path in files}) or "."


def _reason(group: Group, *, alone: bool) -> str:
    if group.example:
        _, kind, _, name = group.example
        places = " and ".join(place or "this folder" for place in group.places)
        return f"{places}: other places define the same objects, {kind} {name} for one"
    if group.places:
        return "what the alternatives have in common"
    return "everything in view" if alone else "the files that no kustomization includes"


def _in_order(placed: Iterable[Placed]) -> tuple[Placed, ...]:
    """Objects in the order of their files, each only once in each namespace."""
    found = {(id(item.document), item.namespace): item for item in placed}
    return tuple(sorted(found.values(), key=_position))


def _position(placed: Placed) -> tuple[str, int]:
    return placed.document.origin.file, placed.document.index


def _named(bundles: Iterable[Bundle]) -> Iterator[Bundle]:
    """The bundles with a number after each name that was there before."""
    used: dict[str, int] = defaultdict(int)
    for bundle in bundles:
        used[bundle.name] += 1
        number = used[bundle.name]
        yield replace(bundle, name=f"{bundle.name} ({number})") if number > 1 else bundle


def _notes(view: View) -> Iterator[str]:
    """What the kustomizations in view include and netlint can't see."""
    for folder, node in sorted(view.kustomizations.items()):
        unseen = [
            f"{count} {what}{'s' if count > 1 else ''}"
            for count, what in ((node.remote, "remote source"), (node.charts, "Helm chart"))
            if count
        ]
        if unseen:
            where = folder or "."
            yield (
                f"the kustomization in {where} includes {' and '.join(unseen)}, which only "
                f"`netlint kustomize {where}` shows"
            )
