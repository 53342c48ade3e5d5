"""Documents and their texts as plain values: what places and excerpts are found in."""

from __future__ import annotations

from collections.abc import Sequence

from netlint_rules.source.document import Document, Origin, Path, Positions
from netlint_rules.source.pieces import Piece
from netlint_rules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlint_rules.source.lines import Lines
    from netlint_rules.source.positions import YamlPositions

Plain = Any
"""What JSON has."""


class Texts:
    """Turns documents into plain values. Each document, and each text, is taken once."""

    def __init__(self) -> None:
        self.documents: list[Plain] = []
        self.texts: list[Plain] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[object] = []

    def number(self, document: Document) -> int:
        """The number of a document, from 0."""
        known = self._numbers.get(id(document))
        if known is None:
            known = self._numbers[id(document)] = len(self.documents)
            self._kept.append(document)
            self.documents.append(self._document(document))
        return known

    def _document(self, document: Document) -> Plain:
        return [
            document.origin.file,
            document.origin.rendered_from,
            document.body,
            document.index,
            document.first_line,
            document.last_line,
            self._positions(document.positions),
            sorted(document.patched, key=repr),
            document.has_directives,
        ]

    def _positions(self, positions: Positions | None) -> Plain:
        from netlint_rules.source.jsontext import JsonPositions
        from netlint_rules.source.positions import ItemPositions, YamlPositions

        match positions:
            case None:
                return []
            case YamlPositions():
                return [self._text(positions, positions.piece)]
            case ItemPositions():
                whole = self._text(positions.whole, positions.whole.piece)
                return [whole, positions.path, positions.first, positions.last]
            case JsonPositions():
                lines = positions.lines
                piece = Piece(lines.text.encode(), lines.first, lines.leads)
                return [self._text(lines, piece), positions.root]
        raise TypeError(f"{type(positions).__name__} can't be kept")

    def _text(self, owner: object, piece: Piece) -> int:
        known = self._numbers.get(id(owner))
        if known is None:
            known = self._numbers[id(owner)] = len(self.texts)
            self._kept.append(owner)
            data = piece.data.decode(errors="surrogateescape")
            self.texts.append([data, piece.first_line, piece.leads, piece.content])
        return known


class Restored:
    """The documents of plain values. What shared a text shares it again.

    Raises TypeError, ValueError or IndexError for values that Texts didn't make.
    """

    def __init__(self, documents: Sequence[Plain], texts: Sequence[Plain]) -> None:
        self._pieces = [
            Piece(data.encode(errors="surrogateescape"), first, tuple(leads), content)
            for data, first, leads, content in texts
        ]
        self._yaml: dict[int, YamlPositions] = {}
        self._json: dict[int, Lines] = {}
        self.documents = [self._document(*row) for row in documents]

    def _document(
        self,
        file: str,
        rendered_from: str,
        body: dict[str, object],
        index: int,
        first: int,
        *rest: Any,
    ) -> Document:
        last, positions, patched, has_directives = rest
        return Document(
            Origin(file, rendered_from),
            body,
            index,
            first,
            last,
            self._positions(*positions) if positions else None,
            frozenset(map(path_of, patched)),
            has_directives,
        )

    def _positions(self, number: int, *place: Any) -> Positions:
        match place:
            case ():
                return self._whole(number)
            case (path, first, last):
                from netlint_rules.source.positions import ItemPositions

                return ItemPositions(self._whole(number), path_of(path), first, last)
            case ((start, end),):
                return self._value(number, start, end)
        raise ValueError(place)

    def _whole(self, number: int) -> YamlPositions:
        from netlint_rules.source.positions import YamlPositions

        if number not in self._yaml:
            self._yaml[number] = YamlPositions(self._pieces[number])
        return self._yaml[number]

    def _value(self, number: int, start: int, end: int) -> Positions:
        from netlint_rules.source.jsontext import JsonPositions
        from netlint_rules.source.lines import Lines, Range

        if number not in self._json:
            self._json[number] = Lines(self._pieces[number])
        return JsonPositions(self._json[number], Range(start, end))


def path_of(steps: Sequence[str | int]) -> Path:
    """A path that was kept as a list."""
    return tuple(steps)
