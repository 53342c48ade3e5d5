"""Where the parts of a YAML document are written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from netlint_rules.lazy import cached_property
from netlint_rules.patterns import compiled
from netlint_rules.source.broken import BrokenError
from netlint_rules.source.document import Comment, Path, Span
from netlint_rules.source.lines import Lines, Range
from netlint_rules.source.pieces import Piece
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.source.survey import Spot, Survey

# YAML ends a comment at every line break it knows.
_COMMENT = compiled(r"(?:(?<=\s)|\A)#[^\n\x85\u2028\u2029]*")
_OWN_LINE = compiled(r"^[ \t]*(#[^\n]*)", re.M)
_UNUSUAL = frozenset("\x85\u2028\u2029\ufffd")
_line = attrgetter("line")


class YamlPositions:
    """Positions in one YAML document, which is surveyed when they are first asked for."""

    # There is one for each document, and most are never asked: those need no dictionary.
    __slots__ = ("__dict__", "_packed", "_piece")

    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._packed = b""

    @property
    def piece(self) -> Piece:
        """The text."""
        if not self._packed:
            return self._piece
        from zlib import decompress

        return self._piece._replace(data=decompress(self._packed))

    @property
    def is_packed(self) -> bool:
        """Whether the text is kept compressed."""
        return bool(self._packed)

    def pack(self) -> None:
        """Keep the text compressed: those of a large file take much memory, and few are asked."""
        from zlib import compress

        self._packed = compress(self._piece.data, 5)
        self._piece = self._piece._replace(data=b"")

    @cached_property
    def lines(self) -> Lines:
        """The lines of the document."""
        return Lines(self.piece)

    def span(self, path: Path) -> Span | None:
        """The range to underline for `path`, or for its nearest written ancestor."""
        if self._survey is None:
            return None
        key, spot = None, self._survey.root
        for step in path:
            found = spot.child(step)
            if found is None:
                break
            key, spot = found
        return self.lines.entry(key, spot.range) if key else self._item(spot.range)

    def extent(self, path: Path) -> Span | None:
        """The whole range of the value at `path`, None where it is not written.

        A block collection ends with its last scalar; an empty value is an empty range.
        """
        spot: Spot | None = self._survey.root if self._survey else None
        for step in path:
            found = spot.child(step) if spot else None
            spot = found[1] if found else None
        return self.lines.span(*spot.range) if spot else None

    def comments(self) -> Sequence[Comment]:
        """Every comment in order; of a document that can't be parsed those on their own lines."""
        return self._comments

    def line(self, number: int) -> str | None:
        """A line of the file (1-based) without its end, None outside the document."""
        return self.lines.line(number)

    def _item(self, item: Range) -> Span:
        """A list item, cut at the end of its first line; of an empty one the dash."""
        start, end = item
        if start == end:
            return self.lines.span(max(start - 1, 0), end)
        if self.lines.number(start) == self.lines.number(end):
            return self.lines.span(start, end)
        stop = self.lines.line_end(start)
        comment = next((at for at in self._comment_starts if start < at < stop), stop)
        return self.lines.span(start, start + len(self.lines.text[start:comment].rstrip()))

    @cached_property
    def _survey(self) -> Survey | None:
        # Most documents are never asked, and most that are need no parser.
        from netlint_rules.source import linespots

        piece, text = self.piece, self.lines.text
        start = len(piece.data[: piece.content].decode(errors="replace"))
        # The parser refuses what isn't UTF-8, and ends comments at YAML's own line breaks.
        is_plain = text[start - 1 : start] in ("", "\n") and _UNUSUAL.isdisjoint(text)
        found = linespots.survey(text, start) if is_plain else None
        return found or self._parsed(piece.data, text)

    def _parsed(self, data: bytes, text: str) -> Survey | None:
        from netlint_rules.source.compose import compose
        from netlint_rules.source.spots import survey

        try:
            root = compose(data).root
            return survey(text, root) if root else None
        except BrokenError:
            return None

    @cached_property
    def _comments(self) -> list[Comment]:
        return [self._comment(at, text) for at, text in self._comment_texts()]

    @cached_property
    def _comment_starts(self) -> list[int]:
        return [at for at, _ in self._comment_texts()]

    def _comment_texts(self) -> Iterator[tuple[int, str]]:
        text, survey = self.lines.text, self._survey
        if survey is None:
            yield from ((match.start(1), match[1]) for match in _OWN_LINE.finditer(text))
            return
        match = _COMMENT.search(text)
        while match:
            after = survey.masked_until(match.start())
            if after < 0:
                yield match.start(), match[0]
                after = match.end()
            match = _COMMENT.search(text, after)

    def _comment(self, at: int, text: str) -> Comment:
        place = self.lines.span(at, at)
        own_line = not self.lines.before(at).strip()
        return Comment(place.line, place.column, text.rstrip(), own_line)


class ItemPositions:
    """Positions in an item of a list object; `first` and `last` are its lines in the file."""

    def __init__(self, whole: YamlPositions, path: Path, first: int, last: int) -> None:
        self.whole = whole
        self.path = path
        self.first = first
        self.last = last

    def span(self, path: Path) -> Span | None:
        """The range to underline for `path`, or for its nearest written ancestor."""
        return self.whole.span(self.path + path)

    def extent(self, path: Path) -> Span | None:
        """The whole range of the value at `path`, None where it is not written."""
        return self.whole.extent(self.path + path)

    def comments(self) -> Sequence[Comment]:
        """The comments of the item, and those between it and what stands above it."""
        comments = self.whole.comments()
        begin = bisect_left(comments, self.first, key=_line)
        return comments[begin : bisect_right(comments, self.last, key=_line)]

    def line(self, number: int) -> str | None:
        """A line of the file (1-based) without its end, None outside the list's document."""
        return self.whole.line(number)
