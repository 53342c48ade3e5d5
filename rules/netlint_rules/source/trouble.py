"""What can be wrong with a file before any rule looks at it."""

from __future__ import annotations

from netlint_rules.choices import StrEnum
from netlint_rules.record import dataclass
from netlint_rules.source.document import Document, Path, Span


class TroubleKind(StrEnum):
    """Why (a part of) a file could not be read as the author meant it."""

    YAML_ERROR = "yaml-error"
    TEMPLATE = "template"
    MISSING_SEPARATOR = "missing-separator"
    UNREADABLE = "unreadable"
    NO_OBJECTS = "no-objects"
    DUPLICATE_KEY = "duplicate-key"
    NO_API_VERSION = "no-api-version"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble. The document's body is empty where nothing could be decoded.

    `other` is a second place: the first of two equal keys, the start of an unclosed quote.
    """

    kind: TroubleKind
    document: Document
    span: Span | None
    message: str
    path: Path = ()
    other: Span | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds. `total` counts its documents, skipped and broken ones included."""

    documents: tuple[Document, ...]
    troubles: tuple[Trouble, ...]
    total: int


def repeated_key(path: Path) -> str:
    """The message for a key that is set twice."""
    return (
        f"`{path[-1]}` is set twice in this mapping: the first one is ignored,"
        " and the API server refuses the object where it checks strictly"
    )
