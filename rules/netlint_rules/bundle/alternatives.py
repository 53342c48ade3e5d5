"""Folders and files that define the same objects: alternatives, not one cluster."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from netlint_rules.bundle.model import Placed
from netlint_rules.bundle.paths import ancestors, parent
from netlint_rules.record import dataclass, field
from netlint_rules.source.placeholders import is_placeholder

Identity = tuple[str, str, str, str]
"""API group, kind, namespace and name."""

_DEEPEST = 50
"""How many levels of folders are told apart."""

_REPEATS = 4
"""How often, on average, an object may stand in bundles before what is common gets its own."""


@dataclass(slots=True)
class Group:
    """Objects that belong together.

    `places` are the folders or files that make it an alternative, none where it is everything;
    `example` is an object that others define too.
    """

    placed: list[Placed] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    example: Identity | None = None


@dataclass(slots=True)
class _Branch:
    """What a folder holds: objects common to all its alternatives, and those by their name.

    `certain` identities make two branches alternatives wherever they meet. `likely` ones, in
    namespaces that nobody gave, do so only where a branch shares most of its own.
    """

    common: list[Placed] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    certain: set[Identity] = field(default_factory=set)
    likely: set[Identity] = field(default_factory=set)


def identity(placed: Placed) -> Identity | None:
    """What makes two documents the same object; None for an object without a known name."""
    document = placed.document
    name = document.metadata.get("name")
    if not isinstance(name, str) or not name or is_placeholder(name):
        return None
    return document.group, document.kind, placed.namespace, name


def repeated_namespaces(placed: Iterable[Placed]) -> set[Identity]:
    """Namespaces that are written several times in the same words: applying both does no harm."""
    bodies: dict[Identity, list[dict[str, object]]] = defaultdict(list)
    for item in placed:
        if item.document.kind == "Namespace" and (key := identity(item)):
            bodies[key].append(item.document.body)
    return {key for key, same in bodies.items() if all(body == same[0] for body in same)}


def are_distinct(placed: Iterable[Placed]) -> bool:
    """Whether certainly no two of them are the same object, in whatever namespace that isn't known.

    Tells most runs at once that there is nothing to compare.
    """
    seen = set()
    total = 0
    for item in placed:
        where, document = item.namespace, item.document
        seen.add(("?" if where[:1] == "?" else where, document.kind, document.name))
        total += 1
    return len(seen) == total


def split(files: Mapping[str, Sequence[Placed]]) -> list[Group]:
    """The objects of the files, cut where the same object is defined in two places.

    Where folders clash, those below their lowest common ancestor are alternatives, and each gets
    what lies outside of all. Alternatives of the same name in several places belong together:
    `a/dev` with `b/dev`. Takes time linear in the number of objects.
    """
    every = [item for items in files.values() for item in items]
    if are_distinct(every):
        return [Group(every)]
    harmless = repeated_namespaces(every)
    folders: dict[str, dict[str, Sequence[Placed]]] = defaultdict(dict)
    for path in sorted(files):
        folders[_folder(path)][path] = files[path]
    below: dict[str, dict[str, _Branch]] = defaultdict(dict)
    for folder in _deepest_first(folders):
        branches = below.pop(folder, {})
        if folder in folders:
            branches[folder] = _read(folder, folders[folder], harmless)
        below[parent(folder) if folder else "top"][folder] = _join(branches, folder)
    top = below["top"].get("", _Branch())
    return list(_spread(top, "").values()) if top.groups else [Group(top.common)]


def _folder(path: str) -> str:
    """The folder of a file; below the deepest that is looked at, that one."""
    return "/".join(parent(path).split("/", _DEEPEST)[:_DEEPEST])


def _deepest_first(folders: Iterable[str]) -> list[str]:
    every = {above for folder in folders for above in ancestors(folder)}
    return sorted(every, key=lambda folder: (-folder.count("/") if folder else 1, folder))


def _read(folder: str, files: Mapping[str, Sequence[Placed]], harmless: set[Identity]) -> _Branch:
    """The files of one folder: those that share most of their objects are alternatives."""
    branch = _Branch()
    certain: dict[str, set[Identity]] = {}
    for path, items in files.items():
        keys = {key for item in items if (key := identity(item)) and key not in harmless}
        certain[path] = keys
        branch.certain.update(key for key in keys if not key[2].startswith("?"))
        branch.likely.update(key for key in map(_anywhere, keys) if key)
    shared = _shared(certain)
    alternatives = _involved(shared, _similar(certain, shared))
    for path, items in files.items():
        if path in alternatives:
            name = path.removeprefix(f"{folder}/")
            branch.groups[name] = Group(list(items), [path], alternatives[path])
        else:
            branch.common.extend(items)
    return branch


def _anywhere(key: Identity) -> Identity | None:
    """An object in a namespace that nobody gave, as if all those were the same one.

    Policies say nothing here: every namespace may have its own `default-deny`.
    """
    group, kind, namespace, name = key
    if not namespace.startswith("?") or kind.endswith("Policy"):
        return None
    return group, kind, "?", name


def _shared(keys: Mapping[str, set[Identity]]) -> dict[Identity, list[str]]:
    """The identities that several places hold, with the places.

    The largest set is only asked, never gone through: joining folders upwards stays linear.
    """
    if len(keys) < 2:
        return {}
    largest = max(keys, key=lambda place: len(keys[place]))
    holders: dict[Identity, list[str]] = defaultdict(list)
    for place in keys.keys() - {largest}:
        for key in keys[place]:
            holders[key].append(place)
    for key, places in holders.items():
        if key in keys[largest]:
            places.append(largest)
    return {key: sorted(places) for key, places in holders.items() if len(places) > 1}


def _similar(
    keys: Mapping[str, set[Identity]], shared: Mapping[Identity, Sequence[str]]
) -> set[str]:
    """The places that share at least half of their objects, and more than one.

    Places of one object each are similar where every place has an object that others have too.
    """
    count = Counter(place for places in shared.values() for place in places)
    everywhere = all(count[place] for place in keys if keys[place])
    return {
        place
        for place, found in count.items()
        if 2 * found >= len(keys[place]) and (found > 1 or (everywhere and len(keys[place]) == 1))
    }


def _involved(
    shared: Mapping[Identity, Sequence[str]], similar: set[str] | None
) -> dict[str, Identity]:
    """The places that are alternatives, with an object that others have too.

    An identity counts if one of its places is `similar` to others; None counts every identity.
    """
    involved: dict[str, Identity] = {}
    for key in sorted(shared):
        if similar is None or not similar.isdisjoint(shared[key]):
            for place in shared[key]:
                involved.setdefault(place, key)
    return involved


def _join(branches: dict[str, _Branch], folder: str) -> _Branch:
    """The branches of a folder: its own files (under the folder's path) and its subfolders."""
    if len(branches) == 1:
        return next(iter(branches.values()))
    certain = {place: branch.certain for place, branch in branches.items()}
    likely = {place: branch.likely for place, branch in branches.items()}
    maybe = _shared(likely)
    involved = _involved(maybe, _similar(likely, maybe)) | _involved(_shared(certain), None)
    joined = _Branch(certain=_union(certain.values()), likely=_union(likely.values()))
    for place in sorted(branches):
        branch = branches[place]
        if place in involved:
            label = place.rpartition("/")[2] if place != folder else "."
            for name, group in _spread(branch, place).items():
                group.example = group.example or involved[place]
                _add(joined, posixpath.join(label, name), group)
        else:
            joined.common.extend(branch.common)
            for name, group in branch.groups.items():
                _add(joined, name, group)
    return joined


def _spread(branch: _Branch, place: str) -> dict[str, Group]:
    """The alternatives of a branch, each with what is common to them."""
    if not branch.groups:
        return {"": Group(branch.common, [place])}
    total = len(branch.common) + sum(len(group.placed) for group in branch.groups.values())
    if len(branch.groups) * len(branch.common) > _REPEATS * total:
        return {**branch.groups, "": Group(branch.common, [place])}
    for group in branch.groups.values():
        group.placed = [*branch.common, *group.placed]
    return branch.groups


def _add(branch: _Branch, name: str, group: Group) -> None:
    known = branch.groups.setdefault(name, Group(example=group.example))
    known.placed.extend(group.placed)
    known.places.extend(group.places)


def _union(sets: Iterable[set[Identity]]) -> set[Identity]:
    """All of the sets, in the largest one: it is changed."""
    largest, *others = sorted(sets, key=len, reverse=True)
    largest.update(*others)
    return largest
