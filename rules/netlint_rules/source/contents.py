"""The values in a piece of text, YAML or JSON."""

from __future__ import annotations

from netlint_rules.source import yamltext
from netlint_rules.source.compose import BrokenError
from netlint_rules.source.pieces import Piece
from netlint_rules.source.places import Content


def contents(piece: Piece, is_json: bool) -> list[Content]:
    """The decoded documents: one, none in an empty piece, or several JSON values.

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
    content = yamltext.parse(piece)
    return [] if content is None else [content]
