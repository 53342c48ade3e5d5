"""What files hold, from run to run: of a run in which little has changed, parsing is half.

Only plain files are kept: YAML whose text is the file's own, with nothing wrong in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from netlint_linter.cache import entry, folder
from netlint_linter.cache.texts import Plain
from netlint_linter.paths import Where, dirname, exists
from netlint_rules.source.document import Document, Origin
from netlint_rules.source.pieces import Piece
from netlint_rules.source.positions import YamlPositions
from netlint_rules.source.trouble import Parsed
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_linter.cache.states import Trace
    from netlint_linter.reading import Inputs

_MOST = 24_000_000
"""Bytes of documents: more would be read about as fast from the files."""
_STALE = 0.05
"""The part of the files that may be parsed in every run before they are all written anew."""


def read(path: Where) -> Mapping[str, Plain]:
    """The rows of an earlier run by file; none where there are none."""
    rows = entry.read(path)
    return rows if isinstance(rows, dict) else {}


def restored(row: Plain, shown: str, content: str, data: bytes) -> Parsed | None:
    """What a file holds whose content has the digest `content`; None where the row is of another.

    Raises IndexError, KeyError, TypeError or ValueError for what isn't a row.
    """
    known, total, documents = row
    if known != content:
        return None
    origin = Origin(shown)
    return Parsed(tuple(_document(origin, data, *each) for each in documents), (), total)


def _document(origin: Origin, data: bytes, *row: Plain) -> Document:
    body, index, first, last, has_directives, line, content, at, end = row
    positions = YamlPositions(Piece(data[at:end], line, (), content))
    return Document(origin, body, index, first, last, positions, frozenset(), has_directives)


def places(parsed: Parsed, data: bytes) -> tuple[int, ...] | None:
    """Where the texts of a file's documents begin in it; None for a file that isn't plain."""
    if parsed.troubles:
        return None
    found, at = [], 0
    for document in parsed.documents:
        positions = document.positions
        if not isinstance(positions, YamlPositions) or positions.piece.leads:
            return None
        at = data.find(positions.piece.data, at)
        if at < 0:
            return None
        found.append(at)
    return tuple(found)


def keep(path: Where, known: Mapping[str, Plain], inputs: Inputs) -> None:
    """Write all rows anew where many files lack one.

    What is run only once needs none, so at first there is an empty entry.
    """
    plain = {
        file: trace for file, trace in inputs.traces.items() if trace and trace.places is not None
    }
    with suppress(IndexError, KeyError, OSError, TypeError):
        fresh = sum(
            file not in known or known[file][0] != trace.content for file, trace in plain.items()
        )
        if not exists(path):
            _write(path, {})
        elif fresh <= _STALE * len(plain) or sum(map(_size, inputs.documents)) > _MOST:
            os.utime(path)  # so that it isn't thrown out
        else:
            contents = inputs.contents
            _write(path, {file: _row(contents[file], trace) for file, trace in plain.items()})


def _write(path: Where, rows: Mapping[str, Plain]) -> None:
    folder.prepare(dirname(os.fspath(path)))
    entry.write(path, rows)
    folder.prune(dirname(os.fspath(path)), entry.SUFFIX, entry.UNFINISHED)


def _row(parsed: Parsed, trace: Trace) -> Plain:
    documents = zip(parsed.documents, trace.places or (), strict=True)
    return [trace.content, parsed.total, [_kept(document, at) for document, at in documents]]


def _size(document: Document) -> int:
    positions = document.positions
    return len(positions.piece.data) if isinstance(positions, YamlPositions) else 0


def _kept(document: Document, at: int) -> Plain:
    assert isinstance(document.positions, YamlPositions)
    piece = document.positions.piece
    return [
        document.body,
        document.index,
        document.first_line,
        document.last_line,
        document.has_directives,
        piece.first_line,
        piece.content,
        at,
        at + len(piece.data),
    ]
