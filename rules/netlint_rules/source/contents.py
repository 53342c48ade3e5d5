"""The values in a piece of text, YAML or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.record import NamedTuple
from netlint_rules.source import blockstyle
from netlint_rules.source.broken import BrokenError
from netlint_rules.source.pieces import Piece
from netlint_rules.source.places import Content, Place
from netlint_rules.source.positions import YamlPositions

_LINE_FEED = ord("\n")


def plain(piece: Piece) -> dict[str, object] | None:
    """The document, unless a parser has to look at it or to say where the items of a list are."""
    data, start = piece.data, piece.content
    if start and data[start - 1] != _LINE_FEED:
        return None
    try:
        body = blockstyle.read((data[start:] if start else data).decode())
    except UnicodeDecodeError:
        return None
    return None if not body or "items" in body else body


class WholePlace(NamedTuple):
    """A piece of YAML that holds one object."""

    piece: Piece

    @property
    def bounds(self) -> tuple[int, int]:
        """Its first and last line in the file."""
        return self.piece.first_line, self.piece.last_line

    @property
    def positions(self) -> YamlPositions:
        """Positions in it, made anew for each caller."""
        return YamlPositions(self.piece)

    def items(self, count: int) -> Iterator[Place]:  # noqa: ARG002
        """None: it is no list."""
        return iter(())


def contents(piece: Piece, is_json: bool) -> list[Content]:
    """The decoded documents of what isn't plain: one, none, or several JSON values.

    Like kubectl, what starts as JSON is read as JSON, and as YAML if it is none: a comma too
    much, a comment. Raises BrokenError with the complaint about JSON where `is_json`, else with
    the one about YAML.
    """
    start = piece.content
    if piece.data[start : start + 1] not in (b"{", b"["):
        return _yaml(piece)
    from netlint_rules.source import jsontext

    try:
        return jsontext.parse(piece, len(piece.data[:start].decode(errors="replace")))
    except BrokenError as error:
        complaint = error
    try:
        return _yaml(piece)
    except BrokenError as error:
        raise (complaint if is_json else error) from None


def _yaml(piece: Piece) -> list[Content]:
    from netlint_rules.source import yamltext

    content = yamltext.parse(piece)
    return [] if content is None else [content]
