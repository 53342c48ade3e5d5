"""What a kustomization.yaml says: what it includes, and how it changes what it includes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netlint_rules.bundle.paths import join, parent
from netlint_rules.record import dataclass
from netlint_rules.source.document import Document

FILE_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})

_INCLUDES = ("resources", "bases", "components")
_FILE_LISTS = ("configurations", "crds", "generators", "transformers", "validators")
_GENERATORS = ("configMapGenerator", "secretGenerator")
_PATCH_FIELDS = ("patches", "patchesStrategicMerge", "patchesJson6902")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that a kustomization adds.

    `selectors` adds them to selectors and pod templates too, `templates` to pod templates.
    `fields` are further places: `(kind or "", path, whether to create it)`.
    """

    pairs: Mapping[str, str]
    selectors: bool = False
    templates: bool = False
    fields: tuple[tuple[str, tuple[str, ...], bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch as written: its text, or the file that holds it; `target` may be missing."""

    text: str = ""
    path: str = ""
    target: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """Fields that a kustomization copies a value into: `(selector, field paths)`."""

    target: Mapping[str, object]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kustomization:
    """One kustomization.yaml. All paths are seen from the top, as documents' files are.

    `values` are files that it reads and that are no objects. `remote` counts what it fetches.
    """

    directory: str
    includes: tuple[str, ...]
    component: bool = False
    values: tuple[str, ...] = ()
    namespace: str = ""
    prefix: str = ""
    suffix: str = ""
    labels: tuple[Labels, ...] = ()
    patches: tuple[Patch, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    remote: int = 0
    charts: int = 0


def is_kustomization(document: Document) -> bool:
    """Whether a document is kustomize's own file, not an object and not Flux's Kustomization."""
    if not document.kind:
        return document.origin.file.rpartition("/")[2] in FILE_NAMES
    own = document.group in {"", "kustomize.config.k8s.io"}
    return own and document.kind in {"Kustomization", "Component"}


def read_kustomization(document: Document, file: str) -> Kustomization:
    """Read a kustomization leniently: what has the wrong type counts as absent."""
    directory, body = parent(file), document.body
    included = [path for field in _INCLUDES for path in _texts(body.get(field))]
    local = [path for path in included if is_local(path)]
    return Kustomization(
        directory,
        includes=tuple(join(directory, path) for path in local),
        component=document.kind == "Component",
        values=tuple(join(directory, path) for path in _value_files(body) if is_local(path)),
        namespace=_text(body.get("namespace")),
        prefix=_text(body.get("namePrefix")),
        suffix=_text(body.get("nameSuffix")),
        labels=tuple(_labels(body)),
        patches=read_patches(body, directory),
        replacements=tuple(_replacements(body)),
        remote=len(included) - len(local),
        charts=len(_mappings(body.get("helmCharts"))),
    )


def is_local(path: str) -> bool:
    """Whether this is a path, not an address to fetch from nor the content itself."""
    remote = "://" in path or "?ref=" in path or path.startswith(("git@", "github.com/"))
    return not remote and "\n" not in path


def read_patches(body: Mapping[str, object], directory: str) -> tuple[Patch, ...]:
    """The patches of a kustomization, in the order in which they are applied."""
    return (
        *(_merge_patch(text, directory) for text in _texts(body.get("patchesStrategicMerge"))),
        *(_patch(item, directory) for item in _mappings(body.get("patches"))),
        *(_patch(item, directory) for item in _mappings(body.get("patchesJson6902"))),
    )


def _merge_patch(text: str, directory: str) -> Patch:
    inline = "\n" in text or text.lstrip().startswith("{")
    return Patch(text=text) if inline else Patch(path=join(directory, text))


def _patch(item: Mapping[str, object], directory: str) -> Patch:
    path, target = _text(item.get("path")), item.get("target")
    return Patch(
        _text(item.get("patch")),
        join(directory, path) if path else "",
        target if isinstance(target, dict) else None,
    )


def _labels(body: Mapping[str, object]) -> Iterator[Labels]:
    """Every label of the kustomization; kustomize adds `commonLabels` last."""
    for item in _mappings(body.get("labels")):
        yield Labels(
            _pairs(item.get("pairs")),
            item.get("includeSelectors") is True,
            item.get("includeTemplates") is True,
            tuple(_fields(item)),
        )
    if pairs := _pairs(body.get("commonLabels")):
        yield Labels(pairs, selectors=True)


def _fields(item: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    for field in _mappings(item.get("fields")):
        path = tuple(filter(None, _text(field.get("path")).split("/")))
        if path:
            yield _text(field.get("kind")), path, field.get("create") is True


def _pairs(value: object) -> dict[str, str]:
    items = value.items() if isinstance(value, dict) else ()
    return {str(key): text for key, text in items if isinstance(text, str)}


def _replacements(body: Mapping[str, object]) -> Iterator[Replacement]:
    for item in _mappings(body.get("replacements")):
        for target in _mappings(item.get("targets")):
            select = target.get("select")
            if isinstance(select, dict):
                yield Replacement(select, tuple(_texts(target.get("fieldPaths"))))


def _value_files(body: Mapping[str, object]) -> Iterator[str]:
    """Files that are read for their values: never objects, whatever they look like."""
    for field in _FILE_LISTS:
        yield from _texts(body.get(field))
    yield from _texts(body.get("patchesStrategicMerge"))
    for field in (*_PATCH_FIELDS, "replacements"):
        yield from filter(None, (_text(item.get("path")) for item in _mappings(body.get(field))))
    for chart in _mappings(body.get("helmCharts")):
        yield from filter(None, [_text(chart.get("valuesFile"))])
        yield from _texts(chart.get("additionalValuesFiles"))
    for field in _GENERATORS:
        for item in _mappings(body.get(field)):
            files = (*_texts(item.get("files")), *_texts(item.get("envs")))
            yield from (path.rpartition("=")[2] for path in files)
    openapi = body.get("openapi")
    if isinstance(openapi, dict) and openapi.get("path"):
        yield _text(openapi["path"])


def _texts(value: object) -> Sequence[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _mappings(value: object) -> Sequence[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
