"""Files that are replaced while the service runs: mounted ConfigMaps and Secrets.

The kubelet writes a new folder and swaps the symlink `..data`, so the files of one mount change
together, and a watch on a file never sees it. Their content is polled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

_SWAPPED = "..data"
_GONE = b"gone"


def resolved(paths: Sequence[Path]) -> list[Path]:
    """The real files behind paths: those of one mount all from the same version of it."""
    folders: dict[Path, Path] = {}
    for path in paths:
        if path.parent not in folders:
            swapped = path.parent / _SWAPPED
            folders[path.parent] = swapped.resolve() if swapped.exists() else path.parent
    return [folders[path.parent] / path.name for path in paths]


class Watched:
    """Files that are loaded again when their content changes.

    `load` gets the real paths and their bytes. What it raises goes to `failed`, and what was
    loaded before stays in use.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        load: Callable[[Sequence[Path], Sequence[bytes]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._paths = paths
        self._load = load
        self._failed = failed
        self._seen = b""

    def load(self) -> None:
        """Load the files as they are now. Raises OSError, and what loading them raises."""
        self._check(resolved(self._paths))

    def check(self) -> bool:
        """Load the files if they have changed; whether that was due and went well."""
        paths = resolved(self._paths)
        try:
            return self._check(paths)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the old files stay in use
            if paths != resolved(self._paths):
                # That version was swapped away while it was read: its errors mean nothing.
                self._seen = b""
                return self.check()
            self._failed(error)
            return False

    def _check(self, paths: Sequence[Path]) -> bool:
        try:
            contents = [path.read_bytes() for path in paths]
        except OSError:
            if self._seen == _GONE:
                return False
            self._seen = _GONE
            raise
        digest = _digest(contents)
        if digest == self._seen:
            return False
        self._seen = digest
        self._load(paths, contents)
        return True

    async def poll(self, seconds: float) -> None:
        """Check for ever, apart from the event loop: reading a configuration takes a while."""
        while True:
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.check)


def _digest(contents: Sequence[bytes]) -> bytes:
    digest = sha256()
    for content in contents:
        digest.update(sha256(content).digest())
    return digest.digest()
