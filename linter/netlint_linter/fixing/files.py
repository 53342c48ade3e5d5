"""Fixed texts: as unified diffs, or written to their files."""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from netlint_linter.fixing.texts import decoded


def diffs(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """A unified diff of each file that changes, in order of their names."""
    for file in sorted(after):
        old, new = (_shown(each[file]) for each in (before, after))
        yield _diff(_quoted(file), old, new)


def _shown(data: bytes) -> str:
    """The text, with the mark that a UTF-8 file has, so that the diff can be applied to it."""
    encoded = decoded(data)
    mark = encoded.mark.decode(encoded.codec) if encoded.codec == "utf-8" else ""
    return mark + encoded.text


def _quoted(file: str) -> str:
    """A name as git writes it: in quotes where it needs them, and ended where it has blanks."""
    if any(char in '"\\' or not char.isprintable() for char in file):
        escaped = "".join(map(_escaped, file.encode("utf-8", "surrogateescape")))
        return f'"{escaped}"'
    return f"{file}\t" if " " in file else file


def _escaped(byte: int) -> str:
    char = chr(byte)
    if char in '"\\':
        return f"\\{char}"
    return char if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _diff(file: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(_lines(old), _lines(new), file, file, n=3)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def write(file: str, before: bytes, after: bytes) -> None:
    """Replace a file in one step, with its mode and owner; of a link what it points to.

    Raises OSError, also where the file isn't what it was when it was read.
    """
    target = Path(file).resolve()
    if target.read_bytes() != before:
        raise OSError("it has changed in the meantime")
    known = target.stat()
    if not os.access(target, os.W_OK):
        raise PermissionError("it is read-only")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(after)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_owner(name, known)
        Path(name).chmod(stat.S_IMODE(known.st_mode))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _keep_owner(name: str, known: os.stat_result) -> None:
    """In a container that runs as root a file would become root's."""
    made = Path(name).stat()
    if (made.st_uid, made.st_gid) != (known.st_uid, known.st_gid):
        with suppress(OSError):  # only root may give files away
            os.chown(name, known.st_uid, known.st_gid)
