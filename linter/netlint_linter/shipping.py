"""What files hold as bytes, on the way from one process to another.

Nearly all files hold nothing but plain YAML. Of these go values and texts: `marshal` writes and
reads them in a quarter of the time that objects take. Other files are pickled.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from netlint_rules.source.document import Document, Origin
from netlint_rules.source.pieces import Piece
from netlint_rules.source.positions import YamlPositions
from netlint_rules.source.trouble import Parsed

if TYPE_CHECKING:
    from netlint_linter.cache.states import Trace
    from netlint_linter.discover import SourceFile

    Read = tuple[Parsed, Trace | None]

_UNPATCHED: frozenset[Any] = frozenset()
_Row = Any
"""What marshal takes: plain values in tuples; bytes for a pickle."""


def packed(files: list[Read]) -> bytes:
    """What files hold."""
    try:
        return marshal.dumps(list(map(_row, files)))
    except ValueError:  # something in a body that isn't plain
        return marshal.dumps(list(map(_pickled, files)))


def unpacked(data: memoryview, sources: Sequence[SourceFile]) -> list[Read]:
    """What was packed of these files."""
    rows = marshal.loads(data)
    return [_read(row, source) for row, source in zip(rows, sources, strict=True)]


def _row(file: Read) -> _Row:
    parsed, trace = file
    documents = None if parsed.troubles else _documents(parsed)
    if documents is None:
        return _pickled(file)
    traced = trace and (tuple(trace.stamp), trace.content, trace.places)
    return parsed.total, documents, traced


def _pickled(file: Read) -> bytes:
    return pickle.dumps(file, pickle.HIGHEST_PROTOCOL)


def _documents(parsed: Parsed) -> list[_Row] | None:
    """The documents; None where one isn't plain."""
    rows = []
    for document in parsed.documents:
        positions = document.positions
        if positions.__class__ is not YamlPositions or positions.is_packed:
            return None
        lines = (document.index, document.first_line, document.last_line)
        rows.append((document.body, *lines, document.has_directives, tuple(positions.piece)))
    return rows


def _read(row: _Row, source: SourceFile) -> Read:
    if isinstance(row, bytes):
        found: Read = pickle.loads(row)
        return found
    total, documents, traced = row
    origin = Origin(source.shown)
    parsed = Parsed(tuple(_document(origin, *each) for each in documents), (), total)
    if traced is None:
        return parsed, None
    from netlint_linter.cache.states import Stamp, Trace

    stamp, content, places = traced
    return parsed, Trace(Stamp(*stamp), content, places)


def _document(origin: Origin, *row: _Row) -> Document:
    body, index, first, last, has_directives, piece = row
    positions = YamlPositions(Piece(*piece))
    return Document(origin, body, index, first, last, positions, _UNPATCHED, has_directives)
