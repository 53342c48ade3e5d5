"""The bytes of a file with some of its lines changed: encoding and line ends stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netlint_rules.edit.editor import EditError
from netlint_rules.edit.patch import same
from netlint_rules.edit.plan import Hunk
from netlint_rules.record import NamedTuple
from netlint_rules.source.encoding import normalise, wide
from netlint_rules.source.reader import read

_UTF8_MARK = b"\xef\xbb\xbf"


class _Encoded(NamedTuple):
    """A text with the codec and the mark that its file has."""

    text: str
    codec: str
    mark: bytes


def decoded(data: bytes) -> _Encoded:
    """The text of a file, with the lines and columns that netlint's reader sees. Raises EditError.

    The reader takes some files for more than they are: lone carriage returns for line ends, marks
    inside of joined files for nothing. Such files are not edited.
    """
    codec, length = wide(data)
    if not codec:
        codec, length = "utf-8", len(_UTF8_MARK) if data.startswith(_UTF8_MARK) else 0
    try:
        text = data[length:].decode(codec)
    except UnicodeError as error:
        raise EditError("its encoding is broken") from error
    if text.encode() != normalise(data).data:
        raise EditError("its line ends or byte order marks are too odd to be edited")
    return _Encoded(text, codec, data[:length])


def edited(data: bytes, hunks: Iterable[Hunk]) -> bytes:
    """The file with some lines changed. Raises EditError."""
    text, codec, mark = decoded(data)
    lines = text.split("\n")
    for hunk in sorted(hunks, reverse=True):
        lines[hunk.start - 1 : hunk.end - 1] = hunk.lines
    return mark + "\n".join(lines).encode(codec)


def check(
    before: bytes,
    after: bytes,
    file: str,
    changed: Mapping[int, object],
    created: Sequence[object],
) -> None:
    """Read a changed file again: the documents at these indexes, from 0, have other values, some
    are new, and everything else is as it was.

    Raises EditError.
    """
    old, new = (read(data, file) for data in (before, after))
    found = [document.body for document in new.documents]
    expected = [changed.get(each.index, each.body) for each in old.documents]
    for body in [*expected, *created]:
        at = next((index for index, each in enumerate(found) if same(each, body)), None)
        if at is None:
            raise EditError("the file can't be edited without changing something else")
        del found[at]
    if found or len(new.troubles) > len(old.troubles):
        raise EditError("the file can't be edited without changing something else")
