"""What a terminal shows: colours, the frame's characters, and how wide a text is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain

from netlint_rules.record import dataclass

_SGR = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that frames and summaries are drawn with."""

    corner: str
    bar: str
    gap: str
    dot: str
    cut: str


BOX = Glyphs(corner=" ┌─", bar="│", gap="·", dot=" ·", cut="…")
ASCII = Glyphs(corner="-->", bar="|", gap=":", dot=",", cut="...")


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one stream: in colour or not, with box characters or ASCII."""

    colour: bool
    width: int
    glyphs: Glyphs = BOX

    def paint(self, text: str, *looks: str) -> str:
        """`text` in the given looks, such as `"bold", "red"`."""
        if not self.colour or not text or not looks:
            return text
        return f"\x1b[{';'.join(_SGR[look] for look in looks)}m{text}\x1b[0m"

    def text(self, lines: Iterable[str]) -> str:
        """Painted lines as one text, with stand-ins for what else could move the cursor."""
        return "".join(f"{self._plain(line)}\n" for line in lines)

    def _plain(self, line: str) -> str:
        if not self.colour or line.isprintable():
            return printable(line)
        pieces = re.split(r"(\x1b\[[0-9;]+m)", line)
        return "".join(piece if at % 2 else printable(piece) for at, piece in enumerate(pieces))


# Characters that move the cursor, reorder text, or can't be encoded.
_UNPRINTABLE = (
    range(0x80, 0xA0),
    (0x061C, 0x200E, 0x200F),
    range(0x2028, 0x202F),
    range(0x2066, 0x206A),
    (0xFEFF, 0xFFFE, 0xFFFF),
    range(0xD800, 0xE000),
)


@cache
def _stand_ins() -> dict[int, str]:
    return {
        **dict.fromkeys(chain.from_iterable(_UNPRINTABLE), "\ufffd"),
        **{code: chr(0x2400 + code) for code in range(0x20)},
        0x7F: "\u2421",
    }


def printable(text: str) -> str:
    """`text` with visible stand-ins for control and direction characters.

    A manifest must not be able to move the cursor, or to reorder what a reader sees.
    """
    return text if text.isprintable() else text.translate(_stand_ins())


def width(text: str) -> int:
    """How many columns `text` takes; East Asian wide characters and emoji take two."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 1
    import unicodedata

    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def wrap(text: str, first: int, rest: int) -> list[str]:
    """`text` as lines of whole words: `first` columns for the first line, `rest` for the others.

    A word that is wider than a line is left whole, so that paths can still be clicked.
    """
    lines: list[str] = []
    line = ""
    for word in printable(" ".join(text.split())).split(" "):
        room = rest if lines else first
        if line and width(line) + 1 + width(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def one_line(text: str) -> str:
    """`text` without line breaks or unprintable characters."""
    return printable(" ".join(text.split()))


def counted(count: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`, `1,585 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
