"""The metadata of an object that lives in a namespace."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.apivalidation import names
from netlint_rules.apivalidation.cause import (
    Cause,
    Causes,
    Kind,
    Reason,
    complain,
    field_path,
    items,
    mapping,
    required,
    text,
)
from netlint_rules.source.document import Path

_KIND = Kind.METADATA
_LABELS: Path = ("metadata", "labels")
_ANNOTATIONS: Path = ("metadata", "annotations")
_OWNERS: Path = ("metadata", "ownerReferences")
_FINALIZERS: Path = ("metadata", "finalizers")
_MAX_ANNOTATIONS = 256 * 1024
_GENERATED = "xxxxx"
"""Stands for the five characters that the server adds to `generateName`."""
_MAX_GENERATED = 58
_STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


def validate_metadata(value: object, causes: Causes) -> None:
    """Add what is wrong with an object's metadata."""
    metadata = mapping(value)
    _validate_name(metadata, causes)
    namespace = metadata.get("namespace")
    if isinstance(namespace, str) and namespace:
        complain(causes, _KIND, ("metadata", "namespace"), namespace, names.label(namespace))
    if labels := metadata.get("labels"):
        validate_labels(labels, _LABELS, _KIND, causes)
    if annotations := metadata.get("annotations"):
        _validate_annotations(mapping(annotations), causes)
    if owners := metadata.get("ownerReferences"):
        _validate_owners(items(owners), causes)
    if finalizers := metadata.get("finalizers"):
        _validate_finalizers([text(item) for item in items(finalizers)], causes)


def validate_labels(value: object, path: Path, kind: Kind, causes: Causes) -> None:
    """Add what is wrong with labels, or with `matchLabels`; the server names only the whole."""
    for key, item in mapping(value).items():
        label = text(item)
        if messages := names.label_key(key):
            complain(causes, kind, (*path, key), key, messages, path)
        if messages := names.label_value(label):
            complain(causes, kind, (*path, key), label, messages, path)


def _validate_name(metadata: Mapping[str, object], causes: Causes) -> None:
    base, name = text(metadata.get("generateName")), text(metadata.get("name"))
    place: Path = ("metadata", "name")
    if base:
        # The server lets one hyphen at the end pass, and overlooks the character before it.
        masked = f"{base[:-2]}a" if len(base) > 1 and base.endswith("-") else base
        where: Path = ("metadata", "generateName")
        complain(causes, _KIND, where, base, names.subdomain(masked))
        if not name:
            name, place = _cut(base) + _GENERATED, where
    if name:
        complain(causes, _KIND, place, name, names.subdomain(name), ("metadata", "name"))
    else:
        causes.append(required(_KIND, place, "name or generateName is required"))


def _cut(base: str) -> str:
    return base.encode()[:_MAX_GENERATED].decode(errors="replace")


def _validate_annotations(annotations: Mapping[str, object], causes: Causes) -> None:
    size = 0
    for key, value in annotations.items():
        messages = names.label_key(key.lower())
        complain(causes, _KIND, (*_ANNOTATIONS, key), key, messages, _ANNOTATIONS)
        size += len(key.encode()) + len(text(value).encode())
    if size > _MAX_ANNOTATIONS:
        message = f"Too long: may not be more than {_MAX_ANNOTATIONS} bytes"
        where = field_path(_ANNOTATIONS)
        causes.append(Cause(_KIND, _ANNOTATIONS, Reason.TOO_LONG, where, message))


def _validate_owners(references: list[object], causes: Causes) -> None:
    owners = _without_repetitions(references)
    controllers = []
    for at, owner in owners.items():
        _validate_owner(owner, (*_OWNERS, at), causes)
        if owner.get("controller") is True:
            controllers.append(f"{owner['kind']}/{owner['name']}")
    for other in controllers[1:]:
        detail = (
            "Only one reference can have Controller set to true."
            f' Found "true" in references for {controllers[0]} and {other}'
        )
        causes.append(_whole(_OWNERS, list(owners.values()), detail))


def _without_repetitions(references: list[object]) -> dict[int, dict[str, object]]:
    """The distinct references by position, with the fields that Go prints."""
    found: dict[int, dict[str, object]] = {}
    for at, item in enumerate(references):
        given = mapping(item)
        owner: dict[str, object] = {
            field: text(given.get(field)) for field in ("apiVersion", "kind", "name", "uid")
        }
        for field in ("controller", "blockOwnerDeletion"):
            if isinstance(given.get(field), bool):
                owner[field] = given[field]
        if owner not in found.values():
            found[at] = owner
    return found


def _validate_owner(owner: Mapping[str, object], path: Path, causes: Causes) -> None:
    group, version = _group_version(text(owner["apiVersion"]))
    details = {
        "apiVersion": "" if version else "version must not be empty",
        **{field: "" if owner[field] else "must not be empty" for field in ("kind", "name", "uid")},
    }
    for field, detail in details.items():
        if detail:
            place = (*path, field)
            complain(causes, _KIND, place, text(owner[field]), (detail,), (*_OWNERS, field))
    if (group, version, owner["kind"]) == ("", "v1", "Event"):
        detail = "/v1, Kind=Event is disallowed from being an owner"
        causes.append(_whole(path, owner, detail, _OWNERS))


def _group_version(api_version: str) -> tuple[str, str]:
    """Group and version; both empty where the text has two slashes or more."""
    group, _, version = api_version.rpartition("/")
    return ("", "") if "/" in group else (group, version)


def _validate_finalizers(finalizers: list[str], causes: Causes) -> None:
    for at, name in enumerate(finalizers):
        complain(causes, _KIND, (*_FINALIZERS, at), name, names.label_key(name), _FINALIZERS)
    if {"orphan", "foregroundDeletion"} <= set(finalizers):
        detail = "finalizer orphan and foregroundDeletion cannot be both set"
        causes.append(_whole(_FINALIZERS, finalizers, detail))
    for at, name in enumerate(finalizers):
        if "/" not in name and name not in _STANDARD_FINALIZERS:
            detail = "name is neither a standard finalizer name nor is it fully qualified"
            complain(causes, _KIND, (*_FINALIZERS, at), name, (detail,))


def _whole(path: Path, value: object, detail: str, field: Path | None = None) -> Cause:
    """A cause whose value is a list or a mapping."""
    from netlint_rules.apivalidation.gotext import json_text

    message = f"Invalid value: {json_text(value)}: {detail}"
    return Cause(_KIND, path, Reason.INVALID, field_path(field or path), message)
