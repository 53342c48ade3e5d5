"""What reading says of text that is no object."""

from __future__ import annotations

MAX_DEPTH = 200
TOO_DEEP = f"lists and mappings nest more than {MAX_DEPTH} levels deep"


class BrokenError(Exception):
    """Text that is not YAML or JSON, or not what Kubernetes takes for such.

    `at` is the character where that shows, counted from 0 at the document's start; `other` where
    the construct begins that is broken.
    """

    def __init__(self, reason: str, at: int | None = None, other: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.other = other
