"""Which fields of which objects a kustomization's patches touch.

Patches are not applied: a patched field's value is unknown. `netlint kustomize` shows the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from netlint_rules.bundle.kustomization import Patch, Replacement
from netlint_rules.bundle.transform import Entry
from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Path

Body = Mapping[str, object]

ANYTHING: frozenset[Path] = frozenset({("spec",), ("metadata", "labels")})
"""What a patch touches whose content isn't known."""

_SELECTORS = ("labelSelector", "annotationSelector")

_KEYED = frozenset({"containers", "initContainers", "ephemeralContainers", "volumes"})
"""Lists that a strategic-merge patch merges by `name`; any other list counts as replaced."""


class Change(NamedTuple):
    """One patch, read: `selects` picks objects, `touches` names the fields of one that it changes.

    `deletes` is set where the patch removes the object.
    """

    selects: Callable[[Entry], bool]
    touches: Callable[[Entry], Iterable[Path]]
    deletes: bool = False


def read_patch(patch: Patch, bodies: Sequence[Body]) -> Iterator[Change]:
    """Read a patch. `bodies` are the objects in its file.

    A file without any holds RFC 6902 operations, patches a kind that netlint doesn't read, or
    isn't in view.
    """
    content = _parse(patch.text) if patch.text else list(bodies)
    operations = [item for item in content if "op" in item]
    merges = [item for item in content if "op" not in item]
    target = selector(patch.target) if patch.target is not None else None
    inexact = patch.target is not None and not patch.target.keys().isdisjoint(_SELECTORS)
    for body in merges:
        deletes = body.get("$patch") == "delete" and not inexact
        yield Change(target or selector(_own_target(body)), partial(_leaves, body), deletes)
    if operations and target:
        yield Change(target, partial(_pointers, operations))
    elif not content and target:
        yield Change(target, lambda _: ANYTHING)


def read_replacement(replacement: Replacement) -> Change:
    """Read where a replacement writes to: field paths such as `spec.ports.[name=web].port`."""
    paths = frozenset(filter(None, map(_field_path, replacement.fields)))
    return Change(selector(replacement.target), lambda _: paths)


def apply(entries: Iterable[Entry], changes: Sequence[Change]) -> list[Entry]:
    """The objects with the fields marked that the changes touch, without those deleted."""
    found = list(entries)
    for change in changes:
        found = [
            _touch(entry, change) if change.selects(entry) else entry
            for entry in found
            if not (change.deletes and change.selects(entry))
        ]
    return found


def _touch(entry: Entry, change: Change) -> Entry:
    return entry._replace(patched=entry.patched.union(change.touches(entry)))


def _field_path(text: str) -> Path:
    """The steps up to the first that selects a list item."""
    steps = re.split(r"(?<!\\)\.", text)
    plain = next((at for at, step in enumerate(steps) if step[:1] in {"[", "*", ""}), len(steps))
    return tuple(step.replace("\\.", ".") for step in steps[:plain])


def _leaves(patch: Body, entry: Entry) -> Iterator[Path]:
    """The fields that a strategic-merge patch writes in an object; () for all of it."""
    body = entry.body
    if "$patch" in patch:
        yield ()
    for key in patch.keys() - {"apiVersion", "kind", "metadata"}:
        yield from _merged_paths(patch[key], body.get(key), (key,))
    metadata, own = patch.get("metadata"), body.get("metadata")
    if isinstance(metadata, dict):
        for key in metadata.keys() - {"name", "namespace"}:
            old = own.get(key) if isinstance(own, dict) else None
            yield from _merged_paths(metadata[key], old, ("metadata", key))


def _merged_paths(patch: object, old: object, path: Path) -> Iterator[Path]:
    if isinstance(patch, dict) and patch and "$patch" not in patch:
        for key, value in patch.items():
            below = old.get(key) if isinstance(old, dict) else None
            yield from _merged_paths(value, below, (*path, key))
    elif isinstance(patch, list) and isinstance(old, list) and path[-1] in _KEYED:
        yield from _merged_items(patch, old, path)
    elif str(path[-1]).startswith("$"):
        yield path[:-1]
    else:
        yield path


def _merged_items(patch: list[object], old: list[object], path: Path) -> Iterator[Path]:
    """Items of a list that is merged by name: those that exist change, others are added."""
    places = {str(item.get("name")): at for at, item in enumerate(old) if isinstance(item, dict)}
    for item in patch:
        at = places.get(str(item.get("name"))) if isinstance(item, dict) else None
        if at is None or not isinstance(item, dict) or "$patch" in item:
            yield path
        else:
            for key in item.keys() - {"name"}:
                kept = old[at]
                below = kept.get(key) if isinstance(kept, dict) else None
                yield from _merged_paths(item[key], below, (*path, at, key))


def _pointers(operations: Iterable[Body], entry: Entry) -> Iterator[Path]:
    """The fields that RFC 6902 operations write; adding or removing an item changes its list."""
    for operation in operations:
        kind = operation.get("op")
        if kind == "test":
            continue
        for field in ("path", "from") if kind == "move" else ("path",):
            pointer = operation.get(field)
            if isinstance(pointer, str):
                yield _pointed(pointer, entry.body, kind == "replace")


def _pointed(pointer: str, node: object, replaces: bool) -> Path:
    path: Path = ()
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for at, step in enumerate(steps):
        if isinstance(node, list):
            last = at == len(steps) - 1
            if not step.isdecimal() or (last and not replaces):
                return path
            index = int(step)
            node, path = (node[index] if index < len(node) else None), (*path, index)
        else:
            node, path = (node.get(step) if isinstance(node, dict) else None), (*path, step)
    return path


def selector(target: Mapping[str, object]) -> Callable[[Entry], bool]:
    """Whether an object is the target of a patch: every given field is an anchored pattern.

    What can't be told is taken as a match: a field too many is unknown then, not a field too few.
    """
    field = {key: value for key, value in target.items() if isinstance(value, str) and value}
    group, version, kind = (_pattern(field.get(key, "")) for key in ("group", "version", "kind"))
    name, namespace = _pattern(field.get("name", "")), _pattern(field.get("namespace", ""))
    labels = _equalities(field.get("labelSelector", ""))

    def selects(entry: Entry) -> bool:
        source = entry.source
        return (
            not entry.settled
            and kind(source.kind)
            and (name(source.name) or name(entry.name))
            and group(source.group)
            and version(source.api_version.rpartition("/")[2])
            and (namespace(source.namespace) or namespace(entry.namespace))
            and labels.items() <= _labels_of(entry).items()
        )

    return selects


def _own_target(body: Body) -> dict[str, object]:
    """The object that a strategic-merge patch names in itself, as a target."""
    metadata = body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind, version = body.get("kind"), body.get("apiVersion")
    group = version.rpartition("/")[0] if isinstance(version, str) else ""
    return {
        "kind": re.escape(kind) if isinstance(kind, str) else "",
        "name": re.escape(name) if isinstance(name, str) else r"(?!)",
        "group": re.escape(group),
    }


def _pattern(text: str) -> Callable[[str], bool]:
    if not text:
        return lambda _: True
    if re.fullmatch(r"(?:[\w-]|\\.)+", text):
        plain = text.replace("\\", "")
        return lambda value: value == plain
    if len(re.findall(r"[*+?{]", text)) > 3:  # may take for ever to match
        return lambda _: True
    try:
        expression = re.compile(text)
    except re.error:
        return lambda _: False
    return lambda value: expression.fullmatch(value) is not None


def _equalities(selector_text: str) -> dict[str, str]:
    """The `key=value` parts of a label selector; the others may hold."""
    found = {}
    for part in re.split(r",(?![^(]*\))", selector_text):
        if match := re.fullmatch(r"\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*", part):
            found[match[1]] = match[2]
    return found


def _labels_of(entry: Entry) -> dict[str, object]:
    metadata = entry.body.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return labels if isinstance(labels, dict) else {}


def _parse(text: str) -> list[Body]:
    """The objects or operations in the text of a patch; none where it can't be read.

    Aliases are not followed: a short text can stand for an endless one.
    """
    import yaml

    if len(text) > _LONGEST or re.search(r"(?:^|[\s\[{,:-])\*\w", text):
        return []
    try:
        documents = list(yaml.safe_load_all(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    items = [item for document in documents for item in _as_list(document)]
    return [item for item in items if isinstance(item, dict)]


def _as_list(document: object) -> list[object]:
    return document if isinstance(document, list) else [document]


_LONGEST = 100_000
