"""What one file holds: documents, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Container, Sequence

from netlint_rules.record import dataclass, field
from netlint_rules.source.broken import BrokenError
from netlint_rules.source.contents import WholePlace, contents, plain
from netlint_rules.source.document import Document, Origin, Path, Positions, Span
from netlint_rules.source.lines import Lines
from netlint_rules.source.pieces import Piece, Skip, looks_like_object, split
from netlint_rules.source.places import Content, Fault, Found, Place, expand
from netlint_rules.source.positions import YamlPositions
from netlint_rules.source.trouble import Trouble, TroubleKind
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.source.sharing import Sharing

_NO_VERSION = (
    "this NetworkPolicy has no apiVersion, so no cluster takes it:"
    " add apiVersion: networking.k8s.io/v1"
)
_TEMPLATE = (
    "`{{` makes this a template, and netlint reads only what it is rendered to:"
    " helm template CHART | netlint -"
)


@dataclass(slots=True)
class Collector:
    """Turns contents into documents of the `wanted` kinds (None: all), and counts the others.

    `kustomization` lets an object do without apiVersion and kind. In `prose`, what doesn't look
    like an object is a fragment: no trouble, and not counted. `sharing` is for large
    files, of which as little as possible is to be held.
    """

    origin: Origin
    wanted: Container[str] | None
    kustomization: bool = False
    prose: bool = False
    documents: list[Document] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    total: int = 0
    objects: int = 0
    sharing: Sharing | None = None
    _templated: bool = False

    def read(self, text: Piece, is_json: bool, odd: bool, kindless: bool) -> None:
        """Take over what a text holds. `odd` as in Text, `kindless` as in Skip."""
        skip = None if self.wanted is None else Skip(self.wanted, kindless and not self.prose)
        for piece in split(text, skip, odd):
            if piece is None:
                self.total += 1
                self.objects += 1
                continue
            body = None if odd else plain(piece)
            if body is not None:
                self._add_plain(body, piece)
                continue
            try:
                self._add(contents(piece, is_json), piece)
            except BrokenError as error:
                self._add_broken(piece, error, is_json)

    def _add_plain(self, body: dict[str, object], piece: Piece) -> None:
        document = self._object(body, WholePlace(piece), piece, self._has_braces(piece))
        if document is not None:
            document.has_directives = _has_directives(piece)

    def _has_braces(self, piece: Piece) -> bool:
        """Whether it may be a template. One byte is found far faster than several."""
        return b"{" in piece.data and b"{{" in piece.data and not self.origin.rendered_from

    def _add(self, found: Sequence[Content], piece: Piece) -> None:
        # Once for a piece, which may be a list of thousands of objects.
        has_braces, has_directives = self._has_braces(piece), _has_directives(piece)
        for content in found:
            owners = []
            for item in expand(Found(content.value, content.place)):
                document = self._object(item.value, item.place, piece, has_braces)
                if document is not None:
                    document.has_directives = has_directives
                    owners.append((item.path, document))
            for fault in content.faults:
                self._add_fault(fault, owners, content.place)

    def _add_broken(self, piece: Piece, error: BrokenError, is_json: bool) -> None:
        if self.prose and not looks_like_object(piece.data):
            return
        self.total += 1
        if not _is_utf8(piece.data):
            return  # reported for the file
        if b"{{" in piece.data and not self.origin.rendered_from:
            self._add_template(piece)
            return
        positions = YamlPositions(piece)
        document = self._document({}, (piece.first_line, piece.last_line), positions)
        message = f"this is not valid {'JSON' if is_json else 'YAML'}: {error.reason}"
        span, other = (_one(positions.lines, at) for at in (error.at, error.other))
        self.troubles.append(Trouble(TroubleKind.YAML_ERROR, document, span, message, other=other))

    def _object(
        self, value: object, place: Place, piece: Piece, has_braces: bool
    ) -> Document | None:
        """The document of a wanted object."""
        body = value if isinstance(value, dict) else {}
        if self.kustomization and body:
            body.setdefault("kind", "Kustomization")
        kind = body.get("kind")
        if not isinstance(kind, str) or not self._is_object(body):
            self.total += not self.prose
            self._add_unversioned(body, place)
            return None
        self.total += 1
        self.objects += 1
        if self.wanted is not None and kind not in self.wanted:
            return None
        # In other kinds they are usual: in alerts, in scripts.
        if has_braces and kind.endswith("NetworkPolicy") and _has_braces(body):
            self._add_template(piece)
            return None
        positions = place.positions
        if self.sharing is not None:
            self.sharing.share(body)
            if isinstance(positions, YamlPositions):
                positions.pack()
        document = self._document(body, place.bounds, positions)
        self.documents.append(document)
        return document

    def _add_unversioned(self, body: dict[str, object], place: Place) -> None:
        """Report a policy without apiVersion: other files may be anything, this one is meant."""
        if body.get("kind") == "NetworkPolicy" and not body.get("apiVersion") and not self.prose:
            document = self._document(body, place.bounds, place.positions)
            span = document.span(("kind",))
            self.troubles.append(
                Trouble(TroubleKind.NO_API_VERSION, document, span, _NO_VERSION, ("kind",))
            )

    def _is_object(self, body: dict[str, object]) -> bool:
        version, kind = body.get("apiVersion"), body.get("kind")
        versioned = self.kustomization or (isinstance(version, str) and version != "")
        return versioned and isinstance(kind, str) and kind != ""

    def _add_template(self, piece: Piece) -> None:
        """One trouble a file, at the first place."""
        if self._templated:
            return
        self._templated = True
        positions = YamlPositions(piece)
        document = self._document({}, (piece.first_line, piece.last_line), positions)
        at = _braces(positions.lines)
        span = positions.lines.span(at, at + 2)
        self.troubles.append(Trouble(TroubleKind.TEMPLATE, document, span, _TEMPLATE))

    def _add_fault(self, fault: Fault, owners: list[tuple[Path, Document]], place: Place) -> None:
        """Report a fault with the document that it is in; of unwanted ones only what is lost."""
        around = [(path, found) for path, found in owners if fault.path[: len(path)] == path]
        if not around and fault.kind is TroubleKind.DUPLICATE_KEY:
            return
        lost = ((), self._document({}, place.bounds, place.positions))
        path, document = around[0] if around else lost
        inner = fault.path[len(path) :]
        trouble = Trouble(fault.kind, document, fault.span, fault.message, inner, fault.other)
        self.troubles.append(trouble)

    def _document(
        self, body: dict[str, object], bounds: tuple[int, int], positions: Positions
    ) -> Document:
        first, last = bounds
        index = max(self.total - 1, 0)
        return Document(self.origin, body, index, first, last, positions=positions)


def _has_directives(piece: Piece) -> bool:
    return b"#" in piece.data and b"netlint:" in piece.data


def _one(lines: Lines, at: int | None) -> Span | None:
    """The character at an offset, or the last one of the text."""
    if at is None:
        return None
    at = min(at, max(len(lines.text.rstrip(" \r\n")) - 1, 0))
    return lines.span(at, at + 1)


def _braces(lines: Lines) -> int:
    """Where the first `{{` stands that is not in a comment of its own."""
    first = at = lines.text.find("{{")
    while at >= 0 and lines.before(at).lstrip().startswith("#"):
        at = lines.text.find("{{", at + 2)
    return first if at < 0 else at


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_braces(value: object) -> bool:
    if isinstance(value, dict):
        return any("{{" in key or _has_braces(item) for key, item in value.items())
    if isinstance(value, list):
        return any(_has_braces(item) for item in value)
    return isinstance(value, str) and "{{" in value
