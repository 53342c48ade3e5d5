"""Bytes of a file as UTF-8 with Unix or DOS line ends, or the reason why they are no text."""

from __future__ import annotations

from netlint_rules.patterns import compiled
from netlint_rules.record import NamedTuple

_BOM = b"\xef\xbb\xbf"
_BOMS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Which of the first four bytes are zero when a text without a mark starts with ASCII.
_ZEROS = {
    (0, 1, 2): "utf-32-be",
    (1, 2, 3): "utf-32-le",
    (0, 2): "utf-16-be",
    (1, 3): "utf-16-le",
}
_LONE_CR = compiled(rb"\r(?!\n)")
# NEL, LS and PS end a line in YAML 1.1, and in no editor.
_ODD_BREAKS = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")

_PART = 1 << 16


class Flaw(NamedTuple):
    """Why bytes are not text: 1-based line and column of the first wrong byte."""

    reason: str
    line: int
    column: int


class Text(NamedTuple):
    """Text as UTF-8 without byte order mark; every character keeps its line and column.

    With a flaw, `data` is empty for a binary file, else only partly UTF-8. `odd` tells that
    there are line breaks (NEL, LS, PS) that only YAML takes for such.
    """

    data: bytes
    odd: bool = False
    flaw: Flaw | None = None


def normalise(data: bytes) -> Text:
    """The text of a file, whatever its encoding."""
    if data.isascii() and b"\r" not in data and b"\0" not in data:
        return Text(data)
    codec, mark = wide(data)
    if codec:
        try:
            data = data[mark:].decode(codec).encode()
        except UnicodeError:
            name = codec[:6].upper()
            return Text(b"", flaw=Flaw(f"it looks like {name}, but is not valid {name}", 1, 1))
    data = data.removeprefix(_BOM)
    if b"\0" in data:
        return Text(b"", flaw=Flaw("it is a binary file, not text", 1, 1))
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        data = _LONE_CR.sub(b"\n", data)
    if data.isascii():
        return Text(data)
    data = data.replace(b"\n" + _BOM, b"\n")  # files were joined
    return Text(data, any(mark in data for mark in _ODD_BREAKS), _undecodable(data))


def wide(data: bytes) -> tuple[str, int]:
    """The codec of UTF-16 or UTF-32 text and the length of its mark; "" for anything else."""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return codec, len(bom)
    zeros = tuple(index for index, byte in enumerate(data[:4]) if not byte)
    codec = _ZEROS.get(zeros, "") if zeros else ""
    try:
        plausible = bool(codec) and "\0" not in data.decode(codec)
    except UnicodeError:
        plausible = False
    return (codec, 0) if plausible else ("", 0)


def _undecodable(data: bytes) -> Flaw | None:
    start = 0
    while start < len(data):  # in parts: a decoded file may take four times its size
        end = data.find(b"\n", start + _PART) + 1 or len(data)
        try:
            data[start:end].decode()
        except UnicodeDecodeError as error:
            return _flaw(data, start + error.start)
        start = end
    return None


def _flaw(data: bytes, at: int) -> Flaw:
    begin = data.rfind(b"\n", 0, at) + 1
    reason = (
        f"byte 0x{data[at]:02X} at offset {at} is not UTF-8 (Latin-1 or Windows-1252 text?):"
        " save the file as UTF-8"
    )
    return Flaw(reason, data.count(b"\n", 0, at) + 1, len(data[begin:at].decode()) + 1)
