"""Cutting a text into YAML documents and sorting out the unwanted ones, without parsing.

A `---` in the first column ends a document wherever it stands (YAML forbids it even inside block
and quoted scalars), so cutting there is safe, and an error stays in its document.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple

_BLANK = rb"(?:[ \t\r\n]++|#[^\n]*+)*+"
# What comes before the first character that means something.
_PRELUDE = compiled(
    _BLANK + rb"(?:(?<![^\n])---(?=[ \t\r\n]|\Z)" + _BLANK + rb")?+(?:\.\.\.\s*+\Z)?+"
)
_DIRECTIVES = compiled(rb"%[^\n]*+(?:\n(?:%[^\n]*+|" + _BLANK + rb"))*+\Z")
_ODD_MARKER = compiled(
    rb"(?:\n|\xc2\x85|\xe2\x80[\xa8\xa9])---(?=\s|\Z|\xc2\x85|\xe2\x80[\xa8\xa9])"
)
# `kind`, or a line start that may hide a key called so: quotes, `? `, `<<`, anchors, flow style.
# Lines that start with a template's `{{` hide none.
_TELLING = rb"kind(?![\w-])|[^A-Za-z #\-\r\n{]|\{(?!\{)"
_FIRST = compiled(_TELLING)
_LINE = compiled(rb"\n(?:" + _TELLING + rb"|---(?=[ \t\r\n]|\Z))")
_END = compiled(rb"\.\.\.(?=[ \t\r\n]|\Z)[^\n]*(\n)?")
_KIND = compiled(
    rb"kind[ \t]*:[ \t]+([\"']?)([A-Za-z][A-Za-z0-9]*)\1[ \t]*(?:[ \t]#[^\n]*)?\r?(?:\n|\Z)"
)
_DASH, _DOT, _PERCENT = b"-.%"
_HINTS = (b"kind", b"\\")


class Piece(NamedTuple):
    """The text of one document (or of a JSON file), UTF-8.

    `first_line` is its first line in the file, from 1. Where a text is embedded in another one,
    `leads` holds what was cut off before each of its lines (Markdown's indentation and `>`).
    `content` is where its first byte stands that is no comment, blank or `---`.
    """

    data: bytes
    first_line: int = 1
    leads: tuple[str, ...] = ()
    content: int = 0

    @property
    def last_line(self) -> int:
        """Its last line that isn't blank."""
        return self.first_line + self.data.rstrip().count(b"\n")


class Skip(NamedTuple):
    """Which documents need no parsing: objects of other kinds; `kindless` those without a kind."""

    wanted: Container[str]
    kindless: bool = False


_ONLY_WITH = {"CustomResourceDefinition": b"conversion"}
"""Kinds that matter only where a word stands in them: definitions are long, webhooks rare."""


def split(text: Piece, skip: Skip | None = None, odd: bool = False) -> Iterator[Piece | None]:
    """The documents of a YAML text, None for each that is skipped; those without content left out.

    Comments and directives before the first `---` belong to the first document. `odd` tells
    that there are line breaks that only YAML knows.
    """
    data, start, counted, line = text.data, 0, 0, text.first_line
    telling: list[int] = []
    for end, found in _sections(data) if not odd else _odd_sections(data):
        telling += found
        content = _content(data, start, end)
        if content == end:
            marked = data.startswith(b"---", start) or data.find(b"\n---", start, end) >= 0
            start = end if marked else start
        elif data[content] == _PERCENT and _DIRECTIVES.match(data, content, end):
            continue
        elif skip and not odd and _needless(data, start, content, end, telling, skip):
            start = end
            yield None
        else:
            stop = _without_directives(data, content, end, telling)
            line += data.count(b"\n", counted, start)
            counted = start
            yield _cut(text, start, stop, line, content)
            start = stop
        telling = [at for at in telling if at >= start]


def _sections(data: bytes) -> Iterator[tuple[int, list[int]]]:
    """Where each document ends, and its lines that tell of its kind. One look at each line."""
    telling = [0] if _FIRST.match(data) else []
    last = 0
    for match in _LINE.finditer(data):
        at = match.start() + 1
        if data[at] == _DASH:
            if at != last:
                yield at, telling
                telling = []
            continue
        telling.append(at)
        ended = _END.match(data, at) if data[at] == _DOT else None
        if ended and ended[1]:
            last = ended.end()
            yield last, telling
            telling = []
    yield len(data), telling


def _odd_sections(data: bytes) -> Iterator[tuple[int, list[int]]]:
    start = 0
    for end in [*(match.end() - 3 for match in _ODD_MARKER.finditer(data)), len(data)]:
        yield end, [match.start() + 1 for match in _LINE.finditer(data, start, end)]
        start = end


def _content(data: bytes, start: int, end: int) -> int:
    """Where the first byte stands that is no comment, blank or `---`."""
    at = start + 4 if data.startswith(b"---\n", start) else start
    while data.startswith(b"#", at) and at < end:
        at = data.find(b"\n", at) + 1 or end
    if at < end and data[at : at + 1].isalpha():
        return at
    match = _PRELUDE.match(data, start, end)
    return match.end() if match else start


def _without_directives(data: bytes, start: int, end: int, telling: list[int]) -> int:
    """`end`, or where the directives begin that belong to the next document."""
    for at in telling:
        if at > start and data[at] == _PERCENT and _DIRECTIVES.match(data, at, end):
            return at
    return end


def _cut(text: Piece, start: int, end: int, line: int, content: int) -> Piece:
    data = text.data[start:end]
    leads = text.leads
    if leads:
        first = line - text.first_line
        leads = leads[first : first + data.count(b"\n") + 1]
    return Piece(data, line, leads, content - start)


def _needless(
    data: bytes, start: int, content: int, end: int, telling: list[int], skip: Skip
) -> bool:
    """Whether a document is certainly no object of a wanted kind, and no list.

    Sure only of mappings in the first column with one plain `kind:`, or without a word of it.
    """
    if content and data[content - 1] != ord("\n"):
        return False
    telling = [at for at in telling if at >= content]
    match = _KIND.match(data, telling[0], end) if telling else None
    if match is None:
        # A backslash may spell a key `kind` in escapes.
        return skip.kindless and not any(data.find(text, start, end) >= 0 for text in _HINTS)
    kind = match[2].decode()
    if kind.endswith("List"):
        return False
    if kind in skip.wanted:
        telling_word = _ONLY_WITH.get(kind)
        if telling_word is None or any(
            data.find(t, start, end) >= 0 for t in (telling_word, b"\\")
        ):
            return False
    # In block style from the first column on, or a template (`{{` starts nothing that is valid).
    first = data[content : content + 2]
    regular = first[:1].isalpha() or first == b"{{"
    return regular and len(telling) == 1


def looks_like_object(data: bytes) -> bool:
    """Whether `apiVersion:` and `kind:` each start a line."""
    lines = b"\n" + data
    return b"\napiVersion:" in lines and b"\nkind:" in lines
