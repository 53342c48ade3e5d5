"""Manifests in the fenced code blocks of a Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from netlint_rules.record import dataclass
from netlint_rules.source.pieces import Piece, looks_like_object

# Blanks, block quotes and list markers before a fence.
_LEAD = r"(?P<lead>[ \t]*+(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*+)*+)"
_OPENING = re.compile(_LEAD + r"(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)")
_CLOSING = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})[ \t\r]*")
_TAG = re.compile(r"\{?[ \t]*\.?(?P<tag>[\w+-]*)")
_YAML = frozenset(("yaml", "yml"))
_MANIFESTS = _YAML | {"json"}
_SHELL = frozenset(("sh", "shell", "bash", "zsh", "console", "shell-session", "shellsession"))
# A command that is given a here document; a YAML key or comment is none.
_HEREDOC = re.compile(
    r"(?!#|[\w.\"'/-]+:(?:\s|\Z))\S.*?(?<!<)<<(?P<dash>-?)[ \t]*\\?[\"']?(?P<end>[A-Za-z_]\w*)"
)
_KEY = re.compile(r"([A-Za-z]+):(?:\s|\Z)")
_HEAD = frozenset(("apiVersion", "kind"))
_TORN_OFF = frozenset(("metadata", "spec"))
_TABS = re.compile(r"\t*")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a code block, and what was cut off before each; `first` counts from 1.

    `tag` is its language in lower case. `last` is the line of the closing fence.
    """

    tag: str
    first: int
    last: int
    lines: tuple[str, ...]
    leads: tuple[str, ...]

    @property
    def piece(self) -> Piece:
        """The block as a text of its own."""
        data = "".join(f"{line}\n" for line in self.lines).encode()
        return Piece(data, self.first, self.leads if any(self.leads) else ())


def blocks(text: str) -> Iterator[Block]:
    """The code blocks that may hold manifests.

    An untagged block counts where it looks like an object, a command's here documents always.
    """
    lines = text.split("\n")
    for block in _joined(_fenced(lines), lines):
        inner = list(_heredocs(block)) if _may_have_heredocs(block.tag) else []
        if inner:
            yield from inner
        elif block.tag in _MANIFESTS or (not block.tag and looks_like_object(block.piece.data)):
            yield block


def has_fences(text: str) -> bool:
    """Whether a text has a fence at the start of a line, as no YAML or JSON can have."""
    return re.search(r"^(?:```|~~~)", text, re.M) is not None


def _may_have_heredocs(tag: str) -> bool:
    return not tag or tag in _SHELL or tag in _YAML


def _fenced(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        opening = _OPENING.fullmatch(lines[at].rstrip())
        at += 1
        if opening is None:
            continue
        end = _closing(lines, at, opening["fence"])
        leads = tuple(_lead(line, opening["lead"]) for line in lines[at:end])
        inner = tuple(line[len(lead) :] for line, lead in zip(lines[at:end], leads, strict=True))
        tag = _TAG.match(opening["info"])
        yield Block(tag["tag"].lower() if tag else "", at + 1, end + 1, inner, leads)
        at = end + 1


def _closing(lines: Sequence[str], at: int, fence: str) -> int:
    """The index of the line that closes a block, or the number of lines."""
    for index in range(at, len(lines)):
        match = _CLOSING.fullmatch(lines[index])
        if match and match["fence"].startswith(fence):
            return index
    return len(lines)


def _lead(line: str, opening: str) -> str:
    """What a container of the block puts before a line: at most as much as before the fence."""
    blank = " \t>" if ">" in opening else " \t"
    width = 0
    while width < min(len(line), len(opening)) and line[width] in blank:
        width += 1
    return line[:width]


def _heredocs(block: Block) -> Iterator[Block]:
    at = 0
    while at < len(block.lines):
        opening = _HEREDOC.match(block.lines[at])
        at += 1
        if opening is None:
            continue
        end = at
        while end < len(block.lines) and block.lines[end].strip() != opening["end"]:
            end += 1
        yield _part(block, at, end, tabs=bool(opening["dash"]))
        at = end + 1


def _part(block: Block, begin: int, end: int, tabs: bool) -> Block:
    """Some lines of a block; `<<-` removes the tabs before them."""
    lines, leads = block.lines[begin:end], block.leads[begin:end]
    if tabs:
        indents = [match[0] if (match := _TABS.match(line)) else "" for line in lines]
        lines = tuple(line.lstrip("\t") for line in lines)
        leads = tuple(lead + indent for lead, indent in zip(leads, indents, strict=True))
    return Block("yaml", block.first + begin, block.first + end, lines, leads)


def _joined(found: Iterator[Block], lines: Sequence[str]) -> Iterator[Block]:
    """The blocks, those put together again that hold one object: page breaks tear them apart."""
    before: Block | None = None
    for block in found:
        if before is not None and _continues(before, block, lines):
            before = _together(before, block, lines)
            continue
        if before is not None:
            yield before
        before = block
    if before is not None:
        yield before


def _continues(before: Block, after: Block, lines: Sequence[str]) -> bool:
    """Whether nothing stands between two blocks, and the second has what the first lacks."""
    between = lines[before.last : after.first - 2]
    if before.tag != after.tag or any(line.strip() for line in between):
        return False
    known, added = _keys(reversed(before.lines)), _keys(after.lines)
    return known >= _HEAD and bool(added & _TORN_OFF) and not added & (known | _HEAD)


def _keys(lines: Iterable[str]) -> set[str]:
    """The keys in the first column of the lines up to a `---`."""
    found = set()
    for line in lines:
        if line.startswith("---"):
            break
        if match := _KEY.match(line):
            found.add(match[1])
    return found


def _together(before: Block, after: Block, lines: Sequence[str]) -> Block:
    between = tuple(lines[before.last - 1 : after.first - 1])
    inner = (*before.lines, *("" for _ in between), *after.lines)
    leads = (*before.leads, *between, *after.leads)
    return Block(before.tag, before.first, after.last, inner, leads)
