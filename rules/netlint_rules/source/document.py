"""One object of one file: its content, and where each part of it is written."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.record import NamedTuple, dataclass, field
from netlint_rules.typed import Protocol

Path = tuple[str | int, ...]
"""Field names and list indexes from the object's root, `("spec", "egress", 0)`."""


class Span(NamedTuple):
    """A range of characters in a file: 1-based lines and columns, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Comment(NamedTuple):
    """A YAML comment: `text` starts with its `#`; `own_line` where nothing stands before it."""

    line: int
    column: int
    text: str
    own_line: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from.

    `file` is the path as shown to users (`-` for standard input). `rendered_from` is the folder
    or chart whose renderer printed the text; `file` is then the source file where the renderer
    names it, else that folder.
    """

    file: str
    rendered_from: str = ""

    @property
    def is_excerpt(self) -> bool:
        """Whether it stands in prose: documentation shows parts, never a whole namespace."""
        return self.file.lower().endswith((".md", ".markdown"))


class Positions(Protocol):
    """Answers where a path is written. Made lazily: most documents are never asked."""

    def span(self, path: Path) -> Span | None:
        """The range to underline for `path`, or for its nearest written ancestor.

        A key with a value on the same line: from the key to the value's end. A longer value: the
        key alone. A list item: the item, cut at the end of its first line.
        """

    def comments(self) -> Sequence[Comment]:
        """Every comment of the document, in order."""

    def line(self, number: int) -> str | None:
        """The text of a line of the file (1-based), without its end."""


@dataclass(slots=True, eq=False)
class Document:
    """One decoded object. `body` holds JSON values as the API server would read them.

    `index` counts the documents of a file from 0. `first_line` and `last_line` bound the
    document in its file. `positions` is None where there is no text. `patched` holds paths that
    a kustomize patch changes later. `has_directives`: the text has a `netlint:` comment.
    Compared by identity: the same text twice is two documents.

    What follows is read off the body, each empty where it is missing or of another type. `group`
    is empty for the core group; `name` is `metadata.generateName` where there is no other;
    `namespace` is as written.
    """

    origin: Origin
    body: dict[str, object]
    index: int = 0
    first_line: int = 1
    last_line: int = 1
    positions: Positions | None = None
    patched: frozenset[Path] = field(default=frozenset())
    has_directives: bool = False
    api_version: str = field(init=False)
    kind: str = field(init=False)
    group: str = field(init=False)
    metadata: dict[str, object] = field(init=False)
    name: str = field(init=False)
    namespace: str = field(init=False)

    def __post_init__(self) -> None:
        body = self.body
        self.api_version = _text(body.get("apiVersion"))
        self.kind = _text(body.get("kind"))
        self.group = self.api_version.rpartition("/")[0]
        found = body.get("metadata")
        self.metadata = metadata = found if isinstance(found, dict) else {}
        self.name = _text(metadata.get("name")) or _text(metadata.get("generateName"))
        self.namespace = _text(metadata.get("namespace"))

    def at(self, path: Path) -> object:
        """The value at `path`; None where there is none, or null."""
        value: object = self.body
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def span(self, path: Path = ()) -> Span | None:
        """The range of `path` or of its nearest written ancestor; None without a text."""
        return self.positions.span(path) if self.positions is not None else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def format_path(path: Path) -> str:
    """A path as the API server prints it: `spec.ingress[0].from[1]`, `metadata.labels[a/b]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{step}]"
    return text


def json_pointer(path: Path) -> str:
    """A path as an RFC 6901 pointer: `/spec/ingress/0`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
