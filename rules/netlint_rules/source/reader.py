"""The text of a file to documents: the one entrance for everything that netlint reads."""

from __future__ import annotations

from collections.abc import Container, Iterator

from netlint_rules.source.document import Document, Origin, Span
from netlint_rules.source.encoding import Flaw, normalise
from netlint_rules.source.pieces import Piece
from netlint_rules.source.trouble import Parsed, Trouble, TroubleKind
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_rules.source.collector import Collector

__all__ = ["Parsed", "Trouble", "TroubleKind", "read", "unreadable"]

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_MARKDOWN = ("md", "markdown")
_LARGE = 4_000_000
"""Bytes of a file from which on equal parts of its objects are worth finding."""


def read(
    data: bytes,
    file: str,
    *,
    wanted: Container[str] | None = None,
    rendered_from: str = "",
    explicit: bool = False,
) -> Parsed:
    """Every object in a file, and what is wrong with the rest. Never raises.

    `wanted` holds the kinds to decode, others are only counted; None is all. `rendered_from` as
    in Origin. `explicit` tells that the user named the file: then a file without any object is a
    trouble.
    """
    text = normalise(data)
    origin = Origin(file, rendered_from)
    flaws = [_flawed(origin, text.flaw)] if text.flaw else []
    if not text.data or text.data.isspace():
        troubles = flaws or ([_without_objects(origin, text.data)] if explicit else [])
        return Parsed((), tuple(troubles), 0)
    from netlint_rules.source.collector import Collector

    name = file.replace("\\", "/").rpartition("/")[2]
    collector = Collector(origin, wanted, troubles=flaws)
    if name in _KUSTOMIZATIONS:
        collector.kustomization, collector.wanted = True, None
    if len(text.data) > _LARGE:
        from netlint_rules.source.sharing import Sharing

        collector.sharing = Sharing()
    for part, is_json in _texts(text.data, name, collector):
        collector.read(part, is_json, text.odd, kindless=not explicit)
    if collector.sharing is not None:
        _forget()
    if explicit and not collector.objects and not collector.troubles:
        collector.troubles.append(_without_objects(origin, text.data))
    return Parsed(tuple(collector.documents), tuple(collector.troubles), collector.total)


def _forget() -> None:
    """Free what is remembered of lines and values for the next file: it needs little of it."""
    from netlint_rules.source import blockstyle
    from netlint_rules.source.scalars import VALUES

    blockstyle.forget()
    VALUES.clear()


def unreadable(file: str, reason: str) -> Parsed:
    """For a file that could not even be opened."""
    trouble = Trouble(TroubleKind.UNREADABLE, Document(Origin(file), {}), None, reason)
    return Parsed((), (trouble,), 0)


def _texts(data: bytes, name: str, collector: Collector) -> Iterator[tuple[Piece, bool]]:
    """The YAML or JSON texts in a file, and whether each has to be JSON.

    Markdown is told by its name; so is prose with code blocks by its fences.
    """
    suffix = name.rpartition(".")[2].lower()
    collector.prose = suffix in (*_MARKDOWN, "txt")
    if not collector.prose and name != "-":
        yield Piece(data), suffix == "json"
        return
    from netlint_rules.source.markdown import blocks, has_fences

    text = data.decode(errors="replace")
    if suffix not in _MARKDOWN and not has_fences(text):
        yield Piece(data), False
        return
    collector.prose = True
    for block in blocks(text):
        yield block.piece, block.tag == "json"


def _flawed(origin: Origin, flaw: Flaw) -> Trouble:
    span = Span(flaw.line, flaw.column, flaw.line, flaw.column + 1)
    return Trouble(TroubleKind.UNREADABLE, Document(origin, {}), span, flaw.reason)


def _without_objects(origin: Origin, data: bytes) -> Trouble:
    what = "standard input" if origin.file == "-" else "the file"
    if not data.strip():
        reason = f"{what} is empty"
    elif b"apiVersion:" in data and b"kind:" in data:
        reason = (
            f"{what} has no Kubernetes object that can be read:"
            " `apiVersion:` and `kind:` are there, but not each on a line of its own"
        )
    else:
        reason = f"{what} has no Kubernetes object in it (`apiVersion:` and `kind:`)"
    return Trouble(TroubleKind.NO_OBJECTS, Document(origin, {}), None, reason)
