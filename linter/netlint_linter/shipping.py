"""What files hold as bytes, on the way from one process to another.

Nearly all files hold nothing but plain YAML. Of these go values and texts: `marshal` writes and
reads them in a quarter of the time that objects take. Other files are pickled.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence

from netlint_rules.source.document import Document, Origin
from netlint_rules.source.pieces import Piece
from netlint_rules.source.positions import YamlPositions
from netlint_rules.source.trouble import Parsed
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlint_linter.cache.states import Trace
    from netlint_linter.discover import SourceFile

    Read = tuple[Parsed, Trace | None]

_SIZE = 4
_UNPATCHED: frozenset[Any] = frozenset()
_Row = Any
"""What marshal takes: plain values in tuples; bytes for a pickle."""


def packed(files: list[Read]) -> list[bytes]:
    """What files hold, in parts: the texts apart, so that nobody copies them."""
    texts: list[bytes] = []
    try:
        rows = marshal.dumps([_row(file, texts) for file in files])
    except ValueError:  # something in a body that isn't plain
        texts.clear()
        rows = marshal.dumps(list(map(_pickled, files)))
    return [len(rows).to_bytes(_SIZE, "big"), rows, *texts]


def unpacked(data: memoryview, sources: Sequence[SourceFile]) -> list[Read]:
    """What was packed of these files."""
    end = _SIZE + int.from_bytes(data[:_SIZE], "big")
    rows = marshal.loads(data[_SIZE:end])
    texts = _Texts(data[end:])
    return [_read(row, source, texts) for row, source in zip(rows, sources, strict=True)]


class _Texts:
    """Gives one text after the other."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def next(self, size: int) -> bytes:
        start, self._at = self._at, self._at + size
        return bytes(self._data[start : self._at])


def _row(file: Read, texts: list[bytes]) -> _Row:
    """A file; the texts of its documents are added to the others."""
    parsed, trace = file
    if parsed.troubles or not all(map(_is_plain, parsed.documents)):
        return _pickled(file)
    documents = [_fields(document, texts) for document in parsed.documents]
    traced = trace and (tuple(trace.stamp), trace.content, trace.places)
    return parsed.total, documents, traced


def _is_plain(document: Document) -> bool:
    positions = document.positions
    return positions.__class__ is YamlPositions and not positions.is_packed


def _fields(document: Document, texts: list[bytes]) -> _Row:
    assert isinstance(document.positions, YamlPositions)
    text, *place = document.positions.piece
    texts.append(text)
    lines = (document.index, document.first_line, document.last_line)
    return (document.body, *lines, document.has_directives, len(text), *place)


def _pickled(file: Read) -> bytes:
    import pickle

    return pickle.dumps(file, pickle.HIGHEST_PROTOCOL)


def _read(row: _Row, source: SourceFile, texts: _Texts) -> Read:
    if isinstance(row, bytes):
        import pickle

        found: Read = pickle.loads(row)
        return found
    total, documents, traced = row
    origin = Origin(source.shown)
    parsed = Parsed(tuple(_document(origin, texts, *each) for each in documents), (), total)
    if traced is None:
        return parsed, None
    from netlint_linter.cache.states import Stamp, Trace

    stamp, content, places = traced
    return parsed, Trace(Stamp(*stamp), content, places)


def _document(origin: Origin, texts: _Texts, *fields: _Row) -> Document:
    body, index, first, last, has_directives, size, *place = fields
    positions = YamlPositions(Piece(texts.next(size), *place))
    return Document(origin, body, index, first, last, positions, _UNPATCHED, has_directives)
