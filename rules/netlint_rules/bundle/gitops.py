"""Where Flux and Argo CD deploy a folder of the repository to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from netlint_rules.bundle.kustomization import Patch, read_patches
from netlint_rules.bundle.paths import ancestors, join, normal, parent
from netlint_rules.record import NamedTuple
from netlint_rules.source.document import Document
from netlint_rules.source.placeholders import is_placeholder

KINDS = frozenset({"Kustomization", "Application"})
"""The kinds that say what is deployed."""
_LOCAL_SERVERS = frozenset({"", "https://kubernetes.default.svc"})
_LOCAL_NAMES = frozenset({"", "in-cluster"})


class Deployment(NamedTuple):
    """A folder that a controller applies.

    `namespace` is for objects that name none, and for all of them if it `overrides`. `here` is
    set where the folder goes to the cluster that the controller's own object is in.
    """

    directory: str
    namespace: str
    overrides: bool
    here: bool
    patches: tuple[Patch, ...] = ()


def deployments(document: Document) -> Iterator[Deployment]:
    """What a Flux Kustomization or an Argo CD Application deploys, folders as written."""
    spec = document.body.get("spec")
    if not isinstance(spec, dict):
        return
    if document.kind == "Kustomization" and document.group == "kustomize.toolkit.fluxcd.io":
        if path := _folder(spec):
            to, here = _text(spec, "targetNamespace"), "kubeConfig" not in spec
            yield Deployment(path, to, True, here, read_patches(spec, ""))
    elif document.kind == "Application" and document.group == "argoproj.io":
        yield from _application(spec)


def _application(spec: Mapping[str, object]) -> Iterator[Deployment]:
    destination, sources = spec.get("destination"), spec.get("sources")
    to = destination if isinstance(destination, dict) else {}
    here = _text(to, "server") in _LOCAL_SERVERS and _text(to, "name") in _LOCAL_NAMES
    for source in [spec.get("source"), *(sources if isinstance(sources, list) else ())]:
        if isinstance(source, dict) and (path := _folder(source)):
            yield Deployment(path, _text(to, "namespace"), False, here)


def _folder(spec: Mapping[str, object]) -> str:
    """The `path` of a source; "" where it is the whole repository or a placeholder."""
    path = normal(_text(spec, "path").lstrip("/"))
    return "" if is_placeholder(path) or path.startswith("..") else path


def locate(path: str, file: str, directories: Collection[str]) -> str | None:
    """The folder in view that a path in a repository means, as an object in `file` names it.

    The repository's top is the nearest folder above the file that has such a folder.
    """
    candidates = (join(directory, path) for directory in ancestors(parent(file)))
    return next((found for found in candidates if found in directories), None)


def _text(body: Mapping[str, object], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""
